"""k8s_rollout_restart, k8s_rollout_undo and k8s_rollout_pause send what kubectl sends."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from sandbox import Cluster
from sandbox.controllers import Controllers
from tests.conftest import Call
from tests.support.builders import a_namespace, a_pod, an_object
from tests.support.changing import JSON_PATCH, OWN, STRATEGIC, changes, stored

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
REVISION = "deployment.kubernetes.io/revision"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
STAMP = {
    "spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: "2026-11-20T12:00:00Z"}}}}
}
PLURALS = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}
KINDS = list(PLURALS)


def path(kind: str) -> str:
    return f"/apis/apps/v1/namespaces/shop/{PLURALS[kind]}/web"


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


@pytest.fixture
def controllers(shop: Cluster) -> Iterator[Controllers]:
    working = Controllers(shop.store, heartbeats=False)
    yield working
    working.close()


def a_template(number: int, **container: Any) -> dict[str, Any]:
    env = [{"name": "DB_PASSWORD", "value": f"hunter{number}"}, {"name": "MODE", "value": "fast"}]
    only = {"name": "web", "image": f"shop/web:{number}", "env": env, **container}
    annotations = {"build": str(number)}
    return {
        "metadata": {"labels": {"app": "web"}, "annotations": annotations},
        "spec": {"containers": [only], "restartPolicy": "Always"},
    }


def a_workload(kind: str, number: int = 1, **spec: Any) -> dict[str, Any]:
    whole = {
        "selector": {"matchLabels": {"app": "web"}},
        "template": a_template(number),
        "revisionHistoryLimit": 10,
        **spec,
    }
    if kind != "DaemonSet":
        whole["replicas"] = 2
    return an_object("apps/v1", kind, "web", spec=whole)


Templates = dict[int, dict[str, Any]]


async def applied(call: Call, cluster: Cluster, kind: str, number: int = 1) -> dict[str, Any]:
    """Store a workload through the API server, defaults and all; return its template."""
    content = orjson.dumps(a_workload(kind, number)).decode()
    answer = await call("k8s_apply", content=content)
    assert not answer.error, answer.text
    cluster.requests.clear()
    template: dict[str, Any] = stored(cluster, kind, "web")["spec"]["template"]
    return template


async def rolled_out(
    call: Call, cluster: Cluster, controllers: Controllers, kind: str, count: int = 5
) -> Templates:
    """Let a workload have so many revisions, each with its own image and password."""
    templates = {}
    for number in range(1, count + 1):
        templates[number] = await applied(call, cluster, kind, number)
        controllers.settle()
    return templates


# Restart


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restart_stamps_the_template(call: Call, shop: Cluster, kind: str) -> None:
    await applied(call, shop, kind)
    answer = await call("k8s_rollout_restart", name=f"{kind.lower()}/web", namespace="shop")
    assert answer.text.splitlines()[0] == f"{kind.lower()}.apps/web restarted"
    assert changes(shop) == [("PATCH", path(kind), OWN, STRATEGIC, STAMP)]
    annotations = stored(shop, kind, "web")["spec"]["template"]["metadata"]["annotations"]
    assert annotations == {"build": "1", RESTARTED_AT: "2026-11-20T12:00:00Z"}


async def test_a_name_without_a_type_is_a_deployments(call: Call, shop: Cluster) -> None:
    await applied(call, shop, "Deployment")
    answer = await call("k8s_rollout_restart", name="web", namespace="shop")
    assert answer.text == "deployment.apps/web restarted"


async def test_a_second_restart_in_the_same_second_does_not_pretend(
    call: Call, shop: Cluster
) -> None:
    """kubectl refuses it as well: the stamp is the same, and nothing would happen."""
    await applied(call, shop, "Deployment")
    await call("k8s_rollout_restart", name="web", namespace="shop")
    answer = await call("k8s_rollout_restart", name="web", namespace="shop")
    assert answer.error
    assert answer.text == (
        'deployment "web" in namespace "shop" was restarted in this very second already; '
        "nothing was done."
    )


@pytest.mark.parametrize("tool", ["k8s_rollout_restart", "k8s_rollout_undo"])
async def test_a_paused_deployment_is_resumed_first(call: Call, shop: Cluster, tool: str) -> None:
    shop.store.create(a_workload("Deployment", paused=True))
    more = {"resource_type": "deployment"} if tool == "k8s_rollout_undo" else {}
    answer = await call(tool, name="web", namespace="shop", **more)
    assert answer.error
    assert "is paused and cannot be " in answer.text
    assert "resume it first" in answer.text
    assert changes(shop) == []


@pytest.mark.parametrize("name", ["pod/web", "job/web", "configmap/web"])
async def test_only_workloads_that_roll_can_be_restarted(
    call: Call, shop: Cluster, name: str
) -> None:
    shop.store.create(a_pod())
    answer = await call("k8s_rollout_restart", name=name, namespace="shop")
    assert answer.error
    assert "have no rollouts that are followed here" in answer.text
    assert changes(shop) == []


# Undo


async def test_a_deployment_goes_back_with_kubectls_patch(
    call: Call, shop: Cluster, controllers: Controllers
) -> None:
    templates = await rolled_out(call, shop, controllers, "Deployment")
    obj = stored(shop, "Deployment", "web")
    obj["metadata"]["annotations"] |= {LAST_APPLIED: '{"env":"hunter9"}', "mine": "gone"}
    shop.store.update(obj)
    asked = {"name": "web", "resource_type": "deployment", "namespace": "shop"}
    answer = await call("k8s_rollout_undo", **asked)
    assert answer.text.splitlines()[0] == "deployment.apps/web rolled back to revision 4"
    operations = [
        {"op": "replace", "path": "/spec/template", "value": templates[4]},
        {
            "op": "replace",
            "path": "/metadata/annotations",
            "value": {REVISION: "5", LAST_APPLIED: '{"env":"hunter9"}'},
        },
    ]
    assert changes(shop) == [("PATCH", path("Deployment"), OWN, JSON_PATCH, operations)]
    found = stored(shop, "Deployment", "web")
    assert found["spec"]["template"] == templates[4]
    assert found["metadata"]["annotations"] == operations[1]["value"]
    assert "hunter" not in answer.text


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
async def test_the_others_go_back_with_what_the_revision_holds(
    call: Call, shop: Cluster, controllers: Controllers, kind: str
) -> None:
    templates = await rolled_out(call, shop, controllers, kind)
    asked = {"name": "web", "resource_type": kind.lower(), "namespace": "shop", "to_revision": 2}
    answer = await call("k8s_rollout_undo", **asked)
    assert answer.text.splitlines()[0] == f"{kind.lower()}.apps/web rolled back to revision 2"
    data = {"spec": {"template": {**templates[2], "$patch": "replace"}}}
    assert changes(shop) == [("PATCH", path(kind), OWN, STRATEGIC, data)]
    assert stored(shop, kind, "web")["spec"]["template"] == templates[2]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_template_comes_back_exactly_though_its_secrets_are_never_shown(
    call: Call, shop: Cluster, controllers: Controllers, kind: str
) -> None:
    templates = await rolled_out(call, shop, controllers, kind)
    asked = {"name": "web", "resource_type": kind.lower(), "namespace": "shop"}
    said = []
    for number in (2, 1, 4):
        for dry_run in (True, False):
            answer = await call("k8s_rollout_undo", **asked, to_revision=number, dry_run=dry_run)
            assert not answer.error, answer.text
            said.append(answer.text)
        assert stored(shop, kind, "web")["spec"]["template"] == templates[number]
        controllers.settle()
    said.append((await call("k8s_rollout_history", **asked)).text)
    assert "hunter" not in "".join(said)
    assert "fingerprint" in "".join(said)


@pytest.mark.parametrize("kind", KINDS)
async def test_going_back_twice_is_going_there_and_back(
    call: Call, shop: Cluster, controllers: Controllers, kind: str
) -> None:
    """A22: a call repeated is a call carried out twice."""
    await rolled_out(call, shop, controllers, kind)
    asked = {"name": "web", "resource_type": kind.lower(), "namespace": "shop"}
    images = []
    for _ in range(2):
        await call("k8s_rollout_undo", **asked)
        controllers.settle()
        [container] = stored(shop, kind, "web")["spec"]["template"]["spec"]["containers"]
        images.append(container["image"])
    assert images == ["shop/web:4", "shop/web:5"]
    assert len(changes(shop)) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_the_present_revision_is_nothing_to_go_back_to(
    call: Call, shop: Cluster, controllers: Controllers, kind: str
) -> None:
    await rolled_out(call, shop, controllers, kind)
    asked = {"name": "web", "resource_type": kind.lower(), "namespace": "shop", "to_revision": 5}
    answer = await call("k8s_rollout_undo", **asked)
    assert answer.error
    assert answer.text == (
        f'Nothing to do: {kind.lower()} "web" in namespace "shop" has the template of revision 5 '
        "already."
    )
    assert changes(shop) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_revision_that_is_not_kept_is_refused_with_those_that_are(
    call: Call, shop: Cluster, controllers: Controllers, kind: str
) -> None:
    await rolled_out(call, shop, controllers, kind, count=3)
    asked = {"name": "web", "resource_type": kind.lower(), "namespace": "shop", "to_revision": 7}
    answer = await call("k8s_rollout_undo", **asked)
    assert answer.error
    assert answer.text == (
        f'{kind.lower()} "web" in namespace "shop" has no revision 7; it has: 1, 2, 3.'
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_the_first_revision_has_none_before_it(
    call: Call, shop: Cluster, controllers: Controllers, kind: str
) -> None:
    await rolled_out(call, shop, controllers, kind, count=1)
    asked = {"name": "web", "resource_type": kind.lower(), "namespace": "shop"}
    answer = await call("k8s_rollout_undo", **asked)
    assert answer.error
    assert answer.text == (
        f'{kind.lower()} "web" in namespace "shop" has no earlier revision to go back to.'
    )
    assert changes(shop) == []


# Pause


async def test_a_deployment_is_paused_and_resumed_with_kubectls_patches(
    call: Call, shop: Cluster
) -> None:
    await applied(call, shop, "Deployment")
    paused = await call("k8s_rollout_pause", name="web", namespace="shop")
    assert paused.text == "deployment.apps/web paused"
    assert stored(shop, "Deployment", "web")["spec"]["paused"] is True
    resumed = await call("k8s_rollout_pause", name="web", namespace="shop", resume=True)
    assert resumed.text == "deployment.apps/web resumed"
    assert "paused" not in stored(shop, "Deployment", "web")["spec"]
    assert changes(shop) == [
        ("PATCH", path("Deployment"), OWN, STRATEGIC, {"spec": {"paused": True}}),
        ("PATCH", path("Deployment"), OWN, STRATEGIC, {"spec": {"paused": None}}),
    ]


async def test_what_is_paused_or_running_already_is_left_alone(call: Call, shop: Cluster) -> None:
    await applied(call, shop, "Deployment")
    answer = await call("k8s_rollout_pause", name="web", namespace="shop", resume=True)
    assert answer.text == "deployment.apps/web is resumed already"
    assert changes(shop) == []


async def test_only_deployments_pause(call: Call, shop: Cluster) -> None:
    await applied(call, shop, "StatefulSet")
    answer = await call("k8s_rollout_pause", name="sts/web", namespace="shop")
    assert answer.error
    assert answer.text == "Only deployments can be paused and resumed, not statefulsets."
    assert changes(shop) == []
