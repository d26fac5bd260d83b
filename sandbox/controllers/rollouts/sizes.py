"""How large the new and the stable ReplicaSet shall be (`utils/replicaset/canary.go`)."""

import math

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.deployments.sets import counted, wanted
from sandbox.controllers.rollouts import spec
from sandbox.controllers.rollouts.sets import Sets, hash_of, total

Counts = tuple[int, int]
"""Pods of the new and of the stable ReplicaSet."""


def canary_counts(rollout: JsonObject, sets: Sets) -> Counts:
    """Tell the sizes of a canary's two ReplicaSets."""
    return _routed_counts(rollout) if spec.routed(rollout) else _basic_counts(rollout, sets)


def new_count(rollout: JsonObject, sets: Sets) -> int:
    """Tell the size of the new ReplicaSet now (`NewRSNewReplicas`)."""
    if spec.canary(rollout) is not None:
        return canary_counts(rollout, sets)[0]
    return _preview_count(rollout, sets)


def at_desired_counts(rollout: JsonObject, sets: Sets) -> bool:
    """Tell whether the canary has the pods that the current step asks for, all of them there."""
    new, stable = canary_counts(rollout, sets)
    if wanted(sets.new) != new or counted(sets.new, "availableReplicas") != new:
        return False
    if sets.stable is None or not _are_created(sets.stable, stable):
        return False
    return spec.routed(rollout) or not any(counted(s, "availableReplicas") for s in sets.others)


def _are_created(stable: JsonObject, size: int) -> bool:
    return wanted(stable) == size == counted(stable, "replicas")


def _preview_count(rollout: JsonObject, sets: Sets) -> int:
    preview = (spec.blue_green(rollout) or {}).get("previewReplicaCount")
    status = spec.status_of(rollout)
    sides = status.get("blueGreen") or {}
    active = sets.by_hash(sides.get("activeSelector", ""))
    if preview is None or active is None or active is sets.new or status.get("promoteFull"):
        return spec.replicas(rollout)
    if hash_of(sets.new) != status.get("currentPodHash"):
        return int(preview)
    going_on = not rollout["spec"].get("paused") and not status.get("pauseConditions")
    if going_on and sides.get("scaleUpPreviewCheckPoint"):
        return spec.replicas(rollout)
    return int(preview)


def desired_weight(rollout: JsonObject) -> int:
    """Tell the share that the canary shall have now, by its pods."""
    if _is_whole(rollout):
        return spec.max_weight(rollout)
    scale = spec.set_canary_scale(rollout)
    if scale is not None and scale.get("weight") is not None:
        return int(scale["weight"])
    return spec.set_weight(rollout)


def _is_whole(rollout: JsonObject) -> bool:
    status = spec.status_of(rollout)
    stable = status.get("stableRS")
    return bool(status.get("promoteFull") or not stable or status.get("currentPodHash") == stable)


def _routed_counts(rollout: JsonObject) -> Counts:
    asked = spec.replicas(rollout)
    scale = None if _is_whole(rollout) else spec.set_canary_scale(rollout)
    if scale is not None and scale.get("replicas") is not None:
        return int(scale["replicas"]), asked
    return math.ceil(desired_weight(rollout) * asked / spec.max_weight(rollout)), asked


def _basic_counts(rollout: JsonObject, sets: Sets) -> Counts:
    """Approach the weight with pods, never leaving the bounds of surge and unavailability."""
    asked, surge = spec.replicas(rollout), spec.max_surge(rollout)
    stable_set = sets.stable_apart
    goal_new, goal_stable = asked, 0
    if stable_set is not None:
        goal_new, goal_stable = _weighted(
            asked, desired_weight(rollout), spec.max_weight(rollout), surge
        )
    new, stable = wanted(sets.new), wanted(stable_set) if stable_set else 0
    most = asked + surge
    room = most - total([*sets.others, sets.new, *([stable_set] if stable_set else [])])
    if stable_set is not None and stable < goal_stable and room > 0:
        stable, room = min(stable + room, goal_stable), room - (goal_stable - stable)
    if wanted(sets.new) < goal_new and room > 0:
        new = min(wanted(sets.new) + room, goal_new)
    if total(sets.others) > 0:
        return new, stable
    least = asked - spec.max_unavailable(rollout)
    return _scaled_down(sets.new, stable_set, (goal_new, goal_stable), (new, stable), (least, most))


def _scaled_down(
    new_set: JsonObject, stable_set: JsonObject | None, goals: Counts, sizes: Counts, bounds: Counts
) -> Counts:
    growing = goals[0] >= wanted(new_set)
    spare = _for_scale_down(new_set, ignore_availability=not growing)
    if stable_set is not None:
        spare += _for_scale_down(stable_set, ignore_availability=growing)
    surplus = spare - bounds[0]
    new, stable = sizes
    if surplus <= 0:
        return sizes
    if not growing:
        new = max(goals[0], wanted(new_set) - surplus)
        return _within(new_set, stable_set, new, stable, bounds)
    if stable_set is None:
        return sizes
    if wanted(stable_set) > goals[1]:
        stable = max(goals[1], wanted(stable_set) - surplus)
    stable, new = _within(stable_set, new_set, stable, new, bounds)
    return new, stable


def _for_scale_down(replica_set: JsonObject, *, ignore_availability: bool) -> int:
    available = counted(replica_set, "availableReplicas")
    if wanted(replica_set) < available or ignore_availability:
        return wanted(replica_set)
    return available


def _within(
    drained: JsonObject, other: JsonObject | None, drain: int, rest: int, bounds: Counts
) -> Counts:
    """Keep the sum within the bounds (`adjustReplicaWithinLimits`)."""
    if other is None:
        return drain, rest
    least, most = bounds
    available = counted(other, "availableReplicas")
    rest -= max(0, rest + drain - most)
    there = min(counted(drained, "availableReplicas"), drain) + min(available, rest)
    rest += min(max(0, available - rest), max(0, least - there))
    return drain - max(0, rest + drain - most), rest


def _weighted(asked: int, weight: int, whole: int, surge: int) -> Counts:
    """Find the numbers of pods that come nearest to a weight, at least one on either side."""
    if not asked:
        return 0, 0
    up, down = math.ceil(asked * weight / whole), asked * weight // whole
    none_allowed = weight in (0, whole) or (asked == 1 and not surge)
    options: list[Counts] = []
    if up < asked or none_allowed:
        options.append((up, asked))
    if not _tied(asked, weight, whole) and (down or none_allowed):
        options.append((down, asked))
    if surge:
        options.append((up, asked + 1))
        if not _tied(asked + 1, weight, whole) and (down or none_allowed):
            options.append((down, asked + 1))
    if not options:
        return 0, asked
    new, of = min(options, key=lambda option: abs(option[0] * whole / option[1] - weight))
    return new, of - new


def _tied(asked: int, weight: int, whole: int) -> bool:
    return math.modf(asked * (weight / whole))[0] == 0.5
