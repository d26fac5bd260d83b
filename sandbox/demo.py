"""What ``--sandbox`` serves: a simulated cluster and Jenkins with their story, and both go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox import Cluster, controllers, running_cluster, story
from sandbox.jenkins import Jenkins, running_jenkins
from sandbox.jenkins import story as jenkins_story
from sandbox.jenkins.ticking import ticking
from sandbox.story.secrets import bind_jenkins


@dataclass(frozen=True)
class Demo:
    """The two servers that run."""

    cluster: Cluster
    jenkins: Jenkins


@asynccontextmanager
async def running_demo(port: int = 0) -> AsyncIterator[Demo]:
    """Serve the story until the context ends; the shop's namespace is the kubeconfig's default."""
    async with running_cluster(port=port, kubelets=True) as cluster, running_jenkins() as jenkins:
        story.load(cluster.store, cluster.logs, cluster.usage, cluster.clock)
        jenkins_story.load(jenkins)
        bind_jenkins(cluster.store, jenkins.url)
        async with controllers.running(cluster.store, cluster.clock), ticking(jenkins):
            yield Demo(cluster, jenkins)
