"""Starts and stops the simulated API server."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from sandbox.cluster.bootstrap import bootstrap
from sandbox.cluster.serving.application import Application
from sandbox.cluster.state import Cluster, utc_now
from sandbox.cluster.upkeep import start_upkeep
from sandbox.serving import serving

LARGEST_BODY_BYTES = 3 * 1024 * 1024  # apiserver MaxRequestBodyBytes


@asynccontextmanager
async def running_cluster(
    port: int = 0,
    clock: Callable[[], datetime] = utc_now,
    kubelets: bool = False,
) -> AsyncIterator[Cluster]:
    """Serve a simulated cluster on the loopback address until the context ends.

    Port 0 picks a free one. `kubelets=True` leaves pods that are deleted with grace to whoever
    plays their nodes; else they go at once.
    """
    cluster = Cluster(clock=clock, kubelets=kubelets)
    start_upkeep(cluster)
    bootstrap(cluster)
    async with serving(Application(cluster), port, LARGEST_BODY_BYTES) as url:
        cluster.url = url
        try:
            yield cluster
        finally:
            cluster.faults.clear()
