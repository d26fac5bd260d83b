"""One look at a blue-green update (`rollout/bluegreen.go`)."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.subresources.scale import written_selector
from sandbox.controllers.conditions import moment
from sandbox.controllers.rollouts import (
    analyses,
    pauses,
    promotion,
    restarts,
    revisions,
    rollbacks,
    scaling,
    services,
    sets,
    sizes,
    spec,
    status,
)
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import counted, hash_of, wanted


def reconcile(context: Context) -> None:
    """Bring the preview up, pause, switch the active Service, and write the status."""
    strategy = spec.blue_green(context.rollout) or {}
    active = services.service(context, strategy.get("activeService"))
    preview = services.service(context, strategy.get("previewService"))
    if active is None:
        return
    revisions.synchronize(context)
    if preview is not None and not context.halted:
        services.switch(context, preview, hash_of(context.sets.new))
    if not status.template_changed(context):
        restarts.reconcile(context)
        scale(context)
        _pause(context, active)
        _switch(context, active)
        analyses.reconcile(context)
    _write(context, active, preview)


def scale(context: Context) -> None:
    """Bring all ReplicaSets to their sizes."""
    scaling.drop_deadlines(context)
    if context.sets.stable is not None:
        scaling.resize(context, context.sets.stable, spec.replicas(context.rollout))
    scaling.scale_new(context)
    _scale_others(context)
    revisions.clean_up(context)


def counts(context: Context, new: JsonObject) -> None:
    """Count the pods of the active version; of all while there is none."""
    active = context.sets.by_hash((new.get("blueGreen") or {}).get("activeSelector") or "")
    if active is None:
        new["HPAReplicas"] = sets.count(context.sets.all, "replicas")
        new["availableReplicas"] = sets.count(context.sets.all, "availableReplicas")
        return
    new["HPAReplicas"] = counted(active, "replicas")
    new["availableReplicas"] = counted(active, "availableReplicas")


def _scale_others(context: Context) -> None:
    strategy = spec.blue_green(context.rollout) or {}
    if context.pauses.condition(pauses.INCONCLUSIVE_RUN) is not None:
        return
    if strategy.get("scaleDownDelaySeconds") is None and analyses.is_judging(context):
        return
    kept = 0
    for each in scaling.by_revision(context.sets.others):
        if not wanted(each) or _is_referenced(context, each):
            continue
        if scaling.kept_for_delay(context, each, kept, wanted(each)):
            kept += 1
        else:
            scaling.resize(context, each, 0)


def _is_referenced(context: Context, replica_set: JsonObject) -> bool:
    strategy, before = spec.blue_green(context.rollout) or {}, context.status
    sides = before.get("blueGreen") or {}
    known = [before.get("stableRS"), before.get("currentPodHash")]
    known += [sides.get("activeSelector"), sides.get("previewSelector")]
    for name in ("activeService", "previewService"):
        known.append(services.selected_hash(services.service(context, strategy.get(name))))
    return hash_of(replica_set) in known


def _is_ready(context: Context) -> bool:
    size = sizes.new_count(context.rollout, context.sets)
    return wanted(context.sets.new) == size == counted(context.sets.new, "availableReplicas")


def _is_fast_tracked(context: Context, active: JsonObject) -> bool:
    if rollbacks.is_fast(context) or context.status.get("promoteFull"):
        return True
    return services.selected_hash(active) in ("", hash_of(context.sets.new))


def _pause(context: Context, active: JsonObject) -> None:
    if context.status.get("abort") or not _is_ready(context) or context.halted:
        return
    strategy = spec.blue_green(context.rollout) or {}
    wait = int(strategy.get("autoPromotionSeconds") or 0)
    needed = strategy.get("autoPromotionEnabled") is False or wait > 0
    passed = (context.status.get("blueGreen") or {}).get("scaleUpPreviewCheckPoint")
    if _is_fast_tracked(context, active) or passed or not needed:
        context.pauses.remove(pauses.BLUE_GREEN)
        return
    if not analyses.passed_before(context):
        return
    condition = context.pauses.condition(pauses.BLUE_GREEN)
    if condition is None:
        if not context.status.get("controllerPause"):
            context.pauses.add(pauses.BLUE_GREEN)
    elif context.pauses.is_blue_green_over():
        context.pauses.remove(pauses.BLUE_GREEN)
    elif wait:
        context.look_again(moment(condition["startTime"]) + timedelta(seconds=wait))


def _switch(context: Context, active: JsonObject) -> None:
    new = context.sets.new
    if context.halted or not _is_ready(context) or not sets.saturated(context.rollout, new):
        return
    digest = services.selected_hash(active)
    over = context.pauses.is_blue_green_over() and analyses.passed_before(context)
    if over or _is_fast_tracked(context, active):
        digest = hash_of(new)
    if context.status.get("abort"):
        digest = context.status.get("stableRS", "")
    services.switch(context, active, digest)


def _write(context: Context, active: JsonObject, preview: JsonObject | None) -> None:
    new = status.base(context)
    sides = context.section("blueGreen")
    if status.template_changed(context):
        status.reset(context, new)
    if context.status.get("promoteFull") or rollbacks.is_within_window(context):
        context.pauses.clear()
        context.pauses.remove_abort()
    sides["previewSelector"] = services.selected_hash(preview)
    sides["activeSelector"] = services.selected_hash(active)
    if why := promotion.reason(context, new):
        promotion.promote(context, new, why)
    else:
        sides["scaleUpPreviewCheckPoint"] = _check_point(context)
    chosen = context.sets.by_hash(sides["activeSelector"])
    if chosen is not None:
        new["readyReplicas"] = counted(chosen, "readyReplicas")
    source = chosen if chosen is not None else context.rollout
    new["selector"] = written_selector(source["spec"].get("selector") or {})
    counts(context, new)
    status.persist(context, new)


def _check_point(context: Context) -> bool:
    """Tell whether a small preview has been judged, and may get all its pods."""
    size = (spec.blue_green(context.rollout) or {}).get("previewReplicaCount")
    if size is None:
        return False
    if (context.status.get("blueGreen") or {}).get("scaleUpPreviewCheckPoint"):
        return True
    if not analyses.passed_before(context) or not context.pauses.is_blue_green_over():
        return False
    return counted(context.sets.new, "availableReplicas") == int(size)
