"""A Deployment's status: counts, `Available` and `Progressing` (`progress.go`, `sync.go`)."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject, JsonObjects, name_of
from sandbox.controllers.conditions import condition, moment
from sandbox.controllers.deployments.sets import (
    REVISION,
    Sets,
    counted,
    max_unavailable,
    replicas,
    wanted,
)

__all__ = [
    "AVAILABLE",
    "REVISION",
    "TIMED_OUT",
    "begun",
    "calculated",
    "is_complete",
    "paused_or_resumed",
]

TIMED_OUT = "ProgressDeadlineExceeded"
AVAILABLE = "NewReplicaSetAvailable"


def calculated(deployment: JsonObject, sets: Sets, now: str, *, progress: bool) -> JsonObject:
    """Write the status that follows from the ReplicaSets; `progress` says to judge the rollout."""
    counts = _counts(sets)
    new: JsonObject = {"observedGeneration": deployment["metadata"].get("generation", 1)}
    new |= {key: count for key, count in counts.items() if count}
    new["terminatingReplicas"] = sum(counted(s, "terminatingReplicas") for s in sets.all)
    found = list((deployment.get("status") or {}).get("conditions") or [])
    found = _put(found, _availability(deployment, counts["availableReplicas"]), now)
    if deployment["spec"].get("progressDeadlineSeconds") is None:
        found = [each for each in found if each["type"] != "Progressing"]
    elif progress:
        found = _progress(deployment, sets, counts, found, now)
    return {**new, "conditions": found}


def _counts(sets: Sets) -> dict[str, int]:
    available = sum(counted(each, "availableReplicas") for each in sets.all)
    asked = sum(wanted(each) for each in sets.all)
    return {
        "replicas": sum(counted(each, "replicas") for each in sets.all),
        "updatedReplicas": counted(sets.new, "replicas") if sets.new else 0,
        "readyReplicas": sum(counted(each, "readyReplicas") for each in sets.all),
        "availableReplicas": available,
        "unavailableReplicas": max(asked - available, 0),
    }


def _availability(deployment: JsonObject, available: int) -> JsonObject:
    enough = available >= replicas(deployment) - max_unavailable(deployment)
    return {
        "type": "Available",
        "status": "True" if enough else "False",
        "reason": f"MinimumReplicas{'Available' if enough else 'Unavailable'}",
        "message": f"Deployment {'has' if enough else 'does not have'} minimum availability.",
    }


def _progress(
    deployment: JsonObject, sets: Sets, counts: dict[str, int], found: JsonObjects, now: str
) -> JsonObjects:
    current = condition(deployment, "Progressing")
    if current is None and sets.new is not None:
        text = f'Found new replica set "{name_of(sets.new)}"'
        return _put(found, _progressing("True", "FoundNewReplicaSet", text), now)
    done = current is not None and current["reason"] == AVAILABLE
    if done and counts["replicas"] == counts["updatedReplicas"]:
        return found
    who = f'ReplicaSet "{name_of(sets.new)}"' if sets.new else f'Deployment "{name_of(deployment)}"'
    if _completes(deployment, counts):
        text = f"{who} has successfully progressed."
        return _put(found, _progressing("True", AVAILABLE, text), now)
    if _progresses(deployment, counts):
        text = f"{who} is progressing."
        moved = _progressing("True", "ReplicaSetUpdated", text)
        return _put(found, moved, now, always=True)
    if current is not None and _timed_out(deployment, current, now):
        text = f"{who} has timed out progressing."
        return _put(found, _progressing("False", TIMED_OUT, text), now)
    return found


def begun(deployment: JsonObject, replica_set: str, now: str) -> JsonObject:
    """Return the status that notes a new ReplicaSet: from now on progress is judged again."""
    status = deployment.get("status") or {}
    if deployment["spec"].get("progressDeadlineSeconds") is None:
        return status
    text = f'Created new replica set "{replica_set}"'
    new = _progressing("True", "NewReplicaSetCreated", text)
    return {**status, "conditions": _put(list(status.get("conditions") or []), new, now)}


def _progressing(status: str, reason: str, message: str) -> JsonObject:
    return {"type": "Progressing", "status": status, "reason": reason, "message": message}


def _completes(deployment: JsonObject, counts: dict[str, int]) -> bool:
    """`DeploymentComplete`; a status is calculated for the generation just looked at."""
    total = replicas(deployment)
    names = ("updatedReplicas", "replicas", "availableReplicas")
    return all(counts[name] == total for name in names)


def _progresses(deployment: JsonObject, counts: dict[str, int]) -> bool:
    before = deployment.get("status") or {}
    old_before = before.get("replicas", 0) - before.get("updatedReplicas", 0)
    fewer_old = counts["replicas"] - counts["updatedReplicas"] < old_before
    names = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return fewer_old or any(counts[name] > before.get(name, 0) for name in names)


def _timed_out(deployment: JsonObject, current: JsonObject, now: str) -> bool:
    if current["reason"] in (AVAILABLE, TIMED_OUT):
        return bool(current["reason"] == TIMED_OUT)
    seconds = deployment["spec"]["progressDeadlineSeconds"]
    return moment(current["lastUpdateTime"]) + timedelta(seconds=seconds) < moment(now)


def _put(found: JsonObjects, new: JsonObject, now: str, *, always: bool = False) -> JsonObjects:
    """`SetDeploymentCondition`: a changed one goes to the end; the same reason changes nothing."""
    old = next((each for each in found if each["type"] == new["type"]), None)
    same = old is not None and (old["status"], old["reason"]) == (new["status"], new["reason"])
    if same and not always:
        return found
    since = old["lastTransitionTime"] if old and old["status"] == new["status"] else now
    kept = [each for each in found if each["type"] != new["type"]]
    return [*kept, {**new, "lastUpdateTime": now, "lastTransitionTime": since}]


def is_complete(deployment: JsonObject) -> bool:
    """Tell whether the written status says that the rollout is through."""
    status = deployment.get("status") or {}
    total = replicas(deployment)
    names = ("updatedReplicas", "replicas", "availableReplicas")
    return all(status.get(name, 0) == total for name in names)


def paused_or_resumed(deployment: JsonObject, now: str) -> JsonObject | None:
    """Return the status that notes a pause, or its end; None when there is nothing to note."""
    if deployment["spec"].get("progressDeadlineSeconds") is None:
        return None
    current = condition(deployment, "Progressing")
    if current is not None and current["reason"] == TIMED_OUT:
        return None
    noted = current is not None and current["reason"] == "DeploymentPaused"
    paused = deployment["spec"].get("paused", False)
    if paused == noted:
        return None
    word = "Paused" if paused else "Resumed"
    new = _progressing("Unknown", f"Deployment{word}", f"Deployment is {word.lower()}")
    status = deployment.get("status") or {}
    return {**status, "conditions": _put(list(status.get("conditions") or []), new, now)}
