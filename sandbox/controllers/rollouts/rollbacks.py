"""Going back to an earlier version, which may skip steps (`rollout/sync.go`)."""

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.rollouts import spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import hash_of


def is_within_window(context: Context) -> bool:
    """Tell whether this goes back no farther than `rollbackWindow` says."""
    window = (context.rollout["spec"].get("rollbackWindow") or {}).get("revisions") or 0
    stable = context.sets.stable_apart
    if stable is None or not window or _born(context.sets.new) >= _born(stable):
        return False
    between = [each for each in context.sets.all if _born(context.sets.new) < _born(each)]
    return sum(_born(each) < _born(stable) for each in between) < window


def is_fast(context: Context) -> bool:
    """Tell whether pauses and analyses are skipped, as this goes back (`isFastRollback`)."""
    new, stable = context.sets.new, context.sets.stable
    if stable is None:
        return False
    to_stable = context.status.get("stableRS") == hash_of(new)
    if not to_stable and _born(new) >= _born(stable):
        return False
    within_delay = context.within_delay and spec.blue_green(context.rollout) is not None
    return to_stable or within_delay or is_within_window(context)


def _born(replica_set: JsonObject) -> str:
    return str(replica_set["metadata"]["creationTimestamp"])
