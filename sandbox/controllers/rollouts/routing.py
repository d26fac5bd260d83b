"""The traffic router: whichever a canary names, it does what it is told at once."""

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.rollouts import sets, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import counted, hash_of


def reconcile(context: Context) -> None:
    """Write the weights that the canary and the stable Service have now."""
    if not spec.routed(context.rollout):
        return
    weights = _weights(context)
    before = (context.status.get("canary") or {}).get("weights")
    context.section("canary")["weights"] = weights
    if before is not None and before != weights:
        text = f"Traffic weight updated {_change(before, weights)}"
        context.event("TrafficWeightUpdated", text.rstrip())


def _weights(context: Context) -> JsonObject:
    strategy = spec.canary(context.rollout) or {}
    whole, weight = spec.max_weight(context.rollout), _canary_weight(context)
    stable = context.sets.stable or context.sets.new
    return {
        "canary": {
            "weight": weight,
            "serviceName": strategy.get("canaryService", ""),
            "podTemplateHash": hash_of(context.sets.new),
        },
        "stable": {
            "weight": whole - weight,
            "serviceName": strategy.get("stableService", ""),
            "podTemplateHash": hash_of(stable),
        },
    }


def _canary_weight(context: Context) -> int:
    if context.sets.stable_apart is None or context.pauses.is_aborted:
        return 0
    if not counted(context.sets.new, "availableReplicas"):
        return 0
    step, index = spec.current_step(context.rollout)
    if context.status.get("promoteFull") or step is None:
        ready = counted(context.sets.new, "availableReplicas") >= spec.replicas(context.rollout)
        before = ((context.status.get("canary") or {}).get("weights") or {}).get("canary") or {}
        return spec.max_weight(context.rollout) if ready else int(before.get("weight", 0))
    arrived = spec.does(step, "setWeight") and not _has_pods(context)
    if arrived and index:
        return _weight_before(context, index)
    return spec.set_weight(context.rollout)


def _has_pods(context: Context) -> bool:
    """Tell whether the canary has all pods that the step asks for; only then the weight moves."""
    new = context.sets.new
    return counted(new, "availableReplicas") == sets.wanted(new)


def _weight_before(context: Context, index: int) -> int:
    asked = [s["setWeight"] for s in spec.steps(context.rollout)[:index] if s.get("setWeight")]
    return int(asked[-1]) if asked else 0


def _change(before: JsonObject, after: JsonObject) -> str:
    old, new = before["canary"]["weight"], after["canary"]["weight"]
    return f"from {old} to {new}" if old != new else ""
