"""Sizes of ReplicaSets, and the deadlines after which they are scaled down (`replicaset.go`)."""

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, timestamp
from sandbox.controllers.rollouts import sets, sizes, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import annotation, counted, wanted


def is_scaling(context: Context) -> bool:
    """Tell whether the Rollout's size changed since its ReplicaSets were last scaled."""
    asked = str(spec.replicas(context.rollout))
    looked_at = {id(each): each for each in (context.sets.new, context.sets.stable) if each}
    marks = [annotation(each, sets.DESIRED) for each in looked_at.values() if wanted(each)]
    return any(mark and mark != asked for mark in marks)


def resize(context: Context, replica_set: JsonObject, size: int) -> bool:
    """Set a ReplicaSet's size; True when it was another one."""
    before, asked = wanted(replica_set), str(spec.replicas(context.rollout))
    changed = copied(replica_set)
    annotations = changed["metadata"].setdefault("annotations", {})
    if before == size and annotations.get(sets.DESIRED) == asked:
        return False
    changed["spec"]["replicas"] = size
    annotations[sets.DESIRED] = asked
    if not size and not delays_after_abort(context):
        annotations.pop(sets.DEADLINE, None)
    context.cluster.store.update(changed)
    if before == size:
        return False
    way = "up" if before < size else "down"
    number = f"(revision {sets.revision(replica_set)})"
    message = f"Scaled {way} ReplicaSet {name_of(replica_set)} {number} from {before} to {size}"
    context.event("ScalingReplicaSet", message)
    return True


def scale_new(context: Context) -> bool:
    """Bring the new ReplicaSet to its size; after an abort, when its time is over."""
    new = context.sets.new
    size = sizes.new_count(context.rollout, context.sets)
    delay = spec.abort_delay_seconds(context.rollout)
    if delays_after_abort(context) and delay is not None:
        end = sets.deadline(new)
        if end is None:
            stable = context.sets.stable
            if stable and counted(stable, "availableReplicas") >= spec.replicas(context.rollout):
                set_deadline(context, new, delay)
            return False
        if end > context.cluster.now():
            context.look_again(end)
            return False
        size = 0
    return resize(context, new, size)


def delays_after_abort(context: Context) -> bool:
    """Tell whether an aborted version keeps its pods for a while."""
    if not context.pauses.is_aborted or context.sets.stable is None:
        return False
    rollout = context.rollout
    if spec.canary(rollout) is not None and not spec.routed(rollout):
        return False
    return spec.abort_delay_seconds(rollout) is not None


def drop_deadlines(context: Context) -> None:
    """Keep the new and the stable ReplicaSet, should they have been going to be scaled down."""
    keeping = {id(each): each for each in (context.sets.new, context.sets.stable) if each}
    if delays_after_abort(context):
        keeping.pop(id(context.sets.new))
    for each in keeping.values():
        if sets.deadline(each) is not None:
            _set_annotation(context, each, None)


def set_deadline(context: Context, replica_set: JsonObject, seconds: int) -> None:
    """Note until when a ReplicaSet keeps its pods; none for no seconds."""
    if seconds:
        end = context.cluster.in_seconds(seconds)
        _set_annotation(context, replica_set, timestamp(end))
        context.look_again(end)
    elif sets.deadline(replica_set) is not None:
        _set_annotation(context, replica_set, None)


def kept_for_delay(context: Context, replica_set: JsonObject, kept: int, size: int) -> bool:
    """Tell whether a replaced ReplicaSet keeps its pods, as one of so many (`kept`) that do.

    One without a deadline gets it.
    """
    strategy = spec.blue_green(context.rollout) or spec.canary(context.rollout) or {}
    limit = strategy.get("scaleDownDelayRevisionLimit")
    if limit is not None and kept >= limit:
        return False
    end = sets.deadline(replica_set)
    if end is None:
        set_deadline(context, replica_set, spec.scale_down_delay_seconds(context.rollout))
        return size > 0
    if end <= context.cluster.now():
        return False
    context.look_again(end)
    return True


def by_revision(replica_sets: JsonObjects) -> JsonObjects:
    """Order ReplicaSets by revision, the newest first."""
    return sorted(replica_sets, key=sets.revision, reverse=True)


def _set_annotation(context: Context, replica_set: JsonObject, value: str | None) -> None:
    annotations = replica_set["metadata"].setdefault("annotations", {})
    annotations.pop(sets.DEADLINE, None)
    if value is not None:
        annotations[sets.DEADLINE] = value
    context.cluster.store.update(replica_set)
