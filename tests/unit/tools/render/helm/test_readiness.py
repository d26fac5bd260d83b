"""What each kind calls ready, and what it says if it is not."""

from typing import Any

import pytest

from tests.support.builders import a_deployment, a_pod, a_service, an_object
from tools.render.helm.readiness import readiness


def condition(kind: str, status: str, **more: str) -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": status, **more}]}


def a_job(**status: Any) -> dict[str, Any]:
    return an_object("batch/v1", "Job", "once", spec={"completions": 2}, status=status)


def a_claim(**status: Any) -> dict[str, Any]:
    return an_object("v1", "PersistentVolumeClaim", "data", spec={}, status=status)


def a_balancer(*addresses: str) -> dict[str, Any]:
    service = a_service()
    service["spec"]["type"] = "LoadBalancer"
    return {**service, "status": {"loadBalancer": {"ingress": [{"ip": ip} for ip in addresses]}}}


def on_delete(kind: str, spec: dict[str, Any], **status: int) -> dict[str, Any]:
    strategy = {"updateStrategy": {"type": "OnDelete"}}
    return an_object("apps/v1", kind, "agent", spec=spec | strategy, status=status)


def an_argo_rollout(**status: str) -> dict[str, Any]:
    return an_object("argoproj.io/v1alpha1", "Rollout", "web", spec={}, status=status)


ROLLED = {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}
STUCK = condition("Progressing", "False", reason="ProgressDeadlineExceeded")
DAEMONS = {"desiredNumberScheduled": 2}


@pytest.mark.parametrize(
    ("obj", "ready", "text"),
    [
        (a_deployment() | {"status": ROLLED}, True, "3 of 3 updated, 3 available"),
        (a_deployment() | {"status": {"replicas": 1}}, False, "0 of 3 updated, 0 available"),
        (
            a_deployment() | {"status": STUCK},
            False,
            '0 of 3 updated, 0 available; deployment "web" exceeded its progress deadline',
        ),
        (on_delete("StatefulSet", {"replicas": 2}, readyReplicas=1), False, "1 of 2 ready"),
        (on_delete("DaemonSet", {}, numberReady=2, **DAEMONS), True, "2 of 2 ready"),
        (a_pod(status=condition("Ready", "True")), True, ""),
        (a_pod(status={"phase": "Succeeded"}), True, "Succeeded"),
        (
            a_pod(status=condition("PodScheduled", "False", message="no node")),
            False,
            "Pending: no node",
        ),
        (a_job(**condition("Complete", "True")), True, "Complete"),
        (a_job(**condition("Failed", "True", reason="TooLate")), False, "Failed: TooLate"),
        (a_job(succeeded=1), True, "running, 1 of 2"),
        (a_claim(phase="Bound"), True, "Bound"),
        (a_claim(), False, "Pending"),
        (a_service(), True, ""),
        (a_balancer(), False, "has no address of a load balancer yet"),
        (a_balancer("192.0.2.1"), True, ""),
        (an_argo_rollout(phase="Degraded", message="aborted"), False, "Degraded: aborted"),
        (
            an_object("x/v1", "Widget", "w", status=condition("Ready", "False", reason="Later")),
            False,
            "not Ready: Later",
        ),
        (an_object("x/v1", "Widget", "w", status="text"), True, ""),
        (an_object("x/v1", "Widget", "w", status={"conditions": "text"}), True, ""),
    ],
)
def test_each_kind_is_judged_by_what_it_says_itself(
    obj: dict[str, Any], ready: bool, text: str
) -> None:
    found = readiness(obj)
    assert (found.ready, found.text) == (ready, text)


def test_what_is_being_deleted_is_not_ready() -> None:
    going = a_service()
    going["metadata"]["deletionTimestamp"] = "2026-11-20T09:00:00Z"
    assert readiness(going).text == "is being deleted since 2026-11-20T09:00:00Z"
    assert not readiness(going).ready
