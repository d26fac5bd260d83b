"""Status words and icons of what a rollout made (``info/*.go``)."""

from collections.abc import Mapping

from tools.render import JsonObject
from tools.render.argo.reading import at, items

WAITING, PROGRESSING, WARNING, UNKNOWN = "◷", "◌", "⚠", "?"
OK, BAD, PAUSED, NEUTRAL = "✔", "✖", "॥", "•"
_NONE = " "
_ROLLOUT: Mapping[str, str] = {
    "Progressing": PROGRESSING,
    "Paused": PAUSED,
    "Healthy": OK,
    "Degraded": BAD,
    "Unknown": UNKNOWN,
}
_REPLICA_SET: Mapping[str, str] = {
    "Progressing": PROGRESSING,
    "Healthy": OK,
    "ReplicaFailure": BAD,
    "ScaledDown": NEUTRAL,
}
_ANALYSIS: Mapping[str, str] = {
    "Successful": OK,
    "Inconclusive": UNKNOWN,
    "Failed": BAD,
    "Error": WARNING,
    "Running": PROGRESSING,
    "Pending": WAITING,
}
_POD: Mapping[str, str] = {
    **dict.fromkeys(("Pending", "Terminating", "ContainerCreating"), PROGRESSING),
    **dict.fromkeys(("Running", "Completed"), OK),
    **dict.fromkeys(("Failed", "InvalidImageName", "CrashLoopBackOff"), BAD),
    **dict.fromkeys(("ImagePullBackOff", "RegistryUnavailable"), WARNING),
    "Unknown": UNKNOWN,
}


def of_rollout(phase: str) -> str:
    """Return a phase with its icon."""
    return f"{_ROLLOUT.get(phase, _NONE)} {phase}"


def of_analysis(phase: str) -> str:
    """Return the phase of an analysis run, an experiment or a measurement with its icon."""
    return f"{_ANALYSIS.get(phase, _NONE)} {phase}"


def of_replica_set(replica_set: JsonObject) -> str:
    """Return how a ReplicaSet is, with its icon."""
    word = _replica_set(replica_set)
    return f"{_REPLICA_SET[word]} {word}"


def _replica_set(replica_set: JsonObject) -> str:
    spec, status = at(replica_set, "spec"), at(replica_set, "status")
    generation = at(replica_set, "metadata").get("generation") or 0
    if generation > (status.get("observedGeneration") or 0):
        return "Progressing"
    for condition in items(status, "conditions"):
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            return "ReplicaFailure"
    wanted = spec.get("replicas")
    if wanted is not None and (status.get("availableReplicas") or 0) < wanted:
        return "Progressing"
    return "ScaledDown" if wanted == 0 else "Healthy"


def of_pod(status: str) -> str:
    """Return a pod's status, as kubectl words it, with its icon."""
    if status.startswith("Init:"):
        icon = PROGRESSING
    elif status.startswith(("Signal:", "ExitCode:")):
        icon = BAD
    elif status.endswith("Error") or status.startswith("Err"):
        icon = WARNING
    else:
        icon = _POD.get(status, _NONE)
    return f"{icon} {status}"
