"""Whether an object of a release is as it should be, and what it says if not.

Workloads by kubectl's ``rollout status``; the others by what their kind calls ready, as Helm's
waiting does (kstatus). An object whose kind says nothing of the sort is ready when it is there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.render import JsonObject
from tools.render.pod_troubles import pod_trouble
from tools.render.rollout import rollout_progress, rollout_state

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_TELLING = ("Ready", "Available", "Established", "ScalingActive")


@dataclass(frozen=True, slots=True)
class Readiness:
    """``text`` says how far it is; empty where there is nothing to say."""

    ready: bool
    text: str = ""


def readiness(obj: JsonObject) -> Readiness:
    """Judge one object as the API server has it."""
    if since := obj["metadata"].get("deletionTimestamp"):
        return Readiness(ready=False, text=f"is being deleted since {since}")
    judge = _JUDGES.get(obj.get("kind", ""))
    return judge(obj) if judge else _by_conditions(obj)


def _workload(obj: JsonObject) -> Readiness:
    text = rollout_progress(obj)
    strategy = (obj["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate")
    if obj["kind"] != "Deployment" and strategy != "RollingUpdate":
        return _counted(obj)
    state = rollout_state(obj)
    return Readiness(state.done, f"{text}; {state.sentence}" if state.failed else text)


def _counted(obj: JsonObject) -> Readiness:
    """Count ready pods, where nothing rolls."""
    status = obj.get("status") or {}
    wanted = status.get("desiredNumberScheduled", obj["spec"].get("replicas", 1))
    ready = status.get("numberReady", status.get("readyReplicas", 0))
    return Readiness(ready >= wanted, f"{ready} of {wanted} ready")


def _pod(obj: JsonObject) -> Readiness:
    if (obj.get("status") or {}).get("phase") == "Succeeded":
        return Readiness(ready=True, text="Succeeded")
    conditions = dict(_conditions(obj))
    if (conditions.get("Ready") or {}).get("status") == "True":
        return Readiness(ready=True)
    return Readiness(ready=False, text=pod_trouble(obj))


def _job(obj: JsonObject) -> Readiness:
    conditions = dict(_conditions(obj))
    if (failed := conditions.get("Failed")) and failed.get("status") == "True":
        return Readiness(ready=False, text=_said("Failed", failed))
    if (conditions.get("Complete") or {}).get("status") == "True":
        return Readiness(ready=True, text="Complete")
    done = (obj.get("status") or {}).get("succeeded", 0)
    return Readiness(ready=True, text=f"running, {done} of {obj['spec'].get('completions', 1)}")


def _claim(obj: JsonObject) -> Readiness:
    phase = str((obj.get("status") or {}).get("phase") or "Pending")
    return Readiness(phase == "Bound", phase)


def _service(obj: JsonObject) -> Readiness:
    balancer = (obj.get("status") or {}).get("loadBalancer") or {}
    if obj["spec"].get("type") == "LoadBalancer" and not balancer.get("ingress"):
        return Readiness(ready=False, text="has no address of a load balancer yet")
    return Readiness(ready=True)


def _rollout(obj: JsonObject) -> Readiness:
    status = obj.get("status") or {}
    phase = str(status.get("phase") or "Progressing")
    said = ": ".join(filter(None, (phase, status.get("message"))))
    return Readiness(phase == "Healthy", said)


def _by_conditions(obj: JsonObject) -> Readiness:
    for kind, condition in _conditions(obj):
        if kind in _TELLING and condition.get("status") == "False":
            return Readiness(ready=False, text=_said(f"not {kind}", condition))
    return Readiness(ready=True)


def _conditions(obj: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    status = obj.get("status")
    conditions: Any = status.get("conditions") if isinstance(status, dict) else None
    for condition in conditions if isinstance(conditions, list) else ():
        if isinstance(condition, dict):
            yield str(condition.get("type", "")), condition


def _said(what: str, condition: JsonObject) -> str:
    why = " ".join(str(condition.get("message") or condition.get("reason") or "").split())
    return f"{what}: {why}" if why else what


_JUDGES: Mapping[str, Callable[[JsonObject], Readiness]] = {
    **dict.fromkeys(WORKLOADS, _workload),
    "ReplicaSet": _counted,
    "Pod": _pod,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Service": _service,
    "Rollout": _rollout,
}
