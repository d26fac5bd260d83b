"""The scheduler: binds a pod to the least busy node that fits, or says why none does."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of
from sandbox.controllers.amounts import quantity, requested
from sandbox.controllers.conditions import with_condition
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import SchedulerRecorder
from sandbox.controllers.loop import Key
from sandbox.controllers.node_fit import Refusal, refusal
from sandbox.controllers.ownership import is_deleted

RETRY_SECONDS = 300  # kube-scheduler moves unschedulable pods back after five minutes


class Scheduler:
    """Looks at every pod without a node; at all of them when room may have come free."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = SchedulerRecorder(cluster)
        self._pending: dict[Key, None] = {}

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at pending pods after a change of nodes, and after a pod's end."""
        if change.resource.storage == ("", "nodes"):
            return list(self._pending) if _matters(change) else []
        if change.resource.storage != ("", "pods"):
            return []
        key = (namespace_of(change.object), name_of(change.object))
        if change.type == "DELETED":
            self._pending.pop(key, None)
            return list(self._pending)
        before, spec = change.previous, change.object["spec"]
        if spec.get("nodeName") or (before is not None and before["spec"] == spec):
            return []
        return [key]

    def reconcile(self, key: Key) -> datetime | None:
        """Bind the pod, or note what is missing and try again later."""
        pod = self._cluster.store.peek("", "pods", *key)
        if pod is None or pod["spec"].get("nodeName") or is_deleted(pod):
            self._pending.pop(key, None)
            return None
        if pod["spec"].get("schedulingGates"):
            return None
        nodes = self._cluster.store.view("", "nodes")
        refusals = {name_of(node): refusal(self._cluster, pod, node) for node in nodes}
        fitting = [node for node in nodes if not refusals[name_of(node)].reasons]
        if fitting:
            self._pending.pop(key, None)
            self._bind(pod, name_of(min(fitting, key=self._load)))
            return None
        self._pending[key] = None
        self._refuse(pod, list(refusals.values()))
        return self._cluster.in_seconds(RETRY_SECONDS)

    def _bind(self, pod: JsonObject, node: str) -> None:
        bound = copied(pod)
        bound["spec"]["nodeName"] = node
        status = bound.setdefault("status", {})
        scheduled = {"type": "PodScheduled", "lastProbeTime": None, "status": "True"}
        self._condition(pod, status, scheduled)
        self._cluster.store.update(bound)
        message = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {node}"
        self._recorder.record(pod, "Normal", "Scheduled", message, "Binding")

    def _refuse(self, pod: JsonObject, refusals: list[Refusal]) -> None:
        message = _message(refusals)
        self._recorder.record(pod, "Warning", "FailedScheduling", message, "Scheduling")
        status = dict(pod.get("status") or {})
        refused = {"type": "PodScheduled", "lastProbeTime": None, "status": "False"}
        self._condition(pod, status, {**refused, "reason": "Unschedulable", "message": message})
        self._cluster.set_status(pod, {**status, "phase": "Pending"})

    def _condition(self, pod: JsonObject, status: JsonObject, new: JsonObject) -> None:
        new["observedGeneration"] = pod["metadata"].get("generation", 1)
        found = status.get("conditions") or []
        status["conditions"] = with_condition(found, new, self._cluster.stamp())

    def _load(self, node: JsonObject) -> tuple[Decimal, int, str]:
        pods = self._cluster.pods_on(name_of(node))
        used = sum((requested(pod, "memory") for pod in pods), Decimal(0))
        room = quantity((node["status"].get("allocatable") or {}).get("memory", 1))
        return used / max(room, Decimal(1)), len(pods), name_of(node)


def _matters(change: Change) -> bool:
    """Heartbeats of nodes make no room."""
    before, after = change.previous, change.object
    if before is None or change.type == "DELETED":
        return True
    return _room(before) != _room(after)


def _room(node: JsonObject) -> tuple[Any, ...]:
    allocatable = (node.get("status") or {}).get("allocatable")
    return node["spec"], node["metadata"].get("labels"), allocatable


def _message(refusals: list[Refusal]) -> str:
    total = len(refusals)
    if not total:
        return "no nodes available to schedule pods"
    counts = Counter(reason for refusal in refusals for reason in refusal.reasons)
    reasons = sorted(f"{count} {reason}" for reason, count in counts.items())
    hopeless = sum(refusal.hopeless for refusal in refusals)
    helps = {
        "No preemption victims found for incoming pod": total - hopeless,
        "Preemption is not helpful for scheduling": hopeless,
    }
    helped = sorted(f"{count} {text}" for text, count in helps.items() if count)
    return (
        f"0/{total} nodes are available: {', '.join(reasons)}. no new claims to deallocate, "
        f"preemption: 0/{total} nodes are available: {', '.join(helped)}."
    )
