"""One step of a rollout: `RollingUpdate` within its bounds, or `Recreate`."""

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.deployments.scaling import Scaler, new_size
from sandbox.controllers.deployments.sets import (
    Sets,
    counted,
    max_unavailable,
    replicas,
    wanted,
)


def roll(cluster: ControlPlane, scaler: Scaler, deployment: JsonObject, sets: Sets) -> None:
    """Bring the new ReplicaSet up, or old ones down, as far as may be now."""
    if (deployment["spec"].get("strategy") or {}).get("type") == "Recreate":
        _recreate(cluster, scaler, deployment, sets)
    elif sets.new is not None and not _scale_new(scaler, deployment, sets, sets.new):
        _scale_old(scaler, deployment, sets, sets.new)


def _recreate(cluster: ControlPlane, scaler: Scaler, deployment: JsonObject, sets: Sets) -> None:
    old = [each for each in sets.old if wanted(each)]
    for each in old:
        scaler.resize(deployment, each, 0)
    gone = not any(cluster.owned(each, "", "pods") for each in sets.old)
    if not old and gone and sets.new is not None and wanted(sets.new) != replicas(deployment):
        scaler.resize(deployment, sets.new, replicas(deployment))


def _scale_new(scaler: Scaler, deployment: JsonObject, sets: Sets, new: JsonObject) -> bool:
    if wanted(new) == replicas(deployment):
        return False
    if wanted(new) > replicas(deployment):
        return scaler.resize(deployment, new, replicas(deployment))
    size = new_size(deployment, sets, wanted(new))
    return size != wanted(new) and scaler.resize(deployment, new, size)


def _scale_old(scaler: Scaler, deployment: JsonObject, sets: Sets, new: JsonObject) -> None:
    """Remove unavailable old pods first, then as many available ones as can be spared."""
    least = replicas(deployment) - max_unavailable(deployment)
    unavailable = wanted(new) - counted(new, "availableReplicas")
    spare = sum(wanted(each) for each in sets.all) - least - unavailable
    old = [each for each in sets.old if wanted(each)]
    if spare <= 0 or not old:
        return
    sizes = {id(each): wanted(each) for each in old}
    for each in old:
        sick = min(spare, sizes[id(each)] - counted(each, "availableReplicas"))
        sizes[id(each)] -= max(sick, 0)
        spare -= max(sick, 0)
    available = sum(counted(each, "availableReplicas") for each in sets.all) - least
    for each in old:
        going = max(min(sizes[id(each)], available), 0)
        sizes[id(each)] -= going
        available -= going
    for each in old:
        if sizes[id(each)] != wanted(each):
            scaler.resize(deployment, each, sizes[id(each)])
