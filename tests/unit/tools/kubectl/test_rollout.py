"""k8s_rollout_status and k8s_rollout_history, against the simulated cluster."""

import asyncio
from typing import Any

import pytest
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_deployment, a_namespace, a_pod, an_object
from tests.support.rollouts import (
    a_pod_of,
    a_replica_set,
    a_template,
    a_workload,
    an_event,
    available,
    looks,
    owned_by,
    watched,
)
from tools.dependencies import Clients

PRESENT = {"deployment.kubernetes.io/revision": "2"}
UNDO = 'k8s_rollout_undo(name="web", resource_type="deployment", namespace="shop")'
CRASHED = {
    "phase": "Running",
    "containerStatuses": [
        {
            "name": "web",
            "ready": False,
            "restartCount": 4,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"reason": "Error", "exitCode": 1}},
        }
    ],
}


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


def unfinished(cluster: Cluster, **spec: Any) -> Any:
    """Store a Deployment with one of three new pods available; return its newest ReplicaSet."""
    deployment = cluster.store.create(a_workload(annotations=PRESENT, status=available(1), **spec))
    cluster.store.create(a_replica_set(deployment, 1))
    return cluster.store.create(a_replica_set(deployment, 2))


async def test_a_finished_rollout_is_said_in_kubectls_words(call: Call, shop: Cluster) -> None:
    shop.store.create(a_workload(status=available(3)))
    answer = await call("k8s_rollout_status", name="web", namespace="shop")
    assert answer.text == 'deployment "web" successfully rolled out'
    assert answer.data["done"] is True
    assert not answer.error


@pytest.mark.parametrize("name", ["statefulset/db", "sts/db", "db"])
async def test_the_type_stands_before_the_name_or_by_itself(
    call: Call, shop: Cluster, name: str
) -> None:
    status = {"readyReplicas": 3, "currentReplicas": 3, "currentRevision": "db-1"}
    shop.store.create(a_workload("StatefulSet", "db", {**status, "updateRevision": "db-1"}))
    by_itself = {} if "/" in name else {"resource_type": "statefulset"}
    answer = await call("k8s_rollout_status", name=name, namespace="shop", **by_itself)
    assert answer.text == "statefulset rolling update complete 3 pods at revision db-1..."


async def test_a_rollout_that_finishes_meanwhile_ends_the_wait(
    clients: Clients, shop: Cluster
) -> None:
    shop.store.create(a_workload(status=available(1)))
    told: list[str | None] = []

    async def progress(step: float, total: float | None, message: str | None) -> None:
        told.append(message)

    async def goes_on() -> None:
        await watched(shop)
        for count in (2, 3):
            shop.store.update(a_workload(status=available(count)))

    async with Client(create_app(Settings(), clients), progress_handler=progress) as client:
        arguments = {"name": "web", "namespace": "shop"}
        answer, _ = await asyncio.gather(
            client.call_tool("k8s_rollout_status", arguments), goes_on()
        )
    assert answer.content[0].text == 'deployment "web" successfully rolled out'
    assert told == [f"3 of 3 updated, {count} available" for count in (1, 2, 3)]


async def test_what_holds_a_rollout_up_is_said_for_each_unready_pod(
    call: Call, shop: Cluster
) -> None:
    newest = unfinished(shop)
    shop.store.create(a_pod_of(newest, "aaaaa", CRASHED))
    log = b"starting\nFATAL: no STRIPE_KEY, token=hunter2\n    at start (server.js:88:5)\n"
    shop.faults.body(log, "/log$", content_type="text/plain")
    unscheduled = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available."}
    shop.store.create(a_pod_of(newest, "bbbbb", {"phase": "Pending", "conditions": [unscheduled]}))
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    shop.store.create(a_pod_of(newest, "ccccc", ready))
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=0)
    assert answer.text == (
        'Waiting for deployment "web" rollout to finish: 1 of 3 updated replicas are available...\n'
        "3 of 3 updated, 1 available.\n"
        "  web-7d4b92-aaaaa  0/1  CrashLoopBackOff, terminated: Error, exit 1, 4 restarts: "
        '"FATAL: no STRIPE_KEY, token=<redacted>"\n'
        "  web-7d4b92-bbbbb  0/1  Pending: 0/3 nodes are available.\n"
        f"Call again to go on waiting, or {UNDO}."
    )
    assert not answer.error
    assert [request.query for request in shop.requests if request.path.endswith("/log")] == [
        {"container": "web", "tailLines": "20", "previous": "true"}
    ]


async def test_a_running_pod_that_is_not_ready_is_explained_by_its_newest_warning(
    call: Call, shop: Cluster
) -> None:
    running = {"name": "web", "ready": False, "state": {"running": {}}}
    newest = unfinished(shop)
    pod = shop.store.create(
        a_pod_of(newest, "aaaaa", {"phase": "Running", "containerStatuses": [running]})
    )
    shop.store.create(an_event(pod, "Readiness probe failed: 503"))
    earlier = {"lastTimestamp": "2026-11-20T11:57:00Z"}
    shop.store.create(an_event(pod, "Readiness probe failed: 404", number=2, **earlier))
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=0)
    said = "  web-7d4b92-aaaaa  0/1  running, not ready: Readiness probe failed: 503"
    assert answer.text.splitlines()[2] == said


async def test_without_pods_the_owners_warnings_are_told(call: Call, shop: Cluster) -> None:
    newest = unfinished(shop)
    shop.store.create(an_event(newest, "pods are forbidden:\nexceeded quota"))
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=0)
    assert answer.text.splitlines()[2] == "  pods are forbidden: exceeded quota"


async def test_a_wait_that_runs_out_is_an_error(call: Call, shop: Cluster) -> None:
    unfinished(shop, minReadySeconds=30)
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=1)
    assert answer.error
    assert answer.text.splitlines()[1:3] == [
        "Not rolled out after 1 s: 3 of 3 updated, 1 available.",
        "  Its pods are ready, for less than minReadySeconds (30 s).",
    ]


async def test_an_api_server_that_is_gone_at_the_deadline_is_said_to_be(
    call: Call, shop: Cluster
) -> None:
    unfinished(shop)

    async def gone() -> None:
        await watched(shop)
        shop.faults.hold("/deployments$", times=None)

    answer, _ = await asyncio.gather(
        call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=1), gone()
    )
    assert answer.error
    said = "The API server did not answer for the last 2 s: this is what was last seen."
    assert answer.text.splitlines()[0] == said


async def test_a_paused_deployment_is_not_waited_for(call: Call, shop: Cluster) -> None:
    shop.store.create(a_workload(status=available(0), paused=True))
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=280)
    last = "It is paused: it goes on when spec.paused is set to false."
    assert answer.text.splitlines()[-1] == last


async def test_an_exceeded_deadline_is_an_error_at_once(call: Call, shop: Cluster) -> None:
    exceeded = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    status = {**available(0), "conditions": [exceeded]}
    shop.store.create(a_workload(annotations=PRESENT, status=status))
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=280)
    assert answer.error
    assert answer.text == (
        'deployment "web" exceeded its progress deadline\n'
        f"3 of 3 updated, 0 available.\nRoll back: {UNDO}."
    )


async def test_a_workload_that_is_deleted_meanwhile_ends_the_wait(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_workload(status=available(1)))

    async def deleted() -> None:
        await watched(shop)
        shop.store.delete("apps", "deployments", "shop", "web")

    answer, _ = await asyncio.gather(
        call("k8s_rollout_status", name="web", namespace="shop"), deleted()
    )
    assert answer.error
    assert answer.text == 'deployment "web" in namespace "shop": object has been deleted'
    assert looks(shop, "deployments") == 1


async def test_a_missing_workload_is_refused_with_the_nearest_name(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_workload(status=available(3)))
    answer = await call("k8s_rollout_status", name="wbe", namespace="shop")
    assert answer.text == 'deployment "wbe" not found in namespace "shop". Did you mean "web"?'


async def test_pods_that_may_not_be_read_are_said_not_to_be_shown(
    call: Call, shop: Cluster
) -> None:
    unfinished(shop)
    shop.faults.status(403, "/pods$", reason="Forbidden", message="no pods for you")
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=0)
    assert answer.text.splitlines()[2] == "  Its pods are not shown: Not allowed: no pods for you"


async def test_a_log_or_event_that_may_not_be_read_is_named_and_leaves_the_reason_standing(
    call: Call, shop: Cluster
) -> None:
    newest = unfinished(shop)
    shop.store.create(a_pod_of(newest, "aaaaa", CRASHED))
    shop.store.create(a_pod_of(newest, "bbbbb", {"phase": "Pending"}))
    for path in ("/log$", "/events$"):
        shop.faults.status(403, path, reason="Forbidden")
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=0)
    assert answer.text.splitlines()[2:5] == [
        "  web-7d4b92-aaaaa  0/1  CrashLoopBackOff, terminated: Error, exit 1, 4 restarts",
        "  web-7d4b92-bbbbb  0/1  Pending",
        "  Not visible: events (forbidden), pods/log (forbidden).",
    ]


async def test_a_quota_that_forbids_pods_is_told_by_the_deployment(
    call: Call, shop: Cluster
) -> None:
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
    conditions = [{**failure, "message": "exceeded quota: small"}, {"type": "A", "status": "True"}]
    shop.store.create(a_workload(status={**available(0), "conditions": conditions}))
    answer = await call("k8s_rollout_status", name="web", namespace="shop", wait_seconds=0)
    assert answer.text.splitlines()[2:] == [
        "  FailedCreate: exceeded quota: small",
        "Call again to go on waiting.",
    ]


async def test_a_statefulset_has_its_own_pods_looked_at(call: Call, shop: Cluster) -> None:
    owner = shop.store.create(a_workload("StatefulSet", "db", {"readyReplicas": 2}))
    shop.store.create(a_pod_of(owner, "0", {"phase": "Pending"}))
    answer = await call(
        "k8s_rollout_status", name="statefulset/db", namespace="shop", wait_seconds=0
    )
    assert answer.text == (
        "Waiting for 1 pods to be ready...\n"
        "0 of 3 updated, 0 available.\n"
        "  db-0  0/1  Pending\n"
        "Call again to go on waiting."
    )


async def test_a_first_rollout_that_fails_has_nothing_to_go_back_to(
    call: Call, shop: Cluster
) -> None:
    exceeded = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    shop.store.create(a_workload(status={**available(0), "conditions": [exceeded]}))
    answer = await call("k8s_rollout_status", name="web", namespace="shop")
    assert answer.text.splitlines()[-1] == "There is no earlier revision to go back to."


async def test_pods_that_are_replaced_by_hand_have_no_rollout(call: Call, shop: Cluster) -> None:
    shop.store.create(a_workload("DaemonSet", "agent", updateStrategy={"type": "OnDelete"}))
    answer = await call("k8s_rollout_status", name="ds/agent", namespace="shop")
    assert answer.error
    assert answer.text == (
        "rollout status is only available for RollingUpdate strategy type; "
        "with OnDelete a pod is new after it is deleted."
    )


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            {"name": "pod/web"},
            "pods have no rollouts that are followed here; deployments, statefulsets and "
            "daemonsets have.",
        ),
        (
            {"name": "deployment/web", "resource_type": "statefulset"},
            'Give the type once: in "type/name", or in the argument resource_type.',
        ),
    ],
)
async def test_what_has_no_rollout_is_refused(
    call: Call, shop: Cluster, arguments: dict[str, str], refusal: str
) -> None:
    shop.store.create(a_pod())
    answer = await call("k8s_rollout_status", namespace="shop", **arguments)
    assert (answer.text, answer.error) == (refusal, True)


async def test_the_history_has_kubectls_columns_and_age_and_images(
    call: Call, shop: Cluster
) -> None:
    deployment = shop.store.create(a_workload())
    shop.store.create(a_replica_set(deployment, 2, **{"kubernetes.io/change-cause": "new image"}))
    shop.store.create(a_replica_set(deployment, 1))
    answer = await call(
        "k8s_rollout_history", name="web", resource_type="deployment", namespace="shop"
    )
    assert answer.text == (
        "deployment.apps/web\n"
        "REVISION  CHANGE-CAUSE  AGE  IMAGES\n"
        "1         <none>        11h  web=shop/web:1\n"
        "2         new image     10h  web=shop/web:2"
    )


async def test_one_revision_is_its_pod_template(call: Call, shop: Cluster) -> None:
    owner = shop.store.create(a_workload("StatefulSet", "db"))
    for number in (1, 2):
        template = {"$patch": "replace", **a_template("db", f"shop/db:{number}")}
        shop.store.create(
            an_object(
                "apps/v1",
                "ControllerRevision",
                f"db-{number}",
                labels={"app": "db"},
                ownerReferences=owned_by(owner),
                data={"spec": {"template": template}},
                revision=number,
            )
        )
    answer = await call(
        "k8s_rollout_history", name="db", resource_type="sts", namespace="shop", revision=2
    )
    assert answer.text.splitlines()[:5] == [
        "statefulset.apps/db with revision #2",
        "Pod Template:",
        "  Labels:  app=db",
        "  Containers:",
        "   db:",
    ]
    assert "Image:         shop/db:2" in answer.text


async def test_a_revision_that_is_not_kept_is_refused_with_those_that_are(
    call: Call, shop: Cluster
) -> None:
    deployment = shop.store.create(a_deployment())
    shop.store.create(a_replica_set(deployment, 4))
    answer = await call(
        "k8s_rollout_history", name="web", resource_type="deploy", namespace="shop", revision=1
    )
    assert answer.error
    assert answer.text == (
        'deployment "web" in namespace "shop": unable to find the specified revision 1; it has: 4.'
    )
