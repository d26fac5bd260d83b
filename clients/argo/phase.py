"""Healthy, Progressing, Paused or Degraded, and why: the plugin's state machine as a function.

Follows ``GetRolloutPhase`` and ``CalculateRolloutPhase`` (``utils/rollout/rolloututil.go``), with
one difference: for a rollout whose template another workload holds, it looks whether the
controller has seen that workload's last change; the plugin has code for it that never runs.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from clients.argo.rollout import (
    blue_green,
    canary,
    entries,
    is_fully_promoted,
    number,
    part,
    pause_reasons,
    replicas,
    spec,
    status,
)

JsonObject = dict[str, Any]
WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation"
CONTROLLER = "rollouts-controller"
_COMPLETED = ("Successful", "Failed", "Error", "Inconclusive")


class Phase(NamedTuple):
    """The phase and the message, empty when there is nothing to say."""

    phase: str
    message: str = ""

    @property
    def ends_a_watch(self) -> bool:
        """Whether the plugin stops watching here."""
        return self.phase in ("Healthy", "Degraded")


def phase_of(rollout: JsonObject) -> Phase:
    """Say how a rollout is."""
    if not is_observed(rollout):
        return Phase("Progressing", "waiting for rollout spec update to be observed")
    if is_unpausing(rollout):
        return Phase("Progressing", "waiting for rollout to unpause")
    if not is_workload_observed(rollout):
        return Phase(
            "Progressing",
            "waiting for rollout spec update to be observed for the reference workload",
        )
    if told := status(rollout).get("phase"):
        return Phase(str(told), str(status(rollout).get("message") or ""))
    return _computed(rollout)


def is_seen(rollout: JsonObject) -> bool:
    """Whether any controller has looked at the rollout; a status may also be somebody's patch."""
    return bool(status(rollout).get("observedGeneration"))


def is_observed(rollout: JsonObject) -> bool:
    """Whether the controller has seen the spec as it is; a hash (v0.9) or nothing counts as so."""
    observed = str(status(rollout).get("observedGeneration") or "")
    if not observed.isdecimal():
        return True
    return int(observed) >= _generation(rollout)


def is_unpausing(rollout: JsonObject) -> bool:
    """Whether somebody lifted the controller's pause and it has not reacted yet."""
    now = status(rollout)
    return bool(now.get("controllerPause")) and not now.get("pauseConditions")


def is_workload_observed(rollout: JsonObject) -> bool:
    """Whether the controller has seen the referenced workload's template as it is."""
    known = str(part(rollout, "metadata", "annotations").get(WORKLOAD_GENERATION, ""))
    observed = str(status(rollout).get("workloadObservedGeneration") or "")
    return not (known.isdecimal() and observed.isdecimal()) or known == observed


def unanswered_since(rollout: JsonObject) -> datetime | None:
    """Return since when the controller leaves a change alone; None when it does not.

    Reads ``managedFields``, which only a single object has here, not one of a list.
    """
    if not is_seen(rollout):
        return _moment(part(rollout, "metadata").get("creationTimestamp"))
    if not is_observed(rollout):
        return _last_change(rollout, of_status=False)
    return _last_change(rollout, of_status=True) if is_unpausing(rollout) else None


def _last_change(rollout: JsonObject, *, of_status: bool) -> datetime | None:
    times = [
        _moment(entry.get("time"))
        for entry in entries(rollout, "metadata", "managedFields")
        if entry.get("manager") != CONTROLLER
        and (entry.get("subresource") == "status") is of_status
    ]
    return max(filter(None, times), default=None)


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None


def _computed(rollout: JsonObject) -> Phase:
    """Work it out as the controller does; those before 1.0 do not say it themselves."""
    if degraded := _degraded(rollout):
        return degraded
    if spec(rollout).get("paused"):
        return Phase("Paused", "manually paused")
    for reason in pause_reasons(rollout):
        return Phase("Paused", reason)
    waiting = _waiting_for_pods(rollout) or _waiting_for_promotion(rollout)
    return Phase("Progressing", waiting) if waiting else Phase("Healthy")


def _degraded(rollout: JsonObject) -> Phase | None:
    for condition in entries(rollout, "status", "conditions"):
        kind, message = condition.get("type"), condition.get("message", "")
        if kind == "InvalidSpec":
            return Phase("Degraded", f"InvalidSpec: {message}")
        if condition.get("reason") in ("RolloutAborted", "ProgressDeadlineExceeded"):
            return Phase("Degraded", f"{condition['reason']}: {message}")
    return None


def _waiting_for_pods(rollout: JsonObject) -> str:
    now = status(rollout)
    asked, done = spec(rollout).get("restartAt"), now.get("restartedAt")
    if asked and _moment(asked) != _moment(done):
        return "rollout is restarting"
    if _count(now, "updatedReplicas") < replicas(rollout):
        return "more replicas need to be updated"
    if _count(now, "availableReplicas") < _count(now, "updatedReplicas"):
        return "updated replicas are still becoming available"
    return ""


def _waiting_for_promotion(rollout: JsonObject) -> str:
    now = status(rollout)
    promoted = bool(now.get("stableRS")) and is_fully_promoted(rollout)
    if blue_green(rollout) is not None:
        active = part(now, "blueGreen").get("activeSelector")
        if not active or active != now.get("currentPodHash"):
            return "active service cutover pending"
        return "" if promoted else _after_cutover(rollout)
    how = canary(rollout)
    if how is None:
        return ""
    if not part(how, "trafficRouting") and _count(now, "replicas") > _count(now, "updatedReplicas"):
        return "old replicas are pending termination"
    return "" if promoted else "waiting for all steps to complete"


def _after_cutover(rollout: JsonObject) -> str:
    run = part(rollout, "status", "blueGreen", "postPromotionAnalysisRunStatus")
    analysed = not (blue_green(rollout) or {}).get("postPromotionAnalysis")
    if analysed or run.get("status") in _COMPLETED:
        return "waiting for post-promotion verification to complete"
    return "waiting for analysis to complete"


def _generation(rollout: JsonObject) -> int:
    return number(part(rollout, "metadata").get("generation"))


def _count(now: Mapping[str, Any], field: str) -> int:
    return number(now.get(field))
