"""Read the rollout that was named; where there is none, say what has that name instead."""

from clients import errors
from clients.argo.rollout import part, workload_ref
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef
from clients.kubernetes.reader import KubernetesReader

MOST_LOOKED_AT = 500


async def rollout_of(kubernetes: KubernetesReader, ref: ObjectRef) -> JsonObject:
    """Return a rollout; the name of a Deployment is refused as such, with what to name instead."""
    try:
        return await kubernetes.get(ref)
    except errors.NotFoundError as missing:
        raise await _explained(kubernetes, ref, missing) from missing


async def _explained(
    kubernetes: KubernetesReader, ref: ObjectRef, missing: errors.NotFoundError
) -> errors.NotFoundError:
    """Look whether it is a Deployment; a courtesy: the refusal stands where that is forbidden."""
    try:
        kind = await kubernetes.resource_type("deployments.apps")
        if await kubernetes.get_or_none(ObjectRef(kind, ref.name, ref.namespace)) is None:
            return missing
        rollout = await _taking_its_pods(kubernetes, ref)
    except errors.ClientError:
        return missing
    instead = (
        f'name rollout "{rollout}", which takes its pods from it'
        if rollout
        else ("use the tools for those, such as k8s_rollout_status")
    )
    return errors.NotFoundError(
        f'rollout "{ref.name}" not found{ref.where}: that is a Deployment; {instead}.'
    )


async def _taking_its_pods(kubernetes: KubernetesReader, ref: ObjectRef) -> str:
    """Name the rollout that refers to the Deployment of this name."""
    found = await kubernetes.list(ListQuery(ref.type, ref.namespace), MOST_LOOKED_AT)
    for each in found.items:
        reference = workload_ref(each)
        if (reference.get("kind"), reference.get("name")) == ("Deployment", ref.name):
            return str(part(each, "metadata").get("name"))
    return ""
