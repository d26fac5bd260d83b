"""A repository from which a caller brings charts of their own."""

from collections.abc import AsyncIterator

import pytest

from clients.helm import HelmSettings
from sandbox.charts import ChartRepository, running_repository
from tests.support.chart_repository import allowing


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository(files={}) as running:
        yield running


@pytest.fixture
def helm_settings(repository: ChartRepository) -> HelmSettings:
    return allowing(repository, f"demo={repository.url}")
