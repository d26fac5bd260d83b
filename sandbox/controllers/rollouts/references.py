"""`workloadRef`: the template that another object holds (`rollout/templateref.go`)."""

from sandbox.cluster.objects import JsonObject, copied, namespace_of
from sandbox.controllers.control_plane import ControlPlane

_PLURALS = {"Deployment": "deployments", "ReplicaSet": "replicasets"}
_EMPTY: JsonObject = {"metadata": {}, "spec": {"containers": []}}


class MissingWorkloadError(Exception):
    """What `workloadRef` names is missing, or of a kind without a pod template."""


def resolve(cluster: ControlPlane, rollout: JsonObject) -> str:
    """Fill in template and selector of the workload; return its generation, empty without one.

    The Rollout is changed, not what is stored of it. Raises MissingWorkloadError.
    """
    reference = rollout["spec"].get("workloadRef")
    if reference is None:
        rollout["spec"].setdefault("template", copied(_EMPTY))
        return ""
    workload = _workload(cluster, rollout, reference)
    rollout["spec"]["template"] = copied(workload["spec"]["template"])
    if not rollout["spec"].get("selector"):
        rollout["spec"]["selector"] = copied(workload["spec"].get("selector") or {})
    return str(workload["metadata"].get("generation", 1))


def _workload(cluster: ControlPlane, rollout: JsonObject, reference: JsonObject) -> JsonObject:
    kind, name = reference.get("kind", ""), reference.get("name", "")
    if kind not in _PLURALS or reference.get("apiVersion") != "apps/v1":
        group = str(reference.get("apiVersion", "")).rpartition("/")[0]
        raise MissingWorkloadError(f"workload of type {group}/{kind} is not supported")
    found = cluster.store.peek("apps", _PLURALS[kind], namespace_of(rollout), name)
    if found is None:
        raise MissingWorkloadError(f'{_PLURALS[kind]}.apps "{name}" not found')
    return found
