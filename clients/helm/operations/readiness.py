"""Which of a release's objects have to become ready, and whether one is."""

from collections.abc import Callable, Mapping
from typing import Any

from clients.kubernetes.objects import JsonObject

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Pod", "PersistentVolumeClaim")


def is_ready(obj: JsonObject) -> bool:
    """Judge one object of ``WORKLOADS``; any other kind counts as ready."""
    judge = _JUDGES.get(str(obj.get("kind")))
    return judge is None or judge(obj.get("spec") or {}, obj.get("status") or {}, obj)


def has_failed(job: JsonObject) -> bool:
    """Whether a Job or Pod has ended badly."""
    status = job.get("status") or {}
    return status.get("phase") == "Failed" or _condition(status, "Failed")


def _observed(status: JsonObject, obj: JsonObject) -> bool:
    generation = obj["metadata"].get("generation", 0)
    return bool(status.get("observedGeneration", 0) >= generation)


def _replicated(count: str) -> Callable[[JsonObject, JsonObject, JsonObject], bool]:
    def judge(spec: JsonObject, status: JsonObject, obj: JsonObject) -> bool:
        wanted: Any = spec.get("replicas", 1)
        updated, ready = status.get("updatedReplicas", 0), status.get(count, 0)
        old = status.get("replicas", 0) > updated
        return _observed(status, obj) and updated >= wanted and ready >= wanted and not old

    return judge


def _daemon_set(_: JsonObject, status: JsonObject, obj: JsonObject) -> bool:
    wanted = status.get("desiredNumberScheduled", 0)
    return _observed(status, obj) and bool(status.get("numberAvailable", 0) >= wanted)


def _job(_: JsonObject, status: JsonObject, __: JsonObject) -> bool:
    return _condition(status, "Complete")


def _pod(_: JsonObject, status: JsonObject, __: JsonObject) -> bool:
    return status.get("phase") == "Succeeded" or _condition(status, "Ready")


def _claim(_: JsonObject, status: JsonObject, __: JsonObject) -> bool:
    return status.get("phase") == "Bound"


def _condition(status: JsonObject, kind: str) -> bool:
    conditions = status.get("conditions") or ()
    return any(each.get("type") == kind and each.get("status") == "True" for each in conditions)


_JUDGES: Mapping[str, Callable[[JsonObject, JsonObject, JsonObject], bool]] = {
    "Deployment": _replicated("availableReplicas"),
    "StatefulSet": _replicated("readyReplicas"),
    "DaemonSet": _daemon_set,
    "Job": _job,
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
}
