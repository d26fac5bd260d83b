"""What ``--sandbox`` serves: a cluster and a Jenkins with their story, which go on, and charts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox import Cluster, controllers, running_cluster, story
from sandbox.charts import ChartRepository, running_repository
from sandbox.jenkins import Jenkins, running_jenkins
from sandbox.jenkins import story as jenkins_story
from sandbox.jenkins.ticking import ticking
from sandbox.story.secrets import bind_jenkins


@dataclass(frozen=True)
class Demo:
    """The servers that run; from ``charts`` one can install."""

    cluster: Cluster
    jenkins: Jenkins
    charts: ChartRepository


@asynccontextmanager
async def running_demo(port: int = 0) -> AsyncIterator[Demo]:
    """Serve the story until the context ends; the shop's namespace is the kubeconfig's default."""
    async with (
        running_cluster(port=port, kubelets=True) as cluster,
        running_jenkins() as jenkins,
        running_repository() as charts,
    ):
        story.load(cluster.store, cluster.logs, cluster.usage, cluster.clock)
        jenkins_story.load(jenkins)
        bind_jenkins(cluster.store, jenkins.url)
        async with controllers.running(cluster.store, cluster.clock), ticking(jenkins):
            yield Demo(cluster, jenkins, charts)
