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


@pytest.mark.parametrize(
    ("keyword", "near"),
    [("helo", ' Did you mean "hello"?'), ("Demo/helo", ' Did you mean "demo/hello"?')],
)
async def test_a_keyword_that_finds_nothing_is_answered_with_the_nearest_name(
    call: Call, keyword: str, near: str
) -> None:
    assert (await call("helm_search_repo", keyword=keyword)).text == f"No results found.{near}"


@pytest.mark.parametrize(
    ("more", "instead"),
    [
        ({"keyword": "zzz"}, ""),
        ({"keyword": "hello", "version": ">9"}, ". In other versions: demo/hello 0.2.0."),
        ({"keyword": "", "version": ">9"}, ". In other versions: demo/hello 0.2.0."),
    ],
)
async def test_where_the_version_leaves_nothing_it_is_said_what_there_is(
    call: Call, more: dict[str, str], instead: str
) -> None:
    assert (await call("helm_search_repo", **more)).text == f"No results found{instead}"


FORMS = "a chart is given as repository/name, oci://host/path or https://…/name.tgz."


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("demo/helo", 'Chart "helo" not found in repository "demo". Did you mean "hello"?'),
        ("dmo/hello", 'No repository named "dmo". Did you mean "demo"?'),
        ("hello", f'Argument "chart": "hello" is none; {FORMS} Did you mean "demo/hello"?'),
        ("helo", f'Argument "chart": "helo" is none; {FORMS} Did you mean "demo/hello"?'),
        ("zzz", f'Argument "chart": "zzz" is none; {FORMS}'),
    ],
)
@pytest.mark.parametrize("tool", ["helm_show_values", "helm_install"])
async def test_a_mistyped_chart_is_refused_with_the_nearest(
    call: Call, tool: str, chart: str, said: str
) -> None:
    more = {"release_name": "web"} if tool == "helm_install" else {}
    answer = await call(tool, chart=chart, **more)
    assert (answer.text, answer.error) == (said, True)


async def test_a_name_of_the_settings_is_taken_for_good(call: Call) -> None:
    answer = await call("helm_repo_add", name="demo", url="https://charts.example.com")
    assert answer.text.endswith("It was not replaced: choose another name.")


async def test_values_are_shown_with_their_comments(call: Call) -> None:
    answer = await call("helm_show_values", chart="demo/hello", version="0.1.0")
    assert answer.text == hello.files("0.1.0")["values.yaml"].rstrip("\n")
    newest = await call("helm_show_values", chart="demo/hello")
    assert newest.text == hello.files("0.2.0")["values.yaml"].rstrip("\n")
