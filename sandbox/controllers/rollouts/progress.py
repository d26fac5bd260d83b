"""Whether an update gets on, and the conditions that say so (`utils/conditions`)."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject, name_of
from sandbox.controllers.conditions import moment
from sandbox.controllers.rollouts import conditions, sets, spec
from sandbox.controllers.rollouts.context import Context


def is_completed(status: JsonObject) -> bool:
    """Tell whether the wanted version is the stable one."""
    stable = status.get("stableRS")
    return bool(stable) and stable == status.get("currentPodHash")


def is_healthy(context: Context, new: JsonObject) -> bool:
    """Tell whether all pods are new and available, and all steps done (`RolloutHealthy`)."""
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
    return walked and is_completed(new) and new["replicas"] == asked


def is_indefinite(context: Context) -> bool:
    """Tell whether the step takes as long as it takes, so that no deadline counts."""
    step = spec.current_step(context.rollout)[0]
    if any(spec.does(step, kind) for kind in ("experiment", "analysis", "pause")):
        return True
    return (conditions.found(context.status, "Paused") or {}).get("status") == "True"


def abort_when_overdue(context: Context, new: JsonObject) -> None:
    """Abort an update that makes no progress, where the spec asks for it."""
    if not context.rollout["spec"].get("progressDeadlineAbort") or context.pauses.is_aborted:
        return
    if is_completed(new) or _progresses(context, new) or is_indefinite(context):
        return
    if not _waits_for_scale_down(context) and _timed_out(context, context.status):
        message = f'ReplicaSet "{name_of(context.sets.new)}" has timed out progressing.'
        context.pauses.abort(message)
        context.warning(conditions.ABORTED, message)


def put_conditions(context: Context, new: JsonObject) -> None:
    """Set the conditions that follow from a status that is otherwise made."""
    now = context.cluster.stamp()
    paused = bool(new.get("pauseConditions") or context.rollout["spec"].get("paused"))
    healthy = is_healthy(context, new)
    fell_ill = _put_health(context, new, now, healthy=healthy and not paused)
    if context.pauses.is_aborted:
        _put_abort(context, new, now)
    else:
        _put_progress(context, new, now, healthy=healthy, fell_ill=fell_ill)
    _put_availability(context, new, now)
    _put_completion(context, new, now)


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
        if fell_ill and is_completed(new):
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
    if is_completed(new):
        conditions.put(new, conditions.made("Completed", "True", reason, reason, now))
        return
    if conditions.put(new, conditions.made("Completed", "False", reason, reason, now)):
        number, digest = sets.revision(context.rollout), new["currentPodHash"]
        text = f"Rollout not completed, started update to revision {number} ({digest})"
        context.event("RolloutNotCompleted", text)
