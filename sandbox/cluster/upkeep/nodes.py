"""Stands in for kubelets where nobody plays them: pods given time to end are ended at once."""

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import name_of, namespace_of
from sandbox.cluster.state import Cluster


class AbsentKubelets:
    """Ends pods whose grace period would be a kubelet's affair; forgets what pods wrote."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def react(self, change: Change) -> None:
        """Finish a graceful deletion, and clean up after a pod."""
        if change.resource.qualified != "pods":
            return
        namespace, name = namespace_of(change.object), name_of(change.object)
        if change.type == "DELETED":
            self._cluster.logs.forget(namespace, name)
            self._cluster.usage.forget(namespace, name)
        elif self._awaits_kubelet(change):
            self._cluster.store.delete("", "pods", namespace, name)

    def _awaits_kubelet(self, change: Change) -> bool:
        metadata = change.object["metadata"]
        return not self._cluster.kubelets and bool(metadata.get("deletionGracePeriodSeconds"))
