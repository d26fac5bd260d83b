"""The traffic router (`rollout/trafficrouting.go`): whichever is named, it obeys at once."""

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.rollouts import services, sizes, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import counted, hash_of


def reconcile(context: Context) -> None:
    """Write the weights that the canary and the stable Service have now."""
    if not spec.routed(context.rollout):
        return
    strategy, weight = spec.canary(context.rollout) or {}, _canary_weight(context)
    if context.pauses.is_aborted and not context.fully_promoted:
        services.point(context, strategy.get("canaryService"), context.sets.stable)
    if not _can_take(context, spec.max_weight(context.rollout) - weight):
        return
    weights = _weights(context, strategy, weight)
    before = (context.status.get("canary") or {}).get("weights")
    if before != weights:
        context.event("TrafficWeightUpdated", f"Traffic weight updated{_change(before, weight)}")
    context.section("canary")["weights"] = weights


def _weights(context: Context, strategy: JsonObject, weight: int) -> JsonObject:
    stable = context.sets.stable
    rest = spec.max_weight(context.rollout) - weight
    sides = {
        "canary": (weight, strategy.get("canaryService"), hash_of(context.sets.new)),
        "stable": (rest, strategy.get("stableService"), hash_of(stable) if stable else ""),
    }
    return {
        side: {
            "weight": share,
            **({"serviceName": name} if name else {}),
            **({"podTemplateHash": digest} if digest else {}),
        }
        for side, (share, name, digest) in sides.items()
    }


def _canary_weight(context: Context) -> int:
    if context.fully_promoted or context.pauses.is_aborted:
        return 0
    if not counted(context.sets.new, "availableReplicas"):
        return 0
    if context.status.get("promoteFull"):
        before = (context.status.get("canary") or {}).get("weights") or {}
        return int((before.get("canary") or {}).get("weight", 0))
    index = spec.current_step(context.rollout)[1]
    if index is None:
        return 0
    if not sizes.at_desired_counts(context.rollout, context.sets):
        return _weight_before(context, index)
    return spec.set_weight(context.rollout)


def _can_take(context: Context, weight: int) -> bool:
    """Tell whether the stable version has the pods for its share."""
    stable = context.sets.stable
    if stable is None:
        return False
    needed = weight * spec.replicas(context.rollout) // spec.max_weight(context.rollout)
    return counted(stable, "availableReplicas") >= needed


def _weight_before(context: Context, index: int) -> int:
    """Return the weight of the step before, as the pods for this one are not all there."""
    done = spec.steps(context.rollout)[:index]
    asked = [each["setWeight"] for each in done if spec.does(each, "setWeight")]
    return int(asked[-1]) if asked else 0


def _change(before: JsonObject | None, weight: int) -> str:
    if before is None:
        return f" to {weight}"
    old = before["canary"]["weight"]
    return f" from {old} to {weight}" if old != weight else " "
