"""Scaling a Deployment: all its active ReplicaSets in proportion, so that a rollout stays safe."""

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.deployments.sets import (
    DESIRED,
    MOST,
    REVISION,
    Sets,
    annotation,
    counted,
    max_surge,
    replicas,
    wanted,
)
from sandbox.controllers.events import Recorder


def is_scaling(deployment: JsonObject, sets: Sets) -> bool:
    """Tell whether the Deployment's size changed since its ReplicaSets were last scaled."""
    marks = [annotation(each, DESIRED) for each in sets.active]
    return any(mark and mark != str(replicas(deployment)) for mark in marks)


def new_size(deployment: JsonObject, sets: Sets, current: int) -> int:
    """Tell how large the new ReplicaSet may be now (`NewRSNewReplicas`)."""
    if (deployment["spec"].get("strategy") or {}).get("type") == "Recreate":
        return replicas(deployment)
    most = replicas(deployment) + max_surge(deployment)
    room = most - sum(wanted(each) for each in sets.all)
    if room <= 0:
        return current
    return current + min(room, replicas(deployment) - current)


class Scaler:
    """Sets the size of ReplicaSets, with the event that says so."""

    def __init__(self, cluster: ControlPlane, recorder: Recorder) -> None:
        self._cluster = cluster
        self._recorder = recorder

    def scale(self, deployment: JsonObject, sets: Sets) -> None:
        """Give the change of size to the ReplicaSets, each its share."""
        only = _active_or_latest(sets)
        if only is not None:
            self.resize(deployment, only, replicas(deployment))
        elif sets.new is not None and _is_saturated(deployment, sets.new):
            for old in sets.old:
                self.resize(deployment, old, 0)
        else:
            for each, size in _proportions(deployment, sets.active):
                self.resize(deployment, each, size)

    def resize(self, deployment: JsonObject, replica_set: JsonObject, size: int) -> bool:
        """Set a ReplicaSet's size; True when it was another one."""
        before, changed = wanted(replica_set), copied(replica_set)
        changed["spec"]["replicas"] = size
        total = replicas(deployment)
        marks = {DESIRED: str(total), MOST: str(total + max_surge(deployment))}
        changed["metadata"].setdefault("annotations", {}).update(marks)
        self._cluster.store.update(changed)
        if before == size:
            return False
        way = "up" if before < size else "down"
        message = f"Scaled {way} replica set {name_of(replica_set)} from {before} to {size}"
        self._recorder.normal(deployment, "ScalingReplicaSet", message)
        return True


def _active_or_latest(sets: Sets) -> JsonObject | None:
    """Return the only one with pods, or the newest when there is none (`FindActiveOrLatest`)."""
    if len(sets.active) > 1:
        return None
    if sets.active:
        return sets.active[0]
    latest = max(sets.old, key=lambda s: int(annotation(s, REVISION) or 0), default=None)
    return sets.new or latest


def _is_saturated(deployment: JsonObject, new: JsonObject) -> bool:
    total = replicas(deployment)
    marked = annotation(new, DESIRED) == str(total)
    return marked and wanted(new) == total and counted(new, "availableReplicas") == total


def _proportions(deployment: JsonObject, active: JsonObjects) -> list[tuple[JsonObject, int]]:
    total = replicas(deployment)
    allowed = total + max_surge(deployment) if total else 0
    to_add = allowed - sum(wanted(each) for each in active)
    ordered = sorted(active, key=wanted, reverse=True)
    sizes, added = [], 0
    for each in ordered:
        share = _share(each, allowed, to_add, to_add - added)
        sizes.append(wanted(each) + share)
        added += share
    if sizes:
        sizes[0] = max(sizes[0] + to_add - added, 0)
    return list(zip(ordered, sizes, strict=True))


def _share(replica_set: JsonObject, allowed: int, to_add: int, left: int) -> int:
    size, before = wanted(replica_set), int(annotation(replica_set, MOST) or 0)
    if not size or not to_add or not before:
        return 0
    share = round(size * allowed / before) - size
    return min(share, left) if to_add > 0 else max(share, left)
