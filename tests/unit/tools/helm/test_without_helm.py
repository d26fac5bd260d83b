"""Without a helm executable most tools work; the others say in a sentence what to install."""

from collections.abc import AsyncIterator

import pytest

from clients.helm import HelmSettings
from sandbox import Cluster
from sandbox.charts import ChartRepository, running_repository
from tests.conftest import Call
from tests.support.builders import a_namespace
from tests.support.chart_repository import a_chart, allowing, publish
from tests.support.helm_releases import a_release, as_secret
from tests.support.operating import config
from tools.helm import helm

NONE = "/nowhere/helm"
WEB = {"release_name": "web", "namespace": "shop"}
WITHOUT = {
    "helm_list_releases": {"namespace": "shop"},
    "helm_status": WEB,
    "helm_history": WEB,
    "helm_get_values": WEB,
    "helm_get_manifest": WEB,
    "helm_diff": WEB,  # and with a revision; with a chart it needs helm
    "helm_search_repo": {},
    "helm_show_values": {"chart": "demo/web"},
    "helm_repo_update": {},
    "helm_repo_remove": {"name": "added"},
    "helm_repo_add": {"name": "more"},
}
WITH = {
    "helm_install": WEB | {"release_name": "new", "chart": "demo/web"},
    "helm_install_with_values": WEB
    | {"release_name": "new", "chart": "demo/web", "values": "a: 1"},
    "helm_upgrade": WEB | {"chart": "demo/web"},
    "helm_rollback": WEB | {"revision": 1},
    "helm_uninstall": WEB,
    "helm_template": {"release_name": "web", "chart": "demo/web"},
}
TOLD = (
    f'This needs the helm executable, and there is no "{NONE}" where the server runs. Install helm '
    "4.1.4 or newer, or helm 3.20.2 or newer. Releases can be read without it."
)


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository(files={}) as serving:
        publish(serving, a_chart("web", "1.0.0"))
        yield serving


@pytest.fixture
def helm_settings(repository: ChartRepository) -> HelmSettings:
    return HelmSettings(
        charts=allowing(repository, f"demo={repository.url}").charts, executable=NONE
    )


@pytest.fixture(autouse=True)
def a_shop_with_a_release(cluster: Cluster) -> None:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(as_secret(a_release("web", 1, manifest=config(), status="superseded")))
    cluster.store.create(as_secret(a_release("web", 2, manifest=config())))


def test_it_is_known_of_every_tool_whether_it_needs_helm() -> None:
    assert sorted([*WITHOUT, *WITH]) == sorted(tool.name for tool in helm)
    assert len(WITHOUT) == 11


@pytest.mark.parametrize("tool", WITHOUT)
async def test_these_work_without_helm(call: Call, repository: ChartRepository, tool: str) -> None:
    url = {"url": repository.url}
    await call("helm_repo_add", name="added", **url)
    answer = await call(tool, **WITHOUT[tool], **(url if tool == "helm_repo_add" else {}))
    assert not answer.error, answer.text
    assert answer.text


async def test_two_revisions_are_compared_without_helm(call: Call) -> None:
    assert not (await call("helm_diff", **WEB, revision=1)).error


@pytest.mark.parametrize("tool", WITH)
async def test_these_say_what_to_install(call: Call, cluster: Cluster, tool: str) -> None:
    answer = await call(tool, **WITH[tool])
    assert (answer.text, answer.error) == (TOLD, True)
    assert [*cluster.requests.changes] == []


async def test_a_comparison_with_a_chart_says_what_to_install(call: Call) -> None:
    answer = await call("helm_diff", **WEB, chart="demo/web")
    assert (answer.text, answer.error) == (TOLD, True)


@pytest.mark.parametrize("tool", ["helm_install", "helm_upgrade", "helm_rollback"])
async def test_their_previews_say_it_too(call: Call, tool: str) -> None:
    answer = await call(tool, **WITH[tool], dry_run=True)
    assert (answer.text, answer.error) == (TOLD, True)
