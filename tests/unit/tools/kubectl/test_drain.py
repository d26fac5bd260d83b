"""k8s_drain: what is evicted, what is left, what is refused, and what a preview foresees."""

import asyncio
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call, Said
from tests.support.builders import a_namespace, an_object
from tests.support.nodes import a_budget, a_node, controlled_by, on_node
from tests.support.rollouts import watched

JsonObject = dict[str, Any]


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    for name in ("node-1", "node-2"):
        cluster.store.create(a_node(name))
    return cluster


def hold(cluster: Cluster, *pods: JsonObject) -> None:
    for pod in pods:
        cluster.store.create(pod)


async def drain(call: Call, **arguments: object) -> Said:
    return await call("k8s_drain", node_name="node-1", **arguments)


def is_cordoned(cluster: Cluster) -> bool:
    node = cluster.store.get("", "nodes", None, "node-1")
    assert node is not None
    return bool(node["spec"].get("unschedulable"))


def left(cluster: Cluster) -> list[str]:
    return sorted(pod["metadata"]["name"] for pod in cluster.store.list("", "pods", None))


def a_daemon_set(name: str = "agent") -> JsonObject:
    return an_object("apps/v1", "DaemonSet", name, spec={"selector": {}, "template": {}})


async def test_pods_are_evicted_and_the_node_stays_closed(call: Call, shop: Cluster) -> None:
    hold(shop, on_node("web-a"), on_node("web-b"), on_node("web-c", node="node-2"))
    answer = await drain(call)
    assert not answer.error
    assert answer.text == "node/node-1 drained: 2 pods evicted\n  evicted: shop/web-a, shop/web-b"
    assert (is_cordoned(shop), left(shop)) == (True, ["web-c"])
    assert (answer.data["evicted"], answer.data["left"]) == (2, 0)


async def test_an_eviction_names_the_pods_uid_and_the_grace_asked_for(
    call: Call, shop: Cluster
) -> None:
    hold(shop, on_node("web-a"))
    pod = shop.store.get("", "pods", "shop", "web-a")
    assert pod is not None
    await drain(call, grace_seconds=5)
    [eviction] = shop.requests.matching(lambda request: request.path.endswith("/eviction"))
    assert eviction.json["deleteOptions"] == {
        "preconditions": {"uid": pod["metadata"]["uid"]},
        "gracePeriodSeconds": 5,
    }


async def test_pods_of_daemon_sets_and_of_the_node_itself_are_left(
    call: Call, shop: Cluster
) -> None:
    mirror = {"kubernetes.io/config.mirror": "x"}
    shop.store.create(a_daemon_set())
    hold(shop, on_node("agent-x", "DaemonSet", "agent"), on_node("etcd", "", annotations=mirror))
    answer = await drain(call)
    assert answer.text == (
        "node/node-1 drained: 0 pods evicted\n"
        "Warning: ignoring DaemonSet-managed Pods: shop/agent-x"
    )
    assert left(shop) == ["agent-x", "etcd"]


async def test_what_kubectl_refuses_is_refused_before_anything_is_changed(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_daemon_set())
    scratch = {"volumes": [{"name": "scratch", "emptyDir": {}}]}
    hold(
        shop,
        on_node("agent-x", "DaemonSet", "agent"),
        on_node("bare-a", ""),
        on_node("bare-b", ""),
        on_node("cache", spec=scratch),
        on_node("orphan", "DaemonSet", "gone"),
        on_node("web-a"),
    )
    answer = await drain(call, ignore_daemonsets=False)
    assert answer.error
    assert answer.text == (
        "cannot delete DaemonSet-managed Pods (use ignore_daemonsets=true to ignore): "
        "shop/agent-x\n"
        "cannot delete Pods that declare no controller (use force=true to override): "
        "shop/bare-a, shop/bare-b\n"
        "cannot delete Pods with local storage (use delete_emptydir_data=true to override): "
        "shop/cache\n"
        'cannot delete daemonsets.apps "gone" not found: shop/orphan\n'
        "Nothing was changed."
    )
    assert (is_cordoned(shop), len(left(shop)), shop.requests.changes) == (False, 6, [])


async def test_with_leave_they_go_and_kubectls_warnings_are_said(call: Call, shop: Cluster) -> None:
    scratch = {"volumes": [{"name": "scratch", "emptyDir": {}}]}
    hold(shop, on_node("bare", "", spec=scratch), on_node("orphan", "DaemonSet", "gone"))
    answer = await drain(call, force=True, delete_emptydir_data=True)
    assert answer.text == (
        "node/node-1 drained: 2 pods evicted\n"
        "  evicted: shop/bare, shop/orphan\n"
        "Warning: deleting Pods with local storage: shop/bare\n"
        "Warning: deleting Pods that declare no controller: shop/bare\n"
        'Warning: daemonsets.apps "gone" not found: shop/orphan'
    )
    assert left(shop) == []


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
async def test_what_has_ended_needs_no_leave(call: Call, shop: Cluster, phase: str) -> None:
    scratch = {"volumes": [{"name": "scratch", "emptyDir": {}}]}
    hold(shop, on_node("done", "", spec=scratch, status={"phase": phase}))
    assert (await drain(call)).text.startswith("node/node-1 drained: 1 pod evicted")


async def test_a_selector_narrows_what_is_meant(call: Call, shop: Cluster) -> None:
    hold(shop, on_node("web-a"), on_node("bare", "", labels={"app": "other"}))
    answer = await drain(call, pod_selector="app=web")
    assert not answer.error
    assert left(shop) == ["bare"]


async def test_the_budget_that_blocks_is_named_and_the_way_back(call: Call, shop: Cluster) -> None:
    shop.store.create(a_budget("web", 0))
    hold(shop, on_node("api-a", labels={"app": "api"}), on_node("web-a"))
    answer = await drain(call, timeout_seconds=1)
    assert answer.error
    assert answer.text == (
        "node/node-1 is not drained after 1 s: 1 of 2 pods evicted, 1 left. It stays cordoned.\n"
        "  shop/web-a  blocked: The disruption budget web needs 2 healthy pods and has 2 "
        "currently\n"
        "  evicted: shop/api-a\n"
        'Call again to go on, or k8s_uncordon(node_name="node-1") to open it again.'
    )
    assert (is_cordoned(shop), left(shop)) == (True, ["web-a"])


async def test_what_can_never_be_evicted_is_not_waited_for(call: Call, shop: Cluster) -> None:
    hold(shop, on_node("web-a"))
    shop.store.create(a_budget("one"))
    shop.store.create(a_budget("two"))
    answer = await drain(call)
    assert answer.text == (
        "node/node-1 is not drained: 0 of 1 pod evicted, 1 left. It stays cordoned.\n"
        "  shop/web-a  failed: This pod has more than one PodDisruptionBudget, which the eviction "
        "subresource does not support.\n"
        'Call again to go on, or k8s_uncordon(node_name="node-1") to open it again.'
    )


async def test_a_pod_that_takes_its_time_is_waited_for(call: Call, shop: Cluster) -> None:
    shop.kubelets = True
    hold(shop, on_node("web-a"))

    async def kubelet() -> None:
        await watched(shop)
        shop.store.delete("", "pods", "shop", "web-a")

    answer, _ = await asyncio.gather(drain(call), kubelet())
    assert answer.text == "node/node-1 drained: 1 pod evicted\n  evicted: shop/web-a"


async def test_at_the_deadline_what_still_ends_is_said(call: Call, shop: Cluster) -> None:
    shop.kubelets = True
    hold(shop, on_node("web-a"))
    answer = await drain(call, timeout_seconds=1)
    assert "\n  shop/web-a  terminating\n" in answer.text


async def test_another_pod_of_the_same_name_is_not_touched(call: Call, shop: Cluster) -> None:
    hold(shop, on_node("db-0", "StatefulSet", "db"))
    shop.faults.status(409, "/eviction$", reason="Conflict", message="the UID does not match")
    answer = await drain(call)
    assert not answer.error
    assert left(shop) == ["db-0"]


async def test_a_missing_permission_is_no_reason_to_wait(call: Call, shop: Cluster) -> None:
    hold(shop, on_node("web-a"))
    message = 'pods "web-a" is forbidden: User "jane" cannot create resource "pods/eviction" '
    message += 'in API group "" in the namespace "shop"'
    shop.faults.status(403, "/eviction$", reason="Forbidden", message=message)
    answer = await drain(call)
    assert answer.error
    assert (
        '  shop/web-a  failed: Not allowed: user "jane" lacks "create" on "pods/eviction" in '
        'namespace "shop".\n' in answer.text
    )


async def test_a_node_that_is_not_there_is_refused(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_drain", node_name="node-3")
    assert answer.error
    assert answer.text.startswith('node "node-3" not found.')


def foreseen(answer: Said) -> list[str]:
    """Return what the drain itself notes in a preview."""
    kept = ("  ", "! ", "Leaves ", "Fits ", "Not seen")
    return [line for line in answer.text.splitlines() if line.startswith(kept)]


def a_replica(name: str, **more: Any) -> JsonObject:
    return on_node(
        name, owner="web-7d4b9", labels={"app": "web", "pod-template-hash": "7d4b9"}, **more
    )


async def test_a_preview_foresees_budgets_losses_and_room(call: Call, shop: Cluster) -> None:
    shop.store.create(a_budget("web", 1))
    shop.store.create(a_budget("db", 0, app="db"))
    scratch = {"volumes": [{"name": "scratch", "emptyDir": {}}]}
    hold(
        shop,
        on_node("db-0", "StatefulSet", "db", labels={"app": "db"}, cpu="6"),
        on_node("job-x", "", labels={"app": "job"}, spec=scratch),
        a_replica("web-7d4b9-a", cpu="1"),
        a_replica("web-7d4b9-b", cpu="1"),
        on_node("other", node="node-2", cpu="1500m"),
    )
    answer = await drain(call, force=True, delete_emptydir_data=True, dry_run=True)
    assert not answer.error
    assert foreseen(answer)[-5:] == [
        "  1 x statefulset shop/db  BLOCKED now: The disruption budget db needs 2 healthy pods "
        "and has 2 currently",
        "  1 x pod shop/job-x       emptyDir data is lost; no controller: nothing makes it anew",
        "  2 x deployment shop/web  budget web allows 1 at a time: takes at least 2 rounds",
        "Fits elsewhere, by requests: 2 of 3.",
        "  shop/db-0 asks for 6 cpu, the most free is 2500m",
    ]
    assert (is_cordoned(shop), len(left(shop)), shop.requests.changes) == (False, 5, [])


async def test_a_preview_of_a_refused_drain_says_so_first(call: Call, shop: Cluster) -> None:
    shop.store.create(a_daemon_set())
    hold(shop, on_node("agent-x", "DaemonSet", "agent"), on_node("bare", ""), on_node("web-a"))
    answer = await drain(call, dry_run=True)
    assert answer.text.startswith("Only tried: nothing has been done.")
    assert foreseen(answer) == [
        "! Refused as asked: cannot delete Pods that declare no controller (use force=true to "
        "override): shop/bare",
        "  1 x replicaset shop/web-7d4b9  evicted at once",
        "Leaves 1: shop/agent-x",
        "Fits elsewhere, by requests: 1 of 1.",
    ]


async def test_a_preview_is_the_same_twice(call: Call, shop: Cluster) -> None:
    hold(shop, *(on_node(f"web-{number}") for number in range(20)))
    first, second = await drain(call, dry_run=True), await drain(call, dry_run=True)
    assert first.text == second.text


async def test_the_pods_of_a_job_come_back_elsewhere_too(call: Call, shop: Cluster) -> None:
    hold(shop, on_node("job-x", "Job", "job"))
    assert controlled_by("Job", "job")[0]["apiVersion"] == "batch/v1"
    answer = await drain(call, dry_run=True)
    assert "Fits elsewhere, by requests: 1 of 1." in foreseen(answer)
