"""A canary that must see nothing, and charts opened with the settings of a test."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from clients.helm.charts import Charts, ChartSettings, SourcePolicy
from clients.helm.charts.settings import repositories_of
from sandbox.charts import ChartRepository, running_repository
from tools.dependencies import Clients

Opened = Callable[..., Charts]


@dataclass
class Names:
    """A name server: addresses by name, one list per question, the last one repeated."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        lists = self.answers.get(host, [[host]])
        return lists.pop(0) if len(lists) > 1 else lists[0]


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    """A repository that the operator allows."""
    async with running_repository() as serving:
        yield serving


@pytest.fixture
async def canary() -> AsyncIterator[ChartRepository]:
    """A server inside the private network; nothing may ever ask it."""
    async with running_repository() as serving:
        yield serving
        assert serving.requests == [], "a request got through to the private network"


@pytest.fixture
async def opened(clients: Clients, names: Names) -> AsyncIterator[Opened]:
    """Open charts that may come from these sources; ``private`` hosts may be on this machine."""
    made: list[Charts] = []

    def open_(*sources: str, private: Sequence[str] = (), **settings: object) -> Charts:
        repositories = repositories_of(settings.pop("repositories", ()))
        policy = SourcePolicy(sources or ("https://", "oci://"), tuple(private))
        chosen = ChartSettings(policy=policy, repositories=repositories, **settings)
        made.append(Charts(clients.kubernetes, chosen, names))
        return made[-1]

    yield open_
    for charts in made:
        await charts.close()


def place(url: str) -> str:
    """Return host and port of a URL."""
    return urlsplit(url).netloc
