"""Namespaces: their content goes first, and what holds it is said in their conditions."""

from collections import Counter

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, name_of, namespace_of, timestamp
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.state import Cluster

HOLDER = "kubernetes"
ROOT_CERTIFICATES = "kube-root-ca.crt"
DEFAULT_ACCOUNT = "default"


class Namespaces:
    """Fills new namespaces and empties those that are being deleted."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def react(self, change: Change) -> None:
        """Follow a namespace's life, and that of the last objects in one that is going."""
        if change.resource.qualified == "namespaces":
            if change.type == "ADDED":
                self._fill(name_of(change.object))
            elif change.type == "MODIFIED":
                self._empty(change.object)
        elif change.type == "DELETED" and namespace_of(change.object):
            namespace = self._store.get("", "namespaces", None, namespace_of(change.object))
            if namespace is not None:
                self._empty(namespace)

    def _fill(self, name: str) -> None:
        metadata = {"name": DEFAULT_ACCOUNT, "namespace": name}
        self._store.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        self._store.create(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": ROOT_CERTIFICATES, "namespace": name},
                "data": {"ca.crt": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
            }
        )

    def _empty(self, namespace: JsonObject) -> None:
        if "deletionTimestamp" not in namespace["metadata"]:
            return
        if (namespace.get("status") or {}).get("phase") != "Terminating":
            self._store.update({**namespace, "status": {"phase": "Terminating"}})
            return  # the change just made leads here again
        for resource, obj in self._content(name_of(namespace)):
            if "deletionTimestamp" not in obj["metadata"]:
                grace = 30 if resource.qualified == "pods" and self._cluster.kubelets else 0
                self._store.delete(
                    resource.group,
                    resource.plural,
                    name_of(namespace),
                    name_of(obj),
                    grace_seconds=grace,
                )
        self._finish(name_of(namespace))

    def _finish(self, name: str) -> None:
        namespace = self._store.get("", "namespaces", None, name)
        if namespace is None:
            return
        remaining = self._content(name)
        if remaining:
            conditions = _conditions(remaining, timestamp(self._cluster.clock()))
            before = namespace["status"].get("conditions")
            if before is None:
                namespace["status"] = {"phase": "Terminating", "conditions": conditions}
                self._store.update(namespace)
            return
        held = namespace["metadata"].get("finalizers") or []
        namespace["spec"] = {"finalizers": []}
        if held:
            namespace["metadata"]["finalizers"] = [each for each in held if each != HOLDER]
        self._store.update(namespace)

    def _content(self, name: str) -> list[tuple[ResourceType, JsonObject]]:
        return [
            (resource, obj)
            for resource, obj in self._store.everything()
            if resource.namespaced and namespace_of(obj) == name
        ]


def _conditions(remaining: list[tuple[ResourceType, JsonObject]], now: str) -> list[JsonObject]:
    """Say what is left and what holds it (pkg/controller/namespace/deletion)."""
    kinds = Counter(_dotted(resource) for resource, _ in remaining)
    finalizers = Counter(
        each for _, obj in remaining for each in obj["metadata"].get("finalizers") or []
    )
    left = ", ".join(f"{name} has {count} resource instances" for name, count in kinds.items())
    held = ", ".join(f"{name} in {count} resource instances" for name, count in finalizers.items())
    conditions = [
        (
            "NamespaceDeletionDiscoveryFailure",
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        (
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        (
            "NamespaceContentRemaining",
            "True",
            "SomeResourcesRemain",
            f"Some resources are remaining: {left}",
        ),
        (
            "NamespaceFinalizersRemaining",
            "True",
            "SomeFinalizersRemain",
            f"Some content in the namespace has finalizers remaining: {held}",
        ),
    ]
    keys = ("type", "status", "reason", "message")
    return [
        {**dict(zip(keys, each, strict=True)), "lastTransitionTime": now}
        for each in conditions
        if held or each[0] != "NamespaceFinalizersRemaining"
    ]


def _dotted(resource: ResourceType) -> str:
    return f"{resource.plural}.{resource.group}"
