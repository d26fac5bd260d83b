"""helm_template knows no cluster and shows no secret; helm_diff says what is different."""

import re

import pytest

from clients.helm import HelmSettings
from clients.helm.executable.environment import NOWHERE
from tests.conftest import Call
from tests.support.builders import an_object
from tests.support.operating import Bench, config, secret

WEB = {"release_name": "web", "chart": "demo/web"}


@pytest.fixture
def helm_settings(with_charts: HelmSettings) -> HelmSettings:
    return with_charts


def plain(text: str) -> str:
    return re.sub("fingerprint [0-9a-f]{6}", "fingerprint F", text)


async def test_a_template_is_rendered_without_any_cluster(call: Call, bench: Bench) -> None:
    bench.helm.prints(config())
    answer = await call("helm_template", **WEB, values="color: green", include_crds=True)
    assert answer.text == config().rstrip()
    assert bench.helm.arguments[:2] == ["template", "web"]
    assert bench.helm.arguments[3:] == [
        *("--namespace", "default", "--values", "-", "--include-crds")
    ]
    assert bench.helm.kubeconfig["clusters"] == [
        {"name": "gateway", "cluster": {"server": NOWHERE}}
    ]
    assert [*bench.cluster.requests] == []


async def test_a_template_shows_fingerprints_of_its_secrets(call: Call, bench: Bench) -> None:
    values = "url: postgres://web:hunter2-of-web@db/web\n"
    bench.helm.prints(secret() + config(color="hunter2-of-web"))
    answer = await call("helm_template", **WEB, values=values)
    assert "hunter2" not in answer.text
    assert "password: <redacted 14 bytes, fingerprint F>" in plain(answer.text)


async def test_a_chart_that_does_not_render_is_refused_with_helms_reason(
    call: Call, bench: Bench
) -> None:
    bench.helm.fails('Error: template: web/templates/x.yaml:1:2: function "env" not defined\n')
    answer = await call("helm_template", **WEB)
    assert (answer.text, answer.error) == (
        'template: web/templates/x.yaml:1:2: function "env" not defined', True
    )  # fmt: skip


async def test_a_release_is_compared_with_a_chart(call: Call, bench: Bench) -> None:
    bench.has(2, config() + config("old") + secret())
    bench.renders(config(color="blue") + config("more") + secret(password="other-than-it-was"))
    answer = await call("helm_diff", **WEB, namespace="shop", values="color: blue")
    assert plain(answer.text) == (
        'release "web": revision 2 (nginx-1.0.0) → chart web-1.1.0: 4 of 4 objects differ.\n\n'
        "~ configmap/web in shop\n    data.color: green → blue\n"
        "- configmap/old in shop\n"
        "~ secret/web in shop\n"
        "    data.password: fingerprint F (14 bytes) → fingerprint F (17 bytes)\n"
        "+ configmap/more in shop\n    keys: color"
    )
    assert bench.changes == []


async def test_a_release_is_compared_with_an_earlier_revision(call: Call, bench: Bench) -> None:
    bench.has(1, config(color="red"), status="superseded")
    bench.has(2, config() + config("same"))
    answer = await call("helm_diff", release_name="web", namespace="shop", revision=1)
    assert answer.text == (
        'release "web": revision 2 (nginx-1.0.0) → revision 1 (nginx-1.0.0): 2 of 2 objects '
        "differ.\n\n"
        "~ configmap/web in shop\n    data.color: green → red\n"
        "- configmap/same in shop"
    )
    assert not bench.helm.was_run


async def test_a_release_is_compared_with_what_is_live(call: Call, bench: Bench) -> None:
    bench.has(1, config() + config("gone") + secret())
    live = an_object("v1", "ConfigMap", "web", data={"color": "red", "by": "hand"})
    bench.cluster.store.create(live)
    bench.cluster.store.create(
        an_object("v1", "Secret", "web", type="Opaque", data={"password": "aHVudGVyMi1vZi13ZWI="})
    )
    answer = await call("helm_diff", release_name="web", namespace="shop")
    assert answer.text == (
        'release "web": revision 1 (nginx-1.0.0) → the live objects: 2 of 3 objects differ.\n\n'
        "~ configmap/web in shop\n    data.color: green → red\n"
        "- configmap/gone in shop"
    )
    assert not bench.helm.was_run


async def test_what_is_the_same_is_said_so(call: Call, bench: Bench) -> None:
    bench.has(1, config())
    bench.renders(config())
    answer = await call("helm_diff", **WEB, namespace="shop")
    assert answer.text == (
        'release "web": revision 1 (nginx-1.0.0) and chart web-1.1.0 are the same in all 1 objects.'
    )


async def test_only_one_thing_is_compared_with(call: Call, bench: Bench) -> None:
    answer = await call("helm_diff", **WEB, namespace="shop", revision=1)
    assert (answer.text, answer.error) == ("Give chart or revision, not both.", True)


@pytest.mark.parametrize("printed", ["", "{", "Pulled: x\n", "[]x"])
async def test_a_helm_that_prints_no_release_is_told_so(
    call: Call, bench: Bench, printed: str
) -> None:
    bench.has(1, config())
    bench.helm.prints(printed)
    answer = await call("helm_diff", **WEB, namespace="shop")
    assert (answer.text, answer.error) == (
        'helm printed no release for release "web" in namespace "shop", or one too large.', True
    )  # fmt: skip


PASSWORD = "Horse7Battery"


@pytest.mark.parametrize("other", [{"chart": "demo/web"}, {"revision": 1}, {}])
async def test_a_secret_value_is_masked_wherever_a_chart_has_put_it(
    call: Call, bench: Bench, other: dict[str, object]
) -> None:
    values = {"auth": {"password": PASSWORD}}
    bench.has(1, config(color="red"), status="superseded")
    bench.has(2, config(color=f"as-{PASSWORD}"), config=values)
    bench.renders(config(color=f"is-{PASSWORD}"))
    live = an_object("v1", "ConfigMap", "web", data={"color": f"was-{PASSWORD}"})
    bench.cluster.store.create(live)
    answer = await call("helm_diff", release_name="web", namespace="shop", **other)
    assert "data.color: as-<redacted 13 bytes, fingerprint" in answer.text
    assert PASSWORD not in str(answer)


async def test_a_chart_that_fails_tells_no_value_of_the_release(call: Call, bench: Bench) -> None:
    bench.has(1, config(), config={"auth": {"password": PASSWORD}})
    bench.helm.fails(f"Error: UPGRADE FAILED: execution error at (x.yaml:1:3): {PASSWORD}!\n")
    answer = await call("helm_diff", **WEB, namespace="shop")
    assert answer.text.startswith("execution error at (x.yaml:1:3): <redacted 13 bytes")
    assert PASSWORD not in str(answer)


@pytest.mark.parametrize("more", [{"values": "a: 1"}, {"version": "1.0.0"}])
@pytest.mark.parametrize("with_revision", [False, True])
async def test_values_or_a_version_without_a_chart_are_refused(
    call: Call, bench: Bench, more: dict[str, str], with_revision: bool
) -> None:
    bench.has(1, config())
    wanted = {**more, **({"revision": 1} if with_revision else {})}
    answer = await call("helm_diff", release_name="web", namespace="shop", **wanted)
    assert (answer.text, answer.error) == (
        "Give chart, too: values and version are of a chart to upgrade to.", True
    )  # fmt: skip
