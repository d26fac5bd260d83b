"""A Rollout's status and its conditions (`rollout/sync.go`)."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.conditions import moment
from sandbox.controllers.hashing import hashed
from sandbox.controllers.rollouts import conditions, progress, sets, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.phase import phase


def step_hash(rollout: JsonObject) -> str:
    """Hash the steps: another hash starts the update anew."""
    return hashed(spec.steps(rollout)) if spec.canary(rollout) is not None else ""


def template_changed(context: Context) -> bool:
    """Tell whether the template is another than that of the last look."""
    current = context.status.get("currentPodHash")
    return bool(current) and current != sets.hash_of(context.sets.new)


def base(context: Context) -> JsonObject:
    """Make what is the same for both strategies, upon what was already written."""
    new, before = context.new, context.status
    found = context.sets
    new["currentPodHash"] = sets.hash_of(found.new)
    new["replicas"] = sets.count(found.all, "replicas")
    new["updatedReplicas"] = sets.count([found.new], "replicas")
    new["readyReplicas"] = sets.count(found.all, "readyReplicas")
    new["collisionCount"] = before.get("collisionCount")
    new["conditions"] = [
        each for each in before.get("conditions") or [] if each["type"] != "InvalidSpec"
    ]
    new["promoteFull"] = bool(before.get("promoteFull"))
    new["stableRS"] = before.get("stableRS", "")
    return new


def reset(context: Context, new: JsonObject) -> None:
    """Begin a new update: no pause, no abort, the first step."""
    context.pauses.clear()
    context.pauses.remove_abort()
    new["restartedAt"] = context.rollout["spec"].get("restartAt")
    new["promoteFull"] = False
    sides = context.section("blueGreen")
    for name in ("prePromotionAnalysisRunStatus", "postPromotionAnalysisRunStatus"):
        sides.pop(name, None)
    sides["scaleUpPreviewCheckPoint"] = False
    canary = context.section("canary")
    for name in ("currentStepAnalysisRunStatus", "currentBackgroundAnalysisRunStatus"):
        canary.pop(name, None)
    new["currentStepIndex"] = 0 if spec.steps(context.rollout) else None


def persist(context: Context, new: JsonObject) -> None:
    """Write the status with its conditions and phase, and say what is new in it."""
    rollout, before = context.rollout, dict(context.status)
    new["observedGeneration"] = str(rollout["metadata"].get("generation", 1))
    new["workloadObservedGeneration"] = ""
    if rollout["spec"].get("workloadRef"):
        new["workloadObservedGeneration"] = sets.annotation(rollout, sets.WORKLOAD_GENERATION)
    progress.abort_when_overdue(context, new)
    context.pauses.write(new)
    progress.put_conditions(context, new)
    new["phase"], new["message"] = phase(rollout["spec"], new)
    if context.write_status(new):
        _announce(context, before, new)
    else:
        _look_at_deadline(context, new)


def note_pause(context: Context) -> bool:
    """Note in the conditions that a pause or an abort began or ended; True when one did."""
    status = context.status
    now = context.cluster.stamp()
    paused = bool(status.get("pauseConditions") or context.rollout["spec"].get("paused"))
    progressing = conditions.found(status, "Progressing") or {}
    aborted = progressing.get("reason") == conditions.ABORTED
    noted: list[JsonObject] = []
    known = progressing.get("reason") == conditions.PAUSED
    if paused != known and not aborted and not progress.is_completed(status):
        noted.append(_pause_condition("Progressing", "Unknown", now, paused=paused))
    if not status.get("abort") and aborted:
        text = "Retrying Rollout after abort"
        noted.append(conditions.made("Progressing", "Unknown", "RolloutRetry", text, now))
    shown = (conditions.found(status, "Paused") or {}).get("status") == "True"
    if paused != shown and not aborted:
        word = "True" if paused else "False"
        noted.append(_pause_condition("Paused", word, now, paused=True))
    return bool(noted) and patch_conditions(context, *noted)


def patch_conditions(context: Context, *noted: JsonObject) -> bool:
    """Write conditions and what follows from them alone."""
    new = {**context.status, "conditions": list(context.status.get("conditions") or [])}
    for each in noted:
        conditions.put(new, each)
    new["observedGeneration"] = str(context.rollout["metadata"].get("generation", 1))
    new["phase"], new["message"] = phase(context.rollout["spec"], new)
    return context.write_status(new)


def _pause_condition(kind: str, status: str, now: str, *, paused: bool) -> JsonObject:
    word = "paused" if paused else "resumed"
    reason = f"Rollout{word.capitalize()}"
    return conditions.made(kind, status, reason, f"Rollout is {word}", now)


def _announce(context: Context, before: JsonObject, new: JsonObject) -> None:
    paused = new.get("pauseConditions")
    if bool(before.get("pauseConditions")) == bool(paused):
        return
    if paused:
        context.event(conditions.PAUSED, f"Rollout is paused ({paused[0]['reason']})")
    elif not new.get("abortedAt"):
        context.event("RolloutResumed", "Rollout is resumed")


def _look_at_deadline(context: Context, new: JsonObject) -> None:
    """Look again when an update that makes no progress is overdue."""
    current = conditions.found(context.status, "Progressing")
    if current is None or current["reason"] == conditions.TIMED_OUT:
        return
    paused = context.status.get("pauseConditions") or context.rollout["spec"].get("paused")
    if paused or context.status.get("abort") or progress.is_indefinite(context):
        return
    if not progress.is_healthy(context, new):
        allowed = timedelta(seconds=spec.deadline_seconds(context.rollout) + 1)
        context.look_again(moment(current["lastUpdateTime"]) + allowed)
