"""The objects of a release, as Helm sends them."""

from clients.kubernetes.changing import manifests
from clients.kubernetes.objects import JsonObject

KEEP = "keep"
_POLICY = "helm.sh/resource-policy"
Identity = tuple[str, str, str, str]


def objects_of(manifest: str) -> list[JsonObject]:
    """Return a manifest's objects in its order, which is the one Helm installs in."""
    return manifests.rendered(manifest)


def identity(obj: JsonObject, namespace: str) -> Identity:
    """Give group, kind, namespace and name: by these Helm finds an object again."""
    metadata = obj["metadata"]
    group = str(obj["apiVersion"]).rpartition("/")[0]
    own = str(metadata.get("namespace") or namespace)
    return group, str(obj["kind"]), own, name_of(obj)


def name_of(obj: JsonObject) -> str:
    """Return the object's name; of one that the API server names, how it begins."""
    metadata = obj["metadata"]
    return str(metadata.get("name") or f"{metadata['generateName']}*")


def is_kept(obj: JsonObject | None) -> bool:
    """Whether Helm leaves the object when it leaves the release."""
    metadata = (obj or {}).get("metadata") or {}
    policy = (metadata.get("annotations") or {}).get(_POLICY)
    return isinstance(policy, str) and policy.strip().lower() == KEEP


def owned(obj: JsonObject, release: str, namespace: str) -> JsonObject:
    """Return the object with the marks by which Helm knows its own."""
    metadata = obj["metadata"]
    labels = {**(metadata.get("labels") or {}), "app.kubernetes.io/managed-by": "Helm"}
    annotations = {
        **(metadata.get("annotations") or {}),
        "meta.helm.sh/release-name": release,
        "meta.helm.sh/release-namespace": namespace,
    }
    return {**obj, "metadata": {**metadata, "labels": labels, "annotations": annotations}}
