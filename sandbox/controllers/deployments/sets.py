"""A Deployment's ReplicaSets: the one of its present template, and the old ones."""

from dataclasses import dataclass

from sandbox.cluster.objects import JsonObject, JsonObjects, copied
from sandbox.controllers.amounts import resolved
from sandbox.controllers.control_plane import ControlPlane

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"


@dataclass(frozen=True)
class Sets:
    """The new ReplicaSet, None while there is none, and the old ones, oldest first."""

    new: JsonObject | None
    old: JsonObjects

    @property
    def all(self) -> JsonObjects:
        """Return old and new."""
        return [*self.old, *([self.new] if self.new else [])]

    @property
    def active(self) -> JsonObjects:
        """Return those that have or shall have pods."""
        return [each for each in self.all if wanted(each)]

    @property
    def revision(self) -> str:
        """Return the new one's revision, empty without one."""
        return annotation(self.new, REVISION) if self.new else ""


def found_sets(cluster: ControlPlane, deployment: JsonObject) -> Sets:
    """Read the ReplicaSets and tell the new one: the oldest with the Deployment's template."""
    owned = [copied(each) for each in cluster.owned(deployment, "apps", "replicasets")]
    template = deployment["spec"]["template"]
    new = next((s for s in owned if _plain(s["spec"]["template"]) == _plain(template)), None)
    return Sets(new, [each for each in owned if each is not new])


def old_replica_sets(cluster: ControlPlane, deployment: JsonObject) -> JsonObjects:
    """Return the ReplicaSets of other templates."""
    return found_sets(cluster, deployment).old


def _plain(template: JsonObject) -> JsonObject:
    """Leave out the hash, which the Deployment's own template does not have."""
    metadata = dict(template.get("metadata") or {})
    labels = {k: v for k, v in (metadata.pop("labels", None) or {}).items() if k != HASH_LABEL}
    metadata.pop("creationTimestamp", None)
    return {"metadata": metadata, "labels": labels, "spec": template["spec"]}


def annotation(item: JsonObject, key: str) -> str:
    """Read an annotation, empty when missing."""
    return str((item["metadata"].get("annotations") or {}).get(key, ""))


def wanted(replica_set: JsonObject) -> int:
    """Tell how many pods a ReplicaSet shall have."""
    return int(replica_set["spec"].get("replicas", 1))


def counted(replica_set: JsonObject, field: str) -> int:
    """Read a number of a ReplicaSet's status."""
    return int((replica_set.get("status") or {}).get(field, 0))


def replicas(deployment: JsonObject) -> int:
    """Tell how many pods a Deployment shall have."""
    return int(deployment["spec"].get("replicas", 1))


def max_surge(deployment: JsonObject) -> int:
    """Tell how many pods more than wanted there may be."""
    if _is_recreate(deployment):
        return 0
    return resolved(_rolling(deployment).get("maxSurge", "25%"), replicas(deployment), up=True)


def max_unavailable(deployment: JsonObject) -> int:
    """Tell how many of the wanted pods may be missing; never none while there is no surge."""
    total = replicas(deployment)
    if _is_recreate(deployment) or not total:
        return 0
    value = _rolling(deployment).get("maxUnavailable", "25%")
    allowed = resolved(value, total, up=False)
    return min(max(allowed, 0 if max_surge(deployment) else 1), total)


def _rolling(deployment: JsonObject) -> JsonObject:
    return (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}


def _is_recreate(deployment: JsonObject) -> bool:
    return bool((deployment["spec"].get("strategy") or {}).get("type") == "Recreate")
