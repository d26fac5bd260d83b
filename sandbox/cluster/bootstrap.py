"""What every cluster has before anybody creates anything."""

from sandbox.cluster.state import NAMESPACES, Cluster


def bootstrap(cluster: Cluster) -> None:
    """Create the namespaces of a new cluster."""
    for name in NAMESPACES:
        cluster.store.create(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
                "spec": {"finalizers": ["kubernetes"]},
                "status": {"phase": "Active"},
            }
        )
