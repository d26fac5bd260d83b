"""A bare connection to the simulated cluster."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox import Cluster, running_cluster

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """An empty simulated cluster whose clock stands still."""
    async with running_cluster(clock=lambda: NOW) as simulated:
        yield simulated


@pytest.fixture
async def api(cluster: Cluster) -> AsyncIterator[aiohttp.ClientSession]:
    """A session whose paths begin at the cluster's API server."""
    async with aiohttp.ClientSession(f"{cluster.url}/") as session:
        yield session
