"""Phase and message of a status (`utils/rollout/rolloututil.go`, `CalculateRolloutPhase`)."""

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.rollouts.conditions import ABORTED, TIMED_OUT

Phase = tuple[str, str]


def phase(spec: JsonObject, status: JsonObject) -> Phase:
    """Tell how the Rollout fares: the first thing that is not as it should be."""
    return (
        _degraded(status)
        or _paused(spec, status)
        or _short_of_pods(spec, status)
        or _strategy(spec["strategy"], status)
        or ("Healthy", "")
    )


def _degraded(status: JsonObject) -> Phase | None:
    for each in status.get("conditions") or []:
        if each["type"] == "InvalidSpec":
            return "Degraded", f"InvalidSpec: {each['message']}"
        if each["reason"] in (ABORTED, TIMED_OUT):
            return "Degraded", f"{each['reason']}: {each['message']}"
    return None


def _paused(spec: JsonObject, status: JsonObject) -> Phase | None:
    if spec.get("paused"):
        return "Paused", "manually paused"
    conditions = status.get("pauseConditions")
    return ("Paused", str(conditions[0]["reason"])) if conditions else None


def _short_of_pods(spec: JsonObject, status: JsonObject) -> Phase | None:
    updated = status.get("updatedReplicas", 0)
    asked = 1 if spec.get("replicas") is None else spec["replicas"]
    if spec.get("restartAt") and spec["restartAt"] != status.get("restartedAt"):
        return "Progressing", "rollout is restarting"
    if updated < asked:
        return "Progressing", "more replicas need to be updated"
    if status.get("availableReplicas", 0) < updated:
        return "Progressing", "updated replicas are still becoming available"
    return None


def _strategy(strategy: JsonObject, status: JsonObject) -> Phase | None:
    current = status.get("currentPodHash", "")
    promoted = status.get("stableRS") and status["stableRS"] == current
    if strategy.get("blueGreen") is not None:
        return _blue_green(strategy["blueGreen"], status, current, promoted=bool(promoted))
    routed = (strategy.get("canary") or {}).get("trafficRouting") is not None
    if not routed and status.get("replicas", 0) > status.get("updatedReplicas", 0):
        return "Progressing", "old replicas are pending termination"
    return None if promoted else ("Progressing", "waiting for all steps to complete")


def _blue_green(
    strategy: JsonObject, status: JsonObject, current: str, *, promoted: bool
) -> Phase | None:
    sides = status.get("blueGreen") or {}
    active = sides.get("activeSelector")
    if not active or active != current:
        return "Progressing", "active service cutover pending"
    if promoted:
        return None
    run = sides.get("postPromotionAnalysisRunStatus") or {}
    if strategy.get("postPromotionAnalysis") is not None and not completed(run.get("status", "")):
        return "Progressing", "waiting for analysis to complete"
    return "Progressing", "waiting for post-promotion verification to complete"


def completed(phase_of_run: str) -> bool:
    """Tell whether an analysis or an experiment has come to its end."""
    return phase_of_run in ("Successful", "Failed", "Error", "Inconclusive")
