"""What keeps a workload's revisions: the ReplicaSets or ControllerRevisions it controls."""

from collections.abc import Mapping, Sequence

from clients.errors import InvalidError
from clients.kubernetes.inspecting.related_lists import label_selector
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader

MOST_REVISIONS = 1_000
KEPT_IN: Mapping[str, str] = {
    "Deployment": "replicasets.apps",
    "StatefulSet": "controllerrevisions.apps",
    "DaemonSet": "controllerrevisions.apps",
    "Rollout": "replicasets.apps",
}


async def workload_ref(
    kubernetes: KubernetesReader, name: str, resource_type: str | None, namespace: str | None
) -> ObjectRef:
    """Name a Deployment, StatefulSet or DaemonSet; ``statefulset/web`` is taken as a name too.

    Without any type it is a deployment.
    """
    type_in_name, slash, bare_name = name.rpartition("/")
    if slash and resource_type and resource_type != type_in_name:
        raise InvalidError('Give the type once: in "type/name", or in the argument resource_type.')
    ref = await kubernetes.ref(type_in_name or resource_type or "deployment", bare_name, namespace)
    if has_rollouts(ref.type):
        return ref
    argo = " For Argo Rollouts: argo_status." if ref.type.group == "argoproj.io" else ""
    raise InvalidError(
        f"{ref.type.qualified} have no rollouts that are followed here; deployments, statefulsets "
        f"and daemonsets have.{argo}"
    )


def has_rollouts(resource_type: ResourceType) -> bool:
    """Whether kubectl follows rollouts of this type."""
    return resource_type.group == "apps" and resource_type.kind in KEPT_IN


async def revisions(kubernetes: KubernetesReader, workload: JsonObject) -> Sequence[JsonObject]:
    """Return what keeps each revision of a workload, in no particular order, masked."""
    kept_in = await kubernetes.resource_type(KEPT_IN[workload["kind"]])
    metadata = workload["metadata"]
    selector = label_selector(workload["spec"].get("selector") or {})
    listed = await kubernetes.list(
        ListQuery(kept_in, metadata["namespace"], selector), MOST_REVISIONS
    )
    return [each for each in listed.items if is_controlled_by(each, metadata["uid"])]


def is_controlled_by(obj: JsonObject, uid: str) -> bool:
    """Whether the object's controller is the one with this uid."""
    owners = obj["metadata"].get("ownerReferences") or ()
    return any(owner.get("controller") and owner.get("uid") == uid for owner in owners)
