"""What ``--sandbox`` serves: the cluster with its story, controllers that go on, some charts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox import Cluster, controllers, running_cluster, story
from sandbox.charts import ChartRepository, running_repository


@dataclass(frozen=True)
class Demo:
    """The cluster, and the chart repository to install from."""

    cluster: Cluster
    charts: ChartRepository


@asynccontextmanager
async def running_demo(port: int = 0) -> AsyncIterator[Demo]:
    """Serve the story until the context ends; the shop's namespace is the kubeconfig's default."""
    async with (
        running_cluster(port=port, kubelets=True) as cluster,
        running_repository() as charts,
    ):
        story.load(cluster.store, cluster.logs, cluster.usage, cluster.clock)
        async with controllers.running(cluster.store, cluster.clock):
            yield Demo(cluster, charts)
