"""Small controllers that make the simulated cluster move, driven by its store and its clock.

They follow the real ones in what they write (names, steps, conditions, events and their words),
not in how. Garbage collection is the API server's business here.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from sandbox.cluster.store import Store
from sandbox.controllers.budgets import Budgets
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.cron_jobs import CronJobs
from sandbox.controllers.daemon_sets import DaemonSets
from sandbox.controllers.deployments import Deployments
from sandbox.controllers.endpoints import Endpoints
from sandbox.controllers.event_expiry import EventExpiry
from sandbox.controllers.jobs import Jobs
from sandbox.controllers.kubelet import Kubelet
from sandbox.controllers.loop import Controller, Loop
from sandbox.controllers.nodes import Heartbeats, NodeTaints
from sandbox.controllers.replica_sets import ReplicaSets
from sandbox.controllers.rollouts import AnalysisRuns, Experiments, Rollouts
from sandbox.controllers.scheduling import Scheduler
from sandbox.controllers.stateful_sets import StatefulSets
from sandbox.controllers.volumes import Volumes

__all__ = ["Controllers", "running"]


class Controllers:
    """All controllers of one store. Without `run`, they work only when told to settle."""

    def __init__(self, store: Store, *, heartbeats: bool = True) -> None:
        cluster = ControlPlane(store)
        workloads: list[Controller] = [
            Deployments(cluster),
            ReplicaSets(cluster),
            StatefulSets(cluster),
            DaemonSets(cluster),
            Jobs(cluster),
            CronJobs(cluster),
            Rollouts(cluster),
            Experiments(cluster),
            AnalysisRuns(cluster),
        ]
        pods: list[Controller] = [Scheduler(cluster), Kubelet(cluster), Volumes(cluster)]
        derived: list[Controller] = [Endpoints(cluster), Budgets(cluster), NodeTaints(cluster)]
        upkeep: list[Controller] = [EventExpiry(cluster)]
        if heartbeats:
            upkeep.append(Heartbeats(cluster))
        self._loop = Loop(cluster, [*workloads, *pods, *derived, *upkeep])

    def settle(self) -> None:
        """Do all that is to be done at the clock's present time."""
        self._loop.settle()

    async def settled(self) -> None:
        """Do the same, and let those who watch see it."""
        self._loop.settle()
        await asyncio.sleep(0)

    def next_due(self) -> datetime | None:
        """Tell when something is to be done even if nothing changes."""
        return self._loop.next_due()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._loop.run()

    def close(self) -> None:
        """Stop looking at the store."""
        self._loop.close()


@asynccontextmanager
async def running(
    store: Store, clock: Callable[[], datetime] | None = None
) -> AsyncIterator[Controllers]:
    """Run the controllers of a store until the block is left.

    `clock` replaces the store's own. A test moves it and awaits `settled()`; nothing sleeps. One
    task does all the work; what goes wrong in it is raised when the block is left.
    """
    if clock is not None:
        store.clock = clock
    controllers = Controllers(store)
    working = asyncio.create_task(controllers.run(), name="sandbox controllers")
    try:
        yield controllers
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        controllers.close()
