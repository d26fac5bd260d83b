"""Install, upgrade, roll back and uninstall: what helm is told, and what is refused without it."""

import re
import time

import pytest

from clients.helm import HelmSettings
from tests.conftest import Call
from tests.support.fake_helm import FakeHelm
from tests.support.operating import Bench, OnceRun, config

WHERE = ["--namespace", "shop"]
PATIENCE = ["--timeout", "240s", "--wait", "--wait-for-jobs"]
VALUES = ["--values", "-"]
WEB = {"release_name": "web", "chart": "demo/web", "namespace": "shop"}
NO_SECRETS = b'{"apiVersion": "v1", "kind": "SecretList", "metadata": {}, "items": []}'
ARCHIVE = re.compile(r"/\S*/web\S*\.tgz$")


@pytest.fixture
def helm_settings(with_charts: HelmSettings) -> HelmSettings:
    return with_charts


def words(helm: FakeHelm) -> list[str]:
    """Return helm's words, the chart's archive as CHART."""
    return [ARCHIVE.sub("CHART", word) for word in helm.arguments]


async def test_install_says_what_helm_says(call: Call, bench: Bench) -> None:
    bench.helm.does('cat > "$here/values"; printf "NAME: web\\nSTATUS: deployed\\n"')
    answer = await call("helm_install", **WEB)
    assert (answer.text, answer.error) == ("NAME: web\nSTATUS: deployed", False)
    assert words(bench.helm) == ["install", "web", "CHART", *WHERE, *VALUES, *PATIENCE]
    assert bench.helm.left("values") == "{}"


async def test_values_go_to_standard_input_as_they_were_written(call: Call, bench: Bench) -> None:
    bench.helm.does('cat > "$here/values"')
    values = "# ours\nreplicas: 3\nport: 0o17\nname: 'yes'\n"
    await call("helm_install_with_values", **WEB, values=values)
    assert bench.helm.left("values") == values
    assert "--set" not in " ".join(bench.helm.arguments)


@pytest.mark.parametrize("values", ["# nothing yet\n", "null", "---\n"])
async def test_values_without_any_are_none(call: Call, bench: Bench, values: str) -> None:
    bench.helm.does('cat > "$here/values"')
    assert not (await call("helm_install_with_values", **WEB, values=values)).error


async def test_what_is_uninstalled_with_its_records_is_said_to_be(call: Call, bench: Bench) -> None:
    """The last record has gone with it when its status is asked for."""
    bench.helm.does("true")
    bench.has(1, config())
    removed = OnceRun("body", "GET", "/secrets$", None, 200, body=NO_SECRETS, helm=bench.helm)
    bench.cluster.faults.add(removed)
    answer = await call("helm_uninstall", release_name="web", namespace="shop")
    assert (answer.error, answer.data["status"]) == (False, "uninstalled")


async def test_a_namespace_is_made_only_where_there_is_none(call: Call, bench: Bench) -> None:
    await call("helm_install", **{**WEB, "namespace": "new"}, wait=False, wait_seconds=30)
    assert words(bench.helm) == [
        *("install", "web", "CHART", "--namespace", "new", *VALUES, "--timeout", "30s"),
        "--create-namespace",
    ]
    (bench.helm.folder / "arguments").unlink()
    refused = await call("helm_install", **{**WEB, "namespace": "shopp"}, create_namespace=False)
    assert refused.text == 'There is no namespace "shopp". Did you mean "shop"?'
    assert not bench.helm.was_run


async def test_a_name_in_use_is_refused_as_helm_does(call: Call, bench: Bench) -> None:
    bench.has(4, config(), status="failed")
    answer = await call("helm_install", **WEB)
    assert answer.error
    assert answer.text == (
        'release "web" in namespace "shop" exists already (revision 4, failed). '
        "Use helm_upgrade, or another release_name."
    )
    assert not bench.helm.was_run


async def test_an_upgrade_keeps_the_last_values_unless_told_otherwise(
    call: Call, bench: Bench
) -> None:
    bench.has(1, config())
    start = ["upgrade", "web", "CHART", *WHERE]
    history = ["--history-max", "10", "--install"]
    await call("helm_upgrade", **WEB)
    assert words(bench.helm) == [*start, *history, *PATIENCE]
    await call("helm_upgrade", **WEB, values="a: 1", reuse_values=True, install=False)
    assert words(bench.helm) == [*start, *VALUES, *history[:2], "--reuse-values", *PATIENCE]
    await call("helm_upgrade", **WEB, reset_values=True, wait=False, force_conflicts=True)
    assert words(bench.helm) == [
        *(*start, *history, "--reset-values", "--force-conflicts", "--timeout", "240s"),
    ]


@pytest.mark.parametrize(
    ("version", "word"), [("v4.2.3", "--rollback-on-failure"), ("v3.21.4", "--atomic")]
)
async def test_each_helm_is_told_in_its_own_words(
    call: Call, bench: Bench, version: str, word: str
) -> None:
    bench.helm.version = version
    bench.helm.does("true")
    bench.has(1, config())
    await call("helm_upgrade", **WEB, rollback_on_failure=True, force_conflicts=True)
    assert word in bench.helm.arguments
    assert ("--force-conflicts" in bench.helm.arguments) is (version == "v4.2.3")


@pytest.mark.parametrize(
    ("version", "word"), [("v4.2.3", "--rollback-on-failure"), ("v3.21.4", "--atomic")]
)
@pytest.mark.parametrize(
    ("tool", "more"), [("helm_install", {}), ("helm_install_with_values", {"values": "a: 1"})]
)
async def test_an_install_that_fails_is_uninstalled_again_when_asked_for(
    call: Call, bench: Bench, tool: str, more: dict[str, str], version: str, word: str
) -> None:
    bench.helm.version = version
    bench.helm.does("true")
    await call(tool, **WEB, **more, rollback_on_failure=True, wait_seconds=60)
    assert words(bench.helm) == [
        *("install", "web", "CHART", *WHERE, *VALUES),
        *("--timeout", "60s", "--wait", "--wait-for-jobs", word),
    ]
    await call(tool, **WEB, **more)
    assert word not in bench.helm.arguments


async def test_a_wait_that_is_cut_for_the_rollback_to_fit_says_so(call: Call, bench: Bench) -> None:
    bench.helm.fails("Error: INSTALLATION FAILED: context deadline exceeded\n")
    failed = 'Release "web" in namespace "shop" not installed: not finished in {} s\n'
    answer = await call("helm_install", **WEB, rollback_on_failure=True, wait_seconds=200)
    assert answer.text == (
        f"{failed.format(130)}Nothing was changed.\nWith rollback_on_failure helm waits 130 s at "
        "most, not 200, so that going back fits into the call."
    )
    assert "130s" in bench.helm.arguments
    answer = await call("helm_install", **WEB, rollback_on_failure=True, wait_seconds=100)
    assert answer.text == f"{failed.format(100)}Nothing was changed."


WAITING = {
    "helm_install": {"chart": "demo/web"},
    "helm_install_with_values": {"chart": "demo/web", "values": "a: 1"},
    "helm_upgrade": {"chart": "demo/web"},
    "helm_rollback": {"revision": 1},
    "helm_uninstall": {},
}


@pytest.mark.parametrize("tool", WAITING)
async def test_how_long_helm_waits_is_bounded(call: Call, bench: Bench, tool: str) -> None:
    if tool not in ("helm_install", "helm_install_with_values"):
        bench.has(1, config())
    web = {"release_name": "web", "namespace": "shop", **WAITING[tool]}
    for seconds in (-1, 0, 9, 271, 10**9):
        answer = await call(tool, **web, wait_seconds=seconds)
        assert (answer.text, answer.error) == (
            'Argument "wait_seconds" is 10 to 270; with wait=false helm waits for hooks only.',
            True,
        )
        assert not bench.helm.was_run
    for seconds in (10, 270):
        await call(tool, **web, wait_seconds=seconds)
        assert f"{seconds}s" in bench.helm.arguments


async def test_an_upgrade_of_nothing_installs_or_names_what_is_near(
    call: Call, bench: Bench
) -> None:
    bench.has(1, config())
    await call("helm_upgrade", **{**WEB, "release_name": "other"})
    assert words(bench.helm)[:3] == ["install", "other", "CHART"]
    refused = await call("helm_upgrade", **{**WEB, "release_name": "wbe"}, install=False)
    assert refused.text == 'release "wbe" not found in namespace "shop". Did you mean "web"?'


async def test_a_rollback_and_an_uninstall_have_few_words(call: Call, bench: Bench) -> None:
    bench.has(1, config(), status="superseded")
    bench.has(2, config())
    web = {"release_name": "web", "namespace": "shop"}
    await call("helm_rollback", **web, revision=1)
    assert bench.helm.arguments == [
        "rollback",
        "web",
        "1",
        *WHERE,
        "--history-max",
        "10",
        *PATIENCE,
    ]
    await call("helm_uninstall", **web, keep_history=True)
    assert bench.helm.arguments == [
        *("uninstall", "web", *WHERE, "--timeout", "240s", "--keep-history"),
    ]
    refused = await call("helm_rollback", **web, revision=7)
    assert refused.text == ('release "web" in namespace "shop" has no revision 7; it has: 1, 2.')


def pending(bench: Bench, seconds: int) -> None:
    """Leave an upgrade pending since so many seconds."""
    bench.has(1, config(), status="deployed")
    began = {"createdAt": str(int(time.time()) - seconds)}
    bench.has(2, config(), status="pending-upgrade", labels=began)


async def test_a_pending_release_is_not_upgraded_and_the_way_out_is_said(
    call: Call, bench: Bench
) -> None:
    pending(bench, seconds=720)
    answer = await call("helm_upgrade", **WEB)
    assert answer.error
    assert answer.text == (
        'release "web" in namespace "shop" is pending-upgrade (revision 2, for 12 min): an upgrade '
        "is running, or helm was killed in it. Nothing was changed. If nothing is running any "
        'more, free it with helm_rollback(release_name="web", namespace="shop", revision=1) or '
        'helm_uninstall(release_name="web", namespace="shop").'
    )
    assert not bench.helm.was_run


async def test_the_way_out_says_from_when_on_it_is_open(call: Call, bench: Bench) -> None:
    pending(bench, seconds=60)
    answer = await call("helm_upgrade", **WEB)
    assert re.search(
        r'helm_uninstall\(release_name="web", namespace="shop"\), which is accepted in '
        r"2[34]\d s\.$",
        answer.text,
    )


@pytest.mark.parametrize("tool", ["helm_rollback", "helm_uninstall"])
async def test_beside_an_operation_that_may_run_nothing_is_taken_away(
    call: Call, bench: Bench, tool: str
) -> None:
    pending(bench, seconds=60)
    more = {"revision": 1} if tool == "helm_rollback" else {}
    answer = await call(tool, release_name="web", namespace="shop", **more)
    assert answer.error
    assert re.fullmatch(
        r'release "web" in namespace "shop" is pending-upgrade \(revision 2, for 6\d s\): an '
        r"upgrade is running, or helm was killed in it\. Nothing was changed\. Wait for it "
        r"\(helm_status shows its end\); if it was killed, this call is accepted in 2[34]\d s\.",
        answer.text,
    )
    assert not bench.helm.was_run


async def test_what_is_pending_for_long_was_left_by_a_killed_helm_and_is_freed(
    call: Call, bench: Bench
) -> None:
    pending(bench, seconds=301)
    bench.helm.does("echo Rollback was a success! Happy Helming!")
    answer = await call("helm_rollback", release_name="web", namespace="shop", revision=1)
    assert answer.text == "Rollback was a success! Happy Helming!"


async def test_without_helm_the_reading_tools_work_and_the_others_say_what_to_install(
    call: Call, bench: Bench
) -> None:
    bench.has(1, config())
    (bench.helm.folder / "helm").unlink()
    answer = await call("helm_upgrade", **WEB)
    assert answer.error
    assert answer.text == (
        f'This needs the helm executable, and there is no "{bench.helm.path}" where the server '
        "runs. Install helm 4.1.4 or newer, or helm 3.20.2 or newer. Releases can be read without "
        "it."
    )
    assert not (await call("helm_list_releases", namespace="shop")).error
    assert (
        "no revision 7"
        in (await call("helm_rollback", release_name="web", namespace="shop", revision=7)).text
    )


REASONS = {
    "the lock": (
        "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n",
        'another operation on release "web" in namespace "shop" is running (helm\'s lock). Wait '
        "for its end, which helm_status shows, and call again.",
    ),
    "a faster one": (
        "Error: UPGRADE FAILED: create: failed to create: secrets "
        '"sh.helm.release.v1.web.v2" already exists\n',
        'another operation on release "web" in namespace "shop" was faster by a moment. Look at '
        "helm_status first.",
    ),
    "helm 4's conflicts": (
        'level=WARN msg="upgrade failed" name=web error="..."\n'
        "Error: UPGRADE FAILED: conflict occurred while applying object shop/web apps/v1, "
        'Kind=Deployment: Apply failed with 2 conflicts: conflicts with "kubectl" with subresource '
        '"scale" using apps/v1:\n- .spec.replicas\nconflicts with "kubectl-set" using apps/v1:\n'
        '- .spec.template.spec.containers[name="app"].image && conflict occurred while applying '
        'object shop/web /v1, Kind=ConfigMap: Apply failed with 1 conflict: conflict with "kubectl"'
        " using v1: .data.color\n",
        'conflict: deployment/web: "kubectl" owns .spec.replicas; "kubectl-set" owns '
        '.spec.template.spec.containers[name="app"].image. configmap/web: "kubectl" owns '
        ".data.color. Leave these fields out of the chart's values, set them to what they are, or "
        "take them over with force_conflicts=true.",
    ),
    "an object of somebody else": (
        "Error: UPGRADE FAILED: Unable to continue with update: ConfigMap "
        '"own" in namespace "shop" exists and cannot be imported into the current release: invalid '
        'ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by"\n',
        'configmap "own" in namespace "shop" exists and does not belong to this release. Delete '
        "it, let the chart name its own differently, or give it to the release: label "
        "app.kubernetes.io/managed-by=Helm, annotations meta.helm.sh/release-name=web and "
        "meta.helm.sh/release-namespace=shop.",
    ),
    "a deadline": (
        "Error: UPGRADE FAILED: resource Deployment/shop/web not ready. status: InProgress, "
        "message: Available: 0/1\ncontext deadline exceeded\n",
        "resource Deployment/shop/web not ready. status: InProgress, message: Available: 0/1; not "
        "finished in 240 s",
    ),
    "text that looks like a number": (
        "Error: UPGRADE FAILED: unable to build kubernetes objects from release manifest: unable "
        'to decode "": json: cannot unmarshal number into Go struct field '
        "ObjectMeta.metadata.labels of type string\n",
        "the chart renders metadata.labels as a number where text belongs; what only looks like "
        "one has to be quoted in the chart or its values.",
    ),
    "a list where a mapping belongs": (
        "Error: UPGRADE FAILED: unable to build kubernetes objects from release manifest: error "
        'validating "": json: cannot unmarshal array into Go struct field Spec.spec.selector of '
        "type map[string]string\n",
        "the chart renders spec.selector as a list where a mapping belongs.",
    ),
    "advice for a command line": (
        "Error: UPGRADE FAILED: web/templates/x.yaml:21:42\n  executing "
        '"web/templates/x.yaml" at <.Values.image.tag>:\n    can\'t evaluate field tag in type '
        "interface {}\n\nUse --debug flag to render out invalid YAML\n",
        'web/templates/x.yaml:21:42\n  executing "web/templates/x.yaml" at <.Values.image.tag>:\n'
        "    can't evaluate field tag in type interface {}",
    ),
    "another": (
        "WARNING: be careful\nError: UPGRADE FAILED: template: web/templates/x.yaml:3:4: executing "
        '"web/templates/x.yaml" at <.Values.a.b>: nil pointer evaluating interface {}.b\n',
        'template: web/templates/x.yaml:3:4: executing "web/templates/x.yaml" at <.Values.a.b>: '
        "nil pointer evaluating interface {}.b",
    ),
}


@pytest.mark.parametrize("reason", REASONS)
async def test_helms_reasons_are_told_in_a_sentence(call: Call, bench: Bench, reason: str) -> None:
    message, told = REASONS[reason]
    bench.has(1, config())
    bench.helm.fails(message)
    answer = await call("helm_upgrade", **WEB)
    assert answer.error
    assert answer.text == (
        f'Release "web" in namespace "shop" not upgraded: {told}\nNothing was changed.'
    )
