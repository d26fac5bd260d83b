"""One look at a canary (`rollout/canary.go`)."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.subresources.scale import written_selector
from sandbox.controllers.conditions import moment
from sandbox.controllers.rollouts import (
    analyses,
    experiment_steps,
    pauses,
    promotion,
    restarts,
    revisions,
    rollbacks,
    routing,
    scaling,
    services,
    sets,
    sizes,
    spec,
    status,
)
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import counted, wanted


def reconcile(context: Context) -> None:
    """Take the next step, as far as may be now, and write the status."""
    if _begins(context):
        revisions.synchronize(context)
        _write(context)
        return
    revisions.synchronize(context)
    if restarts.reconcile(context):
        return  # what is available now is known when the pods are gone
    revisions.clean_up(context)
    services.reconcile_canary(context)
    routing.reconcile(context)
    experiment_steps.reconcile(context)
    analyses.reconcile(context)
    if not context.pauses.is_added and not scale(context):
        _pause(context)
    _write(context)


def scale(context: Context) -> bool:
    """Bring the first ReplicaSet that has another size to its own; True when one had."""
    if context.halted:
        return False
    scaling.drop_deadlines(context)
    stable = context.sets.stable_apart
    if stable is not None:
        size = sizes.canary_counts(context.rollout, context.sets)[1]
        if scaling.resize(context, stable, size):
            return True
    return scaling.scale_new(context) or _scale_others(context)


def _begins(context: Context) -> bool:
    known = context.status.get("currentStepHash")
    return known != status.step_hash(context.rollout) or status.template_changed(context)


def _scale_others(context: Context) -> bool:
    """Remove pods of versions that are neither new nor stable, sick ones first."""
    old = [each for each in context.sets.others if wanted(each)]
    for each in old:
        available = counted(each, "availableReplicas")
        if wanted(each) != available and scaling.resize(context, each, available):
            return True
    least = spec.replicas(context.rollout) - spec.max_unavailable(context.rollout)
    spare = sets.count(context.sets.all, "availableReplicas") - least
    scaled, kept = False, 0
    for each in scaling.by_revision(old):
        if spare <= 0:
            break
        size = max(wanted(each) - spare, 0)
        if spec.routed(context.rollout):
            stays = _stays(context, each, kept)
            size, kept = (wanted(each), kept + 1) if stays else (0, kept)
        if size != wanted(each):
            scaling.resize(context, each, size)
            spare, scaled = spare - wanted(each) + size, True
    return scaled


def _stays(context: Context, replica_set: JsonObject, kept: int) -> bool:
    """Tell whether a router lets an old version keep its pods for a while."""
    if not context.fully_promoted and sets.deadline(replica_set) is None:
        return False
    return scaling.kept_for_delay(context, replica_set, kept, wanted(replica_set))


def _pause(context: Context) -> None:
    step = spec.current_step(context.rollout)[0]
    if context.rollout["spec"].get("paused") or context.status.get("promoteFull"):
        return
    if step is None or not spec.does(step, "pause"):
        return
    condition = context.pauses.condition(pauses.CANARY_STEP)
    if condition is None and not context.status.get("controllerPause"):
        context.pauses.add(pauses.CANARY_STEP)
    if condition is not None and step["pause"].get("duration") is not None:
        seconds = spec.pause_seconds(step["pause"])
        begun = moment(condition["startTime"])
        context.look_again(begun + timedelta(seconds=seconds))


def _is_step_completed(context: Context, step: JsonObject | None) -> bool:
    if step is None or context.rollout["spec"].get("paused"):
        return False
    if spec.does(step, "pause"):
        return context.pauses.is_step_over(step["pause"])
    if spec.does(step, "setWeight") or spec.does(step, "setCanaryScale"):
        return sizes.at_desired_counts(context.rollout, context.sets)
    if spec.does(step, "experiment"):
        return _is_successful(context.experiment)
    if spec.does(step, "analysis"):
        return _is_successful(context.runs.current.get(analyses.STEP))
    return True


def _is_successful(item: JsonObject | None) -> bool:
    return item is not None and (item.get("status") or {}).get("phase") == "Successful"


def _write(context: Context) -> None:
    rollout, before = context.rollout, context.status
    begins = _begins(context)
    new = status.base(context)
    new["availableReplicas"] = sets.count(context.sets.all, "availableReplicas")
    new["HPAReplicas"] = sets.count(context.sets.all, "replicas")
    new["selector"] = written_selector(rollout["spec"].get("selector") or {})
    new["currentStepHash"] = status.step_hash(rollout)
    every = spec.steps(rollout)
    step, index = spec.current_step(rollout)
    if begins:
        status.reset(context, new)
        promotion.skip_steps_on_rollback(context, new)
        status.persist(context, new)
        return
    if before.get("promoteFull") or rollbacks.is_within_window(context):
        context.pauses.clear()
        context.pauses.remove_abort()
        index = len(every) if every else index
    if reason := promotion.reason(context, new):
        promotion.promote(context, new, reason)
    elif context.pauses.is_aborted:
        promoted = new["stableRS"] == new["currentPodHash"]
        new["currentStepIndex"] = (len(every) if promoted else 0) if every else None
    else:
        if step is not None and index is not None and _is_step_completed(context, step):
            index = _complete(context, step, index)
        new["currentStepIndex"] = index
    status.persist(context, new)


def _complete(context: Context, step: JsonObject, index: int) -> int:
    context.section("canary").pop(analyses.STEP, None)
    done, of = index + 1, len(spec.steps(context.rollout))
    text = f"Rollout step {done}/{of} completed ({spec.step_text(step)})"
    context.event("RolloutStepCompleted", text)
    context.pauses.remove(pauses.CANARY_STEP)
    return done
