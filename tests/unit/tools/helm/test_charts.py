"""helm_search_repo and helm_show_values: helm's own order, columns and text."""

from collections.abc import AsyncIterator

import pytest

from clients.helm import HelmSettings
from sandbox.charts import ChartRepository, hello, running_repository
from tests.conftest import Call
from tests.support.chart_repository import allowing


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository() as serving:
        yield serving


@pytest.fixture
def helm_settings(repository: ChartRepository) -> HelmSettings:
    return allowing(repository, f"demo={repository.url}")


async def test_the_newest_version_of_each_chart_is_found(call: Call) -> None:
    answer = await call("helm_search_repo", keyword="GREETS")
    assert answer.text == (
        "NAME      \tCHART VERSION\tAPP VERSION\tDESCRIPTION                               \n"
        "demo/hello\t0.2.0        \t1.1        \tA web server that greets, to try Helm with"
    )


async def test_every_version_is_listed_when_asked_for(call: Call) -> None:
    answer = await call("helm_search_repo", keyword="hello", versions=True)
    assert [line.split()[:2] for line in answer.text.splitlines()[1:]] == [
        ["demo/hello", "0.2.0"],
        ["demo/hello", "0.1.0"],
    ]


async def test_values_are_shown_with_their_comments(call: Call) -> None:
    answer = await call("helm_show_values", chart="demo/hello", version="0.1.0")
    assert answer.text == hello.files("0.1.0")["values.yaml"].rstrip("\n")
    newest = await call("helm_show_values", chart="demo/hello")
    assert newest.text == hello.files("0.2.0")["values.yaml"].rstrip("\n")
