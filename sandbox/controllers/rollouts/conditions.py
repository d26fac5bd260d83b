"""Conditions of a Rollout or Experiment (`utils/conditions`), in a status that is being made."""

from sandbox.cluster.objects import JsonObject

ABORTED = "RolloutAborted"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "RolloutPaused"
COMPLETED = "RolloutCompleted"
AVAILABLE = "NewReplicaSetAvailable"


def made(kind: str, status: str, reason: str, message: str, now: str) -> JsonObject:
    """Make a condition; in the CRD's order of members."""
    return {
        "type": kind,
        "status": status,
        "lastUpdateTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }


def found(status: JsonObject, kind: str) -> JsonObject | None:
    """Return a condition, or None."""
    conditions = status.get("conditions") or []
    return next((each for each in conditions if each["type"] == kind), None)


def put(status: JsonObject, new: JsonObject) -> bool:
    """Set a condition unless status and reason are as before; True when it was set."""
    old = found(status, new["type"])
    if old is not None and (old["status"], old["reason"]) == (new["status"], new["reason"]):
        return False
    if old is not None and old["status"] == new["status"]:
        new = {**new, "lastTransitionTime": old["lastTransitionTime"]}
    remove(status, new["type"])
    status["conditions"].append(new)
    return True


def remove(status: JsonObject, kind: str) -> None:
    """Take a condition away."""
    conditions = status.get("conditions") or []
    status["conditions"] = [each for each in conditions if each["type"] != kind]
