"""What ``--sandbox`` serves: the simulated cluster with its story, and controllers that go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sandbox import Cluster, controllers, running_cluster, story


@asynccontextmanager
async def running_demo(port: int = 0) -> AsyncIterator[Cluster]:
    """Serve the story until the context ends; the shop's namespace is the kubeconfig's default."""
    async with running_cluster(port=port, kubelets=True) as cluster:
        story.load(cluster.store, cluster.logs, cluster.usage, cluster.clock)
        async with controllers.running(cluster.store, cluster.clock):
            yield cluster
