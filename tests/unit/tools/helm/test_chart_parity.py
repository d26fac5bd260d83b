"""What we find in a repository is what helm finds there, byte for byte."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.helm import HelmSettings
from sandbox.charts import ChartRepository, hello, running_repository
from tests.conftest import Call
from tests.support.chart_repository import allowing
from tests.support.helm_parity import helm_executable
from tests.support.real_helm_charts import HelmAtHome, an_index

CONSTRAINTS = (
    "", "*", "1", "1.2", "1.2.3", "=1.2.3", "=1.2", "!=1.2.3", "!=1.2", "!=1", ">1", ">1.2",
    ">1.2.3", ">=1.2", ">=1.2.3", "<1", "<1.2.3", "<=1", "<=1.2", "<=1.2.3", "~1", "~1.2",
    "~1.2.3", "~>1.2", "^1", "^1.2.3", "^0", "^0.0", "^0.0.0", "^0.0.3", "^0.2", "^0.2.3",
    "~0.0.0", "~0.0.1", "x", "1.x", "1.2.*", "v1.2", "1.2 - 2.3", "1.2.3 - 2.3.4", ">=1.2, <3",
    ">=1.2,<3 || 11.x", "1.2.3 || 2.0.1", ">0.0.0-0", ">=1.0.0-0 <2.0.0", "^1.0.0-0",
    "~2.0.0-beta", "1.2.3-rc.1", "!=2.0.0-beta.2", "^*", "<=*", "!=*", "<*", ">*", "<=11.1",
    ">11.1", "=>1.2", "=<1.2", "1.0.5+build1", "^1 ^2", "1.2.3 ,1", "foo", "1.2.3.4", ">>1",
    "1..2", ", 1", "1 ||", "|| 1", "01.2.3", ">=1.2.3-01",
)  # fmt: skip
KEYWORDS = (
    "web", "demo", "cache", "redis", "server", "日本", "", "a.b", "REDIS", "xxxx", "nothing",
)  # fmt: skip


NOTHING = "No results found"


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository() as serving:
        yield serving


@pytest.fixture
def helm_settings(repository: ChartRepository) -> HelmSettings:
    return allowing(repository, f"demo={repository.url}")


@pytest.fixture
async def helm(repository: ChartRepository, tmp_path: Path) -> HelmAtHome:
    return HelmAtHome(helm_executable(), tmp_path)


async def same(call: Call, helm: HelmAtHome, *flags: str, **arguments: object) -> bool:
    """Whether both print the same, or both refuse; helm's trailing spaces are not kept.

    Where nothing is found we say also what there is instead.
    """
    ours, theirs = await asyncio.gather(
        call("helm_search_repo", **arguments), helm("search", "repo", *flags)
    )
    if theirs is None:
        return ours.error
    nothing = theirs.rstrip("\n") == NOTHING and ours.text.startswith(f"{NOTHING}. ")
    return nothing or ours.text == theirs.rstrip("\n")


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_search_finds_what_helm_finds(
    call: Call, helm: HelmAtHome, repository: ChartRepository, seed: int
) -> None:
    repository.files["/charts/index.yaml"] = json.dumps(an_index(seed)).encode()
    assert await helm("repo", "add", "demo", repository.url)
    different: list[object] = []
    for constraint in CONSTRAINTS:
        version = {"version": constraint} if constraint else {}
        flags = ("demo/web", "-l", *(("--version", constraint) if constraint else ()))
        if not await same(call, helm, *flags, keyword="demo/web", versions=True, **version):
            different.append(constraint)
    for number, keyword in enumerate(KEYWORDS):
        width, every = (50, 0, 12)[number % 3], bool(number % 2)
        flags = (keyword, "--max-col-width", str(width), *(("-l",) if every else ()))
        given = {"keyword": keyword, "max_col_width": width, "versions": every}
        if not await same(call, helm, *flags, **given):
            different.append(given)
    assert different == []


@pytest.mark.parametrize("version", [None, *hello.VERSIONS, "^0.1"])
async def test_values_are_shown_as_helm_shows_them(
    call: Call, helm: HelmAtHome, repository: ChartRepository, version: str | None
) -> None:
    assert await helm("repo", "add", "demo", repository.url)
    flags = ("--version", version) if version else ()
    theirs = await helm("show", "values", "demo/hello", *flags)
    assert theirs is not None
    ours = await call("helm_show_values", chart="demo/hello", version=version)
    assert ours.text == theirs.rstrip("\n")
