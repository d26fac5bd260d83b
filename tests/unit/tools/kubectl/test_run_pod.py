"""k8s_run_pod against the simulated cluster, whose kubelet these tests play."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from clients.kubernetes.changes import Journal
from clients.kubernetes.pods.running import RUN_ID, PodRun, run_pod
from sandbox import Cluster
from tests.conftest import Call, Said
from tests.support.builders import a_namespace, a_pod
from tests.support.rollouts import watched
from tools.dependencies import Clients

JsonObject = dict[str, Any]
PSA = (
    'pods "debug" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true '
    '(pod or container "debug" must set securityContext.runAsNonRoot=true)'
)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


def pod(cluster: Cluster) -> JsonObject | None:
    return cluster.store.get("", "pods", "shop", "debug")


def becomes(cluster: Cluster, phase: str, state: JsonObject, **more: Any) -> None:
    """Let the pod's node report a state of its container."""
    found = pod(cluster)
    assert found is not None
    found["spec"]["nodeName"] = "node-1"
    statuses = [{"name": "debug", "state": state, "ready": "running" in state}]
    found["status"] = {"phase": phase, "containerStatuses": statuses, **more}
    cluster.store.update(found)


def ends(cluster: Cluster, code: int, log: str = "", **terminated: Any) -> None:
    if log:
        cluster.logs.write("shop", "debug", "debug", log)
    state = {"terminated": {"exitCode": code, "reason": "Completed", **terminated}}
    becomes(cluster, "Failed" if code else "Succeeded", state)


async def run(call: Call, **arguments: object) -> Said:
    given = {"name": "debug", "image": "busybox:1", "namespace": "shop", **arguments}
    return await call("k8s_run_pod", **given)


async def both(call: Call, cluster: Cluster, kubelet: Awaitable[None], **more: object) -> Said:
    answer, _ = await asyncio.gather(run(call, **more), kubelet)
    return answer


async def runs_to(cluster: Cluster, code: int, log: str = "", **terminated: Any) -> None:
    await watched(cluster)
    becomes(cluster, "Running", {"running": {}})
    ends(cluster, code, log, **terminated)


async def test_the_log_is_the_answer_and_the_pod_is_removed(call: Call, shop: Cluster) -> None:
    answer = await both(call, shop, runs_to(shop, 0, "hello\nworld"), command="echo hello")
    assert (answer.text, answer.error, answer.data["exit_code"]) == ("hello\nworld", False, 0)
    assert pod(shop) is None


async def test_a_failing_command_is_data(call: Call, shop: Cluster) -> None:
    answer = await both(call, shop, runs_to(shop, 3, "no such host", reason="Error"))
    assert (answer.text, answer.error) == ("no such host\nexit code 3", False)
    assert answer.data["exit_code"] == 3


async def test_running_out_of_memory_is_named(call: Call, shop: Cluster) -> None:
    answer = await both(call, shop, runs_to(shop, 137, reason="OOMKilled"))
    assert answer.text == "exit code 137 (SIGKILL; often out of memory), OOMKilled"


async def test_the_pod_asks_for_little_and_ends_itself(call: Call, shop: Cluster) -> None:
    made: list[JsonObject] = []

    async def looked_at() -> None:
        await watched(shop)
        made.append(pod(shop) or {})
        ends(shop, 0)

    await both(call, shop, looked_at(), command='["sh", "-c", "exit 0"]', timeout_seconds=30)
    [made_pod] = made
    spec = made_pod["spec"]
    assert made_pod["metadata"]["labels"] == {"run": "debug"}
    assert (spec["restartPolicy"], spec["automountServiceAccountToken"]) == ("Never", False)
    assert spec["activeDeadlineSeconds"] == 90
    assert spec["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}
    [container] = spec["containers"]
    assert container["command"] == ["sh", "-c", "exit 0"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }


async def test_where_root_is_forbidden_the_pod_does_not_ask_for_it(
    call: Call, shop: Cluster
) -> None:
    shop.faults.status(403, "/pods$", reason="Forbidden", message=PSA, method="POST")
    made: list[JsonObject] = []

    async def looked_at() -> None:
        await watched(shop)
        made.append(pod(shop) or {})
        message = "container has runAsNonRoot and image will run as root"
        waiting = {"reason": "CreateContainerConfigError", "message": message}
        becomes(shop, "Pending", {"waiting": waiting})

    answer = await both(call, shop, looked_at())
    assert made[0]["spec"]["securityContext"]["runAsNonRoot"] is True
    assert answer.error
    assert answer.text == (
        'pod/debug did not start: the namespace enforces "restricted" pod security and the image '
        "runs as root. Take an image whose user is a number other than 0."
    )
    assert pod(shop) is None


async def test_another_refusal_is_passed_on(call: Call, shop: Cluster) -> None:
    quota = 'pods "debug" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=5'
    shop.faults.status(403, "/pods$", reason="Forbidden", message=quota, method="POST")
    answer = await run(call)
    assert answer.error
    assert answer.text.startswith(f"Not allowed: {quota}")
    assert [str(request) for request in shop.requests.changes] == [
        "POST /api/v1/namespaces/shop/pods"
    ]


async def test_a_pod_of_that_name_is_left_alone(call: Call, shop: Cluster) -> None:
    shop.store.create(a_pod("debug"))
    answer = await run(call)
    assert (answer.text, answer.error) == ('pods "debug" already exists', True)
    assert pod(shop) is not None


async def test_what_holds_it_at_the_deadline_is_said(call: Call, shop: Cluster) -> None:
    async def cannot_pull() -> None:
        await watched(shop)
        waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "busybox:1"'}
        becomes(shop, "Pending", {"waiting": waiting})

    answer = await both(call, shop, cannot_pull(), timeout_seconds=1)
    assert answer.error
    assert answer.text == (
        'pod/debug did not end within 1 s: ImagePullBackOff: Back-off pulling image "busybox:1"'
    )
    assert pod(shop) is None


async def test_a_pod_without_a_node_says_what_the_scheduler_says(call: Call, shop: Cluster) -> None:
    async def unschedulable() -> None:
        await watched(shop)
        found = pod(shop) or {}
        message = "0/3 nodes are available: 3 Insufficient cpu."
        condition = {"type": "PodScheduled", "status": "False", "message": message}
        found["status"] = {"phase": "Pending", "conditions": [condition]}
        shop.store.update(found)

    answer = await both(call, shop, unschedulable(), timeout_seconds=1)
    assert answer.text == (
        "pod/debug did not end within 1 s: Pending: 0/3 nodes are available: 3 Insufficient cpu."
    )


async def test_an_image_that_is_no_name_is_not_waited_for(call: Call, shop: Cluster) -> None:
    async def misnamed() -> None:
        await watched(shop)
        becomes(shop, "Pending", {"waiting": {"reason": "InvalidImageName", "message": "BAD"}})

    answer = await both(call, shop, misnamed())
    assert answer.text == "pod/debug cannot start: InvalidImageName: BAD"


async def test_of_what_runs_on_the_log_so_far_is_shown(call: Call, shop: Cluster) -> None:
    async def goes_on() -> None:
        await watched(shop)
        shop.logs.write("shop", "debug", "debug", "step 1\npassword=hunter2")
        becomes(shop, "Running", {"running": {}})

    answer = await both(call, shop, goes_on(), timeout_seconds=1)
    assert answer.error
    assert answer.text == ("step 1\npassword=<redacted>\npod/debug did not end within 1 s: Running")
    assert pod(shop) is None


async def test_a_kept_pod_stays_and_the_way_to_remove_it_is_said(call: Call, shop: Cluster) -> None:
    answer = await both(call, shop, runs_to(shop, 0, "done"), keep=True)
    assert answer.text == (
        'done\nThe pod is kept: k8s_delete(resource_type="pod", name="debug", namespace="shop") '
        "removes it."
    )
    kept = pod(shop)
    assert kept is not None
    assert "activeDeadlineSeconds" not in kept["spec"]


async def test_a_pod_that_somebody_else_deletes_is_not_waited_for(
    call: Call, shop: Cluster
) -> None:
    async def deleted() -> None:
        await watched(shop)
        shop.store.delete("", "pods", "shop", "debug")

    answer = await both(call, shop, deleted())
    assert answer.error
    assert answer.text == "pod/debug was deleted by somebody else before it ended."


async def test_a_pod_that_cannot_be_removed_is_told(call: Call, shop: Cluster) -> None:
    message = 'pods "debug" is forbidden: User "jane" cannot delete resource "pods" in API group ""'
    shop.faults.status(403, "/pods/debug$", reason="Forbidden", message=message, method="DELETE")
    answer = await both(call, shop, runs_to(shop, 0, "done"))
    assert answer.text == (
        'done\nThe pod could not be removed: Not allowed: user "jane" lacks "delete" on "pods". '
        'Remove it with k8s_delete(resource_type="pod", name="debug", namespace="shop").'
    )


async def test_a_cancelled_run_removes_its_pod_however_often_it_is_cancelled(
    clients: Clients, shop: Cluster
) -> None:
    kubernetes = clients.kubernetes
    writing = kubernetes.writer(Journal(), dry=False)
    run = PodRun(await writing.read.ref("pods", "debug", "shop"), "busybox:1")

    async def tell(_: str) -> None:
        pass

    removed = shop.faults.hold("/pods/debug$", method="DELETE")
    running = asyncio.create_task(run_pod(writing, kubernetes.background, run, tell))
    await watched(shop)
    assert pod(shop) is not None
    running.cancel()
    while not any(line.startswith("DELETE") for line in shop.requests.lines):  # noqa: ASYNC110
        await asyncio.sleep(0)
    running.cancel()  # whoever cancels does not wait for the removal
    with pytest.raises(asyncio.CancelledError):
        await running
    removed.set()
    await kubernetes.background.close()
    assert pod(shop) is None


async def test_a_create_whose_answer_is_lost_leaves_no_pod(call: Call, shop: Cluster) -> None:
    shop.faults.truncate("/namespaces/shop/pods$", after=10)
    answer = await run(call)
    assert answer.error
    assert "unknown whether" in answer.text
    assert pod(shop) is None


async def test_only_the_pod_of_this_run_is_ever_removed(clients: Clients, shop: Cluster) -> None:
    shop.store.create(a_pod("debug", annotations={RUN_ID: "another"}))
    shop.faults.reset("/namespaces/shop/pods$", method="POST")
    writing = clients.kubernetes.writer(Journal(), dry=False)
    run = PodRun(await writing.read.ref("pods", "debug", "shop"), "busybox:1")

    async def tell(_: str) -> None:
        pass

    with pytest.raises(Exception, match="unknown whether"):
        await run_pod(writing, clients.kubernetes.background, run, tell)
    assert pod(shop) is not None


async def test_a_preview_says_what_would_run_and_creates_nothing(call: Call, shop: Cluster) -> None:
    answer = await run(call, command="ls | wc", dry_run=True)
    assert answer.text.splitlines()[2:-1] == [
        "+ pod/debug in shop",
        '    container debug: busybox:1, runs ["ls","|","wc"]',
        "",
        'Would run ["ls","|","wc"] in image busybox:1, wait up to 60 s, return log and exit code, '
        "and remove it.",
        "! No shell reads |: for pipes and redirections use sh -c '…'.",
        "Admission: accepted, no warnings.",
        "For approval: create pod/debug in shop. "
        "Caution: No shell reads |: for pipes and redirections use sh -c '…'.",
    ]
    assert pod(shop) is None
    assert shop.requests.changes == []
