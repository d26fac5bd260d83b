"""A Rollout's status and its conditions (`rollout/sync.go`)."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject, name_of
from sandbox.controllers.conditions import moment
from sandbox.controllers.hashing import hashed
from sandbox.controllers.rollouts import conditions, sets, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.phase import phase

_CONTINUED = ("restartedAt",)


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
    _abort_when_overdue(context, new)
    context.pauses.write(new)
    _conditions(context, new)
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
    if paused != known and not aborted and not _is_completed(status):
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


def _is_completed(status: JsonObject) -> bool:
    stable = status.get("stableRS")
    return bool(stable) and stable == status.get("currentPodHash")


def _is_healthy(context: Context, new: JsonObject) -> bool:
    rollout, asked = context.rollout, spec.replicas(context.rollout)
    current = new.get("currentPodHash")
    generation = str(rollout["metadata"].get("generation", 1))
    if context.status.get("observedGeneration") != generation:
        return False
    if new["updatedReplicas"] != asked or new["availableReplicas"] != asked:
        return False
    strategy = spec.blue_green(rollout)
    if strategy is not None:
        sides = new.get("blueGreen") or {}
        preview = not strategy.get("previewService") or sides.get("previewSelector") == current
        return preview and sides.get("activeSelector") == current
    index = new.get("currentStepIndex")
    walked = index is None or not spec.steps(rollout) or index == len(spec.steps(rollout))
    return walked and _is_completed(new) and new["replicas"] == asked


def _progresses(context: Context, new: JsonObject) -> bool:
    before = context.status
    if spec.blue_green(context.rollout) is not None:
        old, now = before.get("blueGreen") or {}, new.get("blueGreen") or {}
        names = ("activeSelector", "previewSelector")
        moved = any((old.get(name) or "") != (now.get(name) or "") for name in names)
    else:
        index, step = before.get("currentStepIndex"), new.get("currentStepIndex")
        moved = None not in (index, step) and index != step
        moved = moved or any(
            (before.get(name) or "") != (new.get(name) or "")
            for name in ("stableRS", "currentStepHash")
        )
    updated = before.get("updatedReplicas", 0)
    fewer = new["replicas"] - new["updatedReplicas"] < before.get("replicas", 0) - updated
    more = any(new[name] > before.get(name, 0) for name in ("readyReplicas", "availableReplicas"))
    return moved or fewer or more or new["updatedReplicas"] != updated


def is_indefinite(context: Context) -> bool:
    """Tell whether the step takes as long as it takes, so that no deadline counts."""
    step = spec.current_step(context.rollout)[0]
    if any(spec.does(step, kind) for kind in ("experiment", "analysis", "pause")):
        return True
    return (conditions.found(context.status, "Paused") or {}).get("status") == "True"


def _waits_for_scale_down(context: Context) -> bool:
    return any(sets.deadline(each) for each in context.sets.others)


def _timed_out(context: Context, status: JsonObject) -> bool:
    current = conditions.found(status, "Progressing")
    if current is None or current["reason"] in (conditions.ABORTED, conditions.PAUSED):
        return False
    if current["reason"] == conditions.TIMED_OUT:
        return True
    allowed = timedelta(seconds=spec.deadline_seconds(context.rollout))
    return moment(current["lastUpdateTime"]) + allowed < context.cluster.now()


def _abort_when_overdue(context: Context, new: JsonObject) -> None:
    if not context.rollout["spec"].get("progressDeadlineAbort") or context.pauses.is_aborted:
        return
    if _is_completed(new) or _progresses(context, new) or is_indefinite(context):
        return
    if not _waits_for_scale_down(context) and _timed_out(context, context.status):
        message = f'ReplicaSet "{name_of(context.sets.new)}" has timed out progressing.'
        context.pauses.abort(message)
        context.warning(conditions.ABORTED, message)


def _conditions(context: Context, new: JsonObject) -> None:
    now = context.cluster.stamp()
    paused = bool(new.get("pauseConditions") or context.rollout["spec"].get("paused"))
    healthy = _is_healthy(context, new)
    fell_ill = _put_health(context, new, now, healthy=healthy and not paused)
    if context.pauses.is_aborted:
        _put_abort(context, new, now)
    else:
        _put_progress(context, new, now, healthy=healthy, fell_ill=fell_ill)
    _put_availability(context, new, now)
    _put_completion(context, new, now)


def _put_health(context: Context, new: JsonObject, now: str, *, healthy: bool) -> bool:
    """Set `Healthy`; True when the Rollout was and is no more."""
    reason = "RolloutHealthy"
    if healthy:
        conditions.put(new, conditions.made("Healthy", "True", reason, "Rollout is healthy", now))
        return False
    if conditions.found(context.status, "Healthy") is None:
        return False
    text = "Rollout is not healthy"
    return conditions.put(new, conditions.made("Healthy", "False", reason, text, now))


def _put_abort(context: Context, new: JsonObject, now: str) -> None:
    message = f"Rollout aborted update to revision {sets.revision(context.rollout)}"
    if context.pauses.abort_message:
        message += f": {context.pauses.abort_message}"
    reason = conditions.ABORTED
    if conditions.put(new, conditions.made("Progressing", "False", reason, message, now)):
        context.warning(reason, message)


def _put_progress(
    context: Context, new: JsonObject, now: str, *, healthy: bool, fell_ill: bool
) -> None:
    who = f'ReplicaSet "{name_of(context.sets.new)}"'
    if healthy:
        text = f"{who} has successfully progressed."
        reason = conditions.AVAILABLE
        conditions.put(new, conditions.made("Progressing", "True", reason, text, now))
    elif _progresses(context, new) or fell_ill:
        reason, text = "ReplicaSetUpdated", f"{who} is progressing."
        if fell_ill and _is_completed(new):
            reason, text = "ReplicaSetNotAvailable", "Rollout does not have minimum availability"
        moved = conditions.made("Progressing", "True", reason, text, now)
        current = conditions.found(context.status, "Progressing")
        if current is not None and current["status"] == "True":
            moved["lastTransitionTime"] = current["lastTransitionTime"]
        conditions.remove(new, "Progressing")
        conditions.put(new, moved)
    elif (
        not is_indefinite(context)
        and not _waits_for_scale_down(context)
        and _timed_out(context, new)
    ):
        text = f"{who} has timed out progressing."
        reason = conditions.TIMED_OUT
        conditions.put(new, conditions.made("Progressing", "False", reason, text, now))


def _put_availability(context: Context, new: JsonObject, now: str) -> None:
    rollout = context.rollout
    if spec.blue_green(rollout) is not None:
        active = context.sets.by_hash((new.get("blueGreen") or {}).get("activeSelector") or "")
        enough = active is not None and sets.saturated(rollout, active)
    else:
        available = sets.count(context.sets.all, "availableReplicas")
        enough = available >= spec.replicas(rollout)
    has = "has" if enough else "does not have"
    status, text = "True" if enough else "False", f"Rollout {has} minimum availability"
    conditions.put(new, conditions.made("Available", status, "AvailableReason", text, now))


def _put_completion(context: Context, new: JsonObject, now: str) -> None:
    reason = conditions.COMPLETED
    if _is_completed(new):
        conditions.put(new, conditions.made("Completed", "True", reason, reason, now))
        return
    if conditions.put(new, conditions.made("Completed", "False", reason, reason, now)):
        number, digest = sets.revision(context.rollout), new["currentPodHash"]
        text = f"Rollout not completed, started update to revision {number} ({digest})"
        context.event("RolloutNotCompleted", text)


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
    if paused or context.status.get("abort") or is_indefinite(context):
        return
    if not _is_healthy(context, new):
        allowed = timedelta(seconds=spec.deadline_seconds(context.rollout) + 1)
        context.look_again(moment(current["lastUpdateTime"]) + allowed)
