"""When the new version becomes the stable one, and what then happens (`rollout/sync.go`)."""

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.rollouts import analyses, rollbacks, sets, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import counted, hash_of, wanted


def skip_steps_on_rollback(context: Context, new: JsonObject) -> None:
    """Do no step on the way back to the stable version, or to a recent one that has pods."""
    every = len(spec.steps(context.rollout))
    if not every:
        return
    if context.status.get("stableRS") == hash_of(context.sets.new):
        context.event("SkipSteps", "Rollback to stable ReplicaSets")
        new["currentStepIndex"] = every
    elif rollbacks.is_within_window(context) and wanted(context.sets.new):
        context.event("SkipSteps", "Rollback to active ReplicaSets within RollbackWindow")
        new["currentStepIndex"] = every


def reason(context: Context, new: JsonObject) -> str:
    """Tell why the new version is stable from now on; empty while it is not."""
    if context.sets.stable is None:
        return "Initial deploy"
    if spec.canary(context.rollout) is not None:
        return _canary_reason(context)
    return _blue_green_reason(context, new)


def promote(context: Context, new: JsonObject, why: str) -> None:
    """Make the new version the stable one."""
    context.pauses.clear()
    context.pauses.remove_abort()
    new["promoteFull"] = False
    context.section("blueGreen")["scaleUpPreviewCheckPoint"] = False
    if spec.canary(context.rollout) is not None:
        new["currentStepIndex"] = len(spec.steps(context.rollout)) or None
    if new["stableRS"] != new["currentPodHash"]:
        new["stableRS"] = new["currentPodHash"]
        number = sets.revision(context.rollout)
        text = f"Rollout completed update to revision {number} ({new['stableRS']}): {why}"
        context.event("RolloutCompleted", text)


def _canary_reason(context: Context) -> str:
    available = counted(context.sets.new, "availableReplicas")
    if context.pauses.is_aborted or available < spec.replicas(context.rollout):
        return ""
    if early := _early_reason(context):
        return early
    step, index = spec.current_step(context.rollout)
    every = len(spec.steps(context.rollout))
    return f"Completed all {every} canary steps" if step is None and index in (None, every) else ""


def _blue_green_reason(context: Context, new: JsonObject) -> str:
    active = context.section("blueGreen").get("activeSelector")
    if not active:
        return "Initial deploy"
    if active != new["currentPodHash"]:
        return ""
    if early := _early_reason(context):
        return early
    if context.pauses.is_aborted:
        return ""
    strategy = spec.blue_green(context.rollout) or {}
    if strategy.get("postPromotionAnalysis") is not None:
        run = context.runs.current.get(analyses.AFTER)
        if run is None or (run.get("status") or {}).get("phase") != "Successful":
            return ""
    return "Completed blue-green update"


def _early_reason(context: Context) -> str:
    if context.status.get("promoteFull"):
        return "Full promotion requested"
    if rollbacks.is_fast(context):
        return "Rollback within window" if rollbacks.is_within_window(context) else "Fast rollback"
    return ""
