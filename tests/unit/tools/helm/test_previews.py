"""Previews of operations on releases: every object, what is kept, what runs, what would fail."""

import base64
import json
import re
from typing import Any

import pytest

from clients.helm import HelmSettings
from clients.kubernetes.wire.connection import Request
from tests.conftest import Call
from tests.support.builders import a_custom_resource_definition, an_object
from tests.support.changing import stored
from tests.support.operating import Bench, a_hook, config, kept, secret
from tools.dependencies import Clients

WEB = {"release_name": "web", "chart": "demo/web", "namespace": "shop"}
DIGEST = re.compile(r'if_unchanged="(p-[0-9a-f]{8})"')
SHA = re.compile(r"sha256 [0-9a-f]{12}")


@pytest.fixture
def helm_settings(with_charts: HelmSettings) -> HelmSettings:
    return with_charts


def plain(text: str) -> str:
    return SHA.sub("sha256 SHA", DIGEST.sub('if_unchanged="DIGEST"', text))


def live(bench: Bench, obj: dict[str, Any]) -> None:
    """Put an object of the release into the cluster, marked as Helm's."""
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    annotations = {
        "meta.helm.sh/release-name": "web",
        "meta.helm.sh/release-namespace": "shop",
        **(obj["metadata"].get("annotations") or {}),
    }
    obj["metadata"] |= {"labels": labels, "annotations": annotations}
    bench.cluster.store.create(obj)


def a_map(name: str = "web", color: str = "green", **more: Any) -> dict[str, Any]:
    return an_object("v1", "ConfigMap", name, data={"color": color}, **more)


async def test_an_install_shows_what_it_creates(call: Call, bench: Bench) -> None:
    bench.renders(config() + secret(), [a_hook("migrate", "pre-install")])
    answer = await call("helm_install", **WEB, dry_run=True)
    assert not answer.error
    assert re.sub("fingerprint [0-9a-f]{6}", "fingerprint F", plain(answer.text)) == (
        "Would create 2 objects. Nothing has been done.\n\n"
        "+ configmap/web in shop\n    keys: color\n"
        "+ secret/web in shop\n    Opaque: password fingerprint F (14 bytes)\n\n"
        "Chart: web-1.1.0 (sha256 SHA).\n"
        "Hooks that would run: pre-install job/migrate.\n"
        "Admission: accepted, no warnings.\n"
        "For approval: create configmap/web in shop, secret/web in shop.\n"
        'If approved as shown: if_unchanged="DIGEST"'
    )
    assert bench.helm.arguments[-3:] == ["--dry-run=server", "-o", "json"]
    assert "--wait" not in bench.helm.arguments
    assert bench.changes == []


async def test_into_a_new_namespace_everything_is_new(call: Call, bench: Bench) -> None:
    bench.renders(config())
    answer = await call("helm_install", **{**WEB, "namespace": "new"}, dry_run=True)
    assert plain(answer.text).startswith(
        "Would create 2 objects. Nothing has been done.\n\n"
        "+ namespace/new\n    labels name=new\n+ configmap/web in new\n"
    )
    assert bench.changes == []


async def test_an_upgrade_shows_what_changes_goes_and_is_kept(call: Call, bench: Bench) -> None:
    bench.has(1, config() + config("old") + kept(config("data")) + config("gone"))
    live(bench, a_map())
    live(bench, a_map("old"))
    live(bench, a_map("data"))
    bench.renders(config(color="blue") + config("more"))
    answer = await call("helm_upgrade", **WEB, dry_run=True)
    assert plain(answer.text) == (
        "Would change 1 object, create 1 object, delete 1 object. Nothing has been done.\n\n"
        "~ configmap/web in shop\n    data.color: green → blue\n"
        "  Effect: No workload here refers to it.\n"
        "+ configmap/more in shop\n    keys: color\n"
        "- configmap/old in shop\n"
        "  Effect: No workload here needs it.\n\n"
        "configmap/data is kept: its resource policy says so.\n"
        "Chart: nginx-1.0.0 → web-1.1.0 (sha256 SHA).\n"
        'Would record revision 2 of release "web" in namespace "shop".\n'
        "Admission: accepted, no warnings.\n"
        "For approval: change configmap/web in shop; create configmap/more in shop; delete "
        "configmap/old in shop.\n"
        'If approved as shown: if_unchanged="DIGEST"'
    )
    assert bench.changes == []


async def test_a_preview_says_of_no_object_that_helm_will_put_it_back(
    call: Call, bench: Bench
) -> None:
    bench.has(1, config())
    live(bench, a_map())
    bench.renders(config(color="blue"))
    assert "managed by Helm" not in (await call("helm_upgrade", **WEB, dry_run=True)).text
    other = await call(
        "k8s_patch", resource_type="configmap", name="web", namespace="shop",
        patch="data: {color: red}", dry_run=True,
    )  # fmt: skip
    assert "managed by Helm release web" in other.text


async def test_what_was_previewed_is_what_is_done(call: Call, bench: Bench) -> None:
    bench.has(1, config())
    live(bench, a_map())
    bench.renders(config(color="blue"))
    shown = await call("k8s_preview", tool="helm_upgrade", arguments=WEB)
    found = DIGEST.search(shown.text)
    assert found
    again = await call("helm_upgrade", **WEB, dry_run=True)
    assert DIGEST.search(again.text)[1] == found[1]  # type: ignore[index]
    done = await call("helm_upgrade", **WEB, if_unchanged=found[1])
    assert not done.error, done.text
    bench.cluster.store.update({**stored(bench.cluster, "ConfigMap", "web"), "data": {"b": "c"}})
    moved = await call("helm_upgrade", **WEB, if_unchanged=found[1])
    assert moved.error
    assert moved.text.startswith("Not done: the cluster, or the call, is not what was previewed.")


async def test_fields_of_others_make_it_fail_and_the_way_out_is_said(
    call: Call, bench: Bench, clients: Clients
) -> None:
    bench.has(1, config(), apply_method="ssa")
    writer = clients.kubernetes.session()
    body = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web"},"data":{"color":"x"}}'
    params = {"fieldManager": "painter"}
    path = "/api/v1/namespaces/shop/configmaps/web"
    apply = "application/apply-patch+yaml"
    await writer.json(Request("PATCH", path, params, body=body, content_type=apply))
    bench.renders(config(color="blue"))
    answer = await call("helm_upgrade", **WEB, dry_run=True)
    assert (
        '! Would fail: configmap/web: conflict: "painter" owns .data.color. Leave these fields out '
        "of the chart's values, set them to what they are, or take them over with "
        "force_conflicts=true." in answer.text
    )
    assert "if_unchanged" not in answer.text
    forced = await call("helm_upgrade", **WEB, dry_run=True, force_conflicts=True)
    assert "data.color: x → blue" in forced.text


async def test_a_release_of_helm_3_is_merged_as_helm_merges(call: Call, bench: Bench) -> None:
    both = config().replace("  color: green", "  color: green\n  size: small")
    bench.has(1, both)
    live(
        bench, an_object("v1", "ConfigMap", "web", data={"color": "x", "size": "small", "by": "us"})
    )
    bench.renders(config(color="blue"))
    answer = await call("helm_upgrade", **WEB, dry_run=True)
    fields = [line for line in answer.text.splitlines() if line.startswith("    ")]
    assert fields == ["    data.color: x → blue", "    data.size: small → (removed)"]


async def test_the_namespace_that_only_the_former_chart_wrote_stays(
    call: Call, bench: Bench
) -> None:
    former = config().replace("  name: web", "  name: web\n  namespace: shop")
    managed = "  labels: {app.kubernetes.io/managed-by: Helm}\n"
    bench.has(1, former.replace("metadata:\n", f"metadata:\n{managed}"))
    live(bench, a_map())
    bench.renders(config(color="blue"))
    answer = await call("helm_upgrade", **WEB, dry_run=True)
    fields = [line for line in answer.text.splitlines() if line.startswith("    ")]
    assert fields == ["    data.color: green → blue"]


async def test_a_secret_that_is_only_carried_over_is_no_change(
    call: Call, bench: Bench, clients: Clients
) -> None:
    value = base64.b64encode(b"generated-once").decode()
    live(bench, an_object("v1", "Secret", "web", type="Opaque", data={"password": value}))
    masked = clients.kubernetes.reader.masking.masked(b"generated-once")
    bench.has(1, secret(password="generated-once"))
    bench.renders(secret(password=f'"{masked}"'))
    answer = await call("helm_upgrade", **WEB, dry_run=True)
    assert answer.text.startswith("Would leave 1 unchanged. Nothing has been done."), answer.text
    bench.renders(secret(password="another"))
    changed = await call("helm_upgrade", **WEB, dry_run=True)
    assert "data.password: fingerprint" in changed.text
    assert "another" not in changed.text


async def test_definitions_are_installed_once_and_never_upgraded(call: Call, bench: Bench) -> None:
    definition = json.dumps(a_custom_resource_definition("widgets", "Widget"))
    widget = "---\napiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: gear\n"
    bench.renders(config() + widget, crds=definition)
    answer = await call("helm_install", **WEB, dry_run=True)
    assert "+ customresourcedefinition.apiextensions.k8s.io/widgets.example.com" in answer.text
    assert "+ widget.example.com/gear in shop" in answer.text
    assert "widget.example.com/gear cannot be checked before its type exists." in answer.text
    bench.has(1, config())
    upgrade = await call("helm_upgrade", **WEB, dry_run=True)
    assert (
        "customresourcedefinition.apiextensions.k8s.io/widgets.example.com is not installed by an "
        "upgrade." in upgrade.text
    )


async def test_a_chart_of_types_that_it_brings_itself_is_rendered_without_the_cluster(
    call: Call, bench: Bench
) -> None:
    widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: gear\n"
    definition = json.dumps(a_custom_resource_definition("widgets", "Widget"))
    bench.renders(config(), crds=definition)
    (bench.helm.folder / "alone").write_text(widget)
    bench.helm.does(
        '[ "$1" = show ] && { cat "$here/crds"; exit 0; }\n'
        'cat > /dev/null\n[ "$1" = template ] && { cat "$here/alone"; exit 0; }\n'
        'echo "Error: INSTALLATION FAILED: no matches for kind \\"Widget\\"" >&2; exit 1'
    )
    answer = await call("helm_install", **WEB, dry_run=True)
    assert not answer.error, answer.text
    assert "+ widget.example.com/gear in shop" in answer.text
    assert "Rendered without the cluster, which lacks types that the chart brings." in answer.text
    bench.renders(config())
    (bench.helm.folder / "crds").write_text("")
    bench.helm.does(
        '[ "$1" = show ] && exit 0\necho "Error: no matches for kind \\"Widget\\"" >&2; exit 1'
    )
    refused = await call("helm_install", **WEB, dry_run=True)
    assert (refused.text, refused.error) == ('no matches for kind "Widget"', True)


async def test_an_object_that_the_api_server_names_is_noted(call: Call, bench: Bench) -> None:
    bench.renders(config().replace("name: web", "generateName: web-"))
    answer = await call("helm_install", **WEB, dry_run=True)
    assert "ConfigMap web-* would be created, named by the API server." in answer.text


async def test_the_powers_of_hooks_are_named(call: Call, bench: Bench) -> None:
    bench.renders(config(), [a_hook("root", "post-install", privileged=True)])
    answer = await call("helm_install", **WEB, dry_run=True)
    assert "Hooks that would run: post-install job/root." in answer.text
    assert re.search(r"^! A hook: .*privileged", answer.text, re.MULTILINE)


async def test_a_chart_that_does_not_render_is_refused_with_helms_reason(
    call: Call, bench: Bench
) -> None:
    bench.helm.fails("Error: INSTALLATION FAILED: execution error at (web/x.yaml:1:3): need a.b\n")
    answer = await call("helm_install", **WEB, dry_run=True)
    assert answer.error
    assert answer.text == "execution error at (web/x.yaml:1:3): need a.b"


async def test_a_rollback_shows_the_way_back_without_helm(call: Call, bench: Bench) -> None:
    bench.has(1, config(), status="superseded", hooks=[a_hook("undo", "pre-rollback")])
    bench.has(2, config(color="blue") + config("more"))
    live(bench, a_map(color="blue"))
    live(bench, a_map("more"))
    answer = await call(
        "helm_rollback", release_name="web", namespace="shop", revision=1, dry_run=True
    )
    assert plain(answer.text) == (
        "Would change 1 object, delete 1 object. Nothing has been done.\n\n"
        "~ configmap/web in shop\n    data.color: blue → green\n"
        "  Effect: No workload here refers to it.\n"
        "- configmap/more in shop\n"
        "  Effect: No workload here needs it.\n\n"
        'Would record revision 3 of release "web" in namespace "shop".\n'
        "Hooks that would run: pre-rollback job/undo.\n"
        "Admission: accepted, no warnings.\n"
        "For approval: change configmap/web in shop; delete configmap/more in shop.\n"
        'If approved as shown: if_unchanged="DIGEST"'
    )
    assert not bench.helm.was_run
    assert bench.changes == []


async def test_an_uninstall_shows_what_goes_and_what_stays(call: Call, bench: Bench) -> None:
    bench.has(1, config(), status="superseded")
    bench.has(2, config() + kept(config("data")), hooks=[a_hook("bye", "post-delete")])
    live(bench, a_map())
    live(bench, a_map("data"))
    web = {"release_name": "web", "namespace": "shop", "dry_run": True}
    answer = await call("helm_uninstall", **web)
    assert plain(answer.text) == (
        "Would delete 1 object. Nothing has been done.\n\n"
        "- configmap/web in shop\n"
        "  Effect: No workload here needs it.\n\n"
        "configmap/data is kept: its resource policy says so.\n"
        "! the history (2 revisions) is deleted: no rollback after this.\n"
        "Hooks that would run: post-delete job/bye.\n"
        "Admission: accepted, no warnings.\n"
        "For approval: delete configmap/web in shop. Caution: the history (2 revisions) "
        "is deleted: no rollback after this.\n"
        'If approved as shown: if_unchanged="DIGEST"'
    )
    kept_history = await call("helm_uninstall", **web, keep_history=True)
    assert "cannot be undone" not in kept_history.text
    assert (
        "Would keep the history (2 revisions): helm_rollback brings it back."
        in kept_history.text.splitlines()
    )
    assert not bench.helm.was_run
    assert bench.changes == []


async def test_an_uninstall_of_what_is_gone_says_that_its_records_go(
    call: Call, bench: Bench
) -> None:
    bench.has(1, config())
    answer = await call("helm_uninstall", release_name="web", namespace="shop", dry_run=True)
    assert "For approval: delete the release's records: none of its objects" in answer.text


async def test_what_goes_with_its_configuration_does_not_need_it(call: Call, bench: Bench) -> None:
    volume = {"name": "c", "configMap": {"name": "web"}}
    user = an_object("apps/v1", "Deployment", "web", spec=_a_spec_with(volume))
    bench.has(1, config() + f"---\n{json.dumps(user)}\n")
    live(bench, a_map())
    live(bench, user)
    both = await call("helm_uninstall", release_name="web", namespace="shop", dry_run=True)
    assert "needed by" not in both.text
    alone = await call(
        "k8s_delete", resource_type="configmap", name="web", namespace="shop", dry_run=True
    )
    assert "! needed by deployment web: their new pods will not start." in alone.text


def _a_spec_with(volume: dict[str, Any]) -> dict[str, Any]:
    labels = {"app": "web"}
    pod = {"containers": [{"name": "web", "image": "web:1"}], "volumes": [volume]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {"selector": {"matchLabels": labels}, "template": template}


@pytest.mark.parametrize(
    ("tool", "more"), [("helm_upgrade", {}), ("helm_rollback", {"revision": 1, "chart": None})]
)
async def test_a_preview_tells_no_value_of_the_release(
    call: Call, bench: Bench, tool: str, more: dict[str, Any]
) -> None:
    values = {"auth": {"password": "Horse7Battery"}}
    bench.has(1, config(color="is-Horse7Battery"), status="superseded", config=values)
    bench.has(2, config(color="was-Horse7Battery"), config=values)
    live(bench, a_map(color="was-Horse7Battery"))
    bench.renders(config(color="is-Horse7Battery"))
    arguments = {key: value for key, value in {**WEB, **more}.items() if value is not None}
    answer = await call(tool, **arguments, dry_run=True)
    assert "data.color: was-<redacted 13 bytes" in answer.text
    assert "Horse7Battery" not in str(answer)


async def test_a_preview_that_fails_tells_no_value_of_the_release(call: Call, bench: Bench) -> None:
    bench.has(1, config(), config={"auth": {"password": "Horse7Battery"}})
    bench.helm.fails("Error: UPGRADE FAILED: execution error at (x.yaml:1:3): Horse7Battery!\n")
    answer = await call("helm_upgrade", **WEB, dry_run=True)
    assert answer.text.startswith("execution error at (x.yaml:1:3): <redacted 13 bytes")


async def test_a_preview_says_what_helm_does_of_itself_after_a_failure(
    call: Call, bench: Bench
) -> None:
    bench.renders(config())
    atomic = {**WEB, "rollback_on_failure": True, "dry_run": True}
    answer = await call("helm_install", **atomic, wait_seconds=60)
    assert "If it fails or is not ready in 60 s, helm uninstalls it again.\n" in answer.text
    assert "--rollback-on-failure" not in bench.helm.arguments

    bench.has(1, config())
    live(bench, a_map())
    answer = await call("helm_upgrade", **atomic)
    assert (
        "If it fails or is not ready in 130 s, helm rolls back to revision 1. With "
        "rollback_on_failure helm waits 130 s at most, not 240, so that going back fits into the "
        "call.\n"
    ) in answer.text
    bench.has(2, config(), status="failed")
    assert "rolls back to revision 1." in (await call("helm_upgrade", **atomic)).text
    assert "If it fails" not in (await call("helm_upgrade", **WEB, dry_run=True)).text


async def test_a_preview_of_an_upgrade_promises_no_rollback_to_what_never_succeeded(
    call: Call, bench: Bench
) -> None:
    bench.has(1, config(), status="failed")
    bench.renders(config())
    answer = await call("helm_upgrade", **WEB, rollback_on_failure=True, dry_run=True)
    assert "helm rolls back to the last revision that succeeded, if there is one." in answer.text
