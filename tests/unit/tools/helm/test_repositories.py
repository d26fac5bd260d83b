"""helm_repo_add, helm_repo_update, helm_repo_remove: helm's words, nothing replaced or hidden."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastmcp import Client

from clients.helm import Helm, HelmSettings
from clients.helm.charts import Keeping
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.policy import Policy
from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from sandbox.charts import ChartRepository, running_repository
from tests.conftest import Call
from tests.support.builders import an_object
from tests.support.changing import stored
from tests.support.chart_repository import a_chart, allowing, publish
from tools.dependencies import Clients

NAME = "skyflo-helm-repositories"


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository() as serving:
        yield serving


@pytest.fixture
def helm_settings(repository: ChartRepository) -> HelmSettings:
    return allowing(repository, keeping=Keeping(config_map=NAME))


async def test_a_repository_is_added_with_what_its_index_has(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    answer = await call("helm_repo_add", name="demo", url=repository.url + "/")
    assert answer.text == '"demo" has been added to your repositories (1 chart)'
    assert stored(cluster, "ConfigMap", NAME, "default")["data"] == {"demo": repository.url}
    assert repository.requests == ["/charts/index.yaml"]


async def test_the_same_again_is_said_to_be_there(call: Call, repository: ChartRepository) -> None:
    await call("helm_repo_add", name="demo", url=repository.url)
    again = await call("helm_repo_add", name="demo", url=repository.url)
    assert (again.text, again.error) == (
        '"demo" already exists with the same configuration, skipping',
        False,
    )


async def test_another_of_the_same_name_is_not_replaced(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    await call("helm_repo_add", name="demo", url=repository.url)
    answer = await call("helm_repo_add", name="demo", url=f"{repository.url}/other")
    assert answer.error
    assert answer.text == (
        f'Repository "demo" already exists, with {repository.url}. It was not replaced: choose '
        "another name, or remove that one first."
    )
    assert stored(cluster, "ConfigMap", NAME, "default")["data"] == {"demo": repository.url}


async def test_what_serves_no_index_is_not_added(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    repository.files["/charts/index.yaml"] = b"<html>hello</html>"
    answer = await call("helm_repo_add", name="demo", url=repository.url)
    assert answer.text == (
        f"{repository.url} does not serve the index of a chart repository: it has no apiVersion."
    )
    assert cluster.store.get("", "configmaps", "default", NAME) is None


async def test_a_repository_that_was_added_can_be_searched_at_once(
    call: Call, repository: ChartRepository
) -> None:
    nothing = await call("helm_search_repo", keyword="hello")
    assert nothing.text == "There are no repositories to search; helm_repo_add adds one."
    await call("helm_repo_add", name="demo", url=repository.url)
    await call("helm_repo_add", name="more", url=repository.url)
    found = (await call("helm_search_repo", keyword="more/")).text.splitlines()
    assert [line.split()[0] for line in found] == ["NAME", "more/hello"]


async def test_a_repository_that_cannot_be_searched_hides_no_other(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    gone = f"{repository.url}/gone"
    data = {"demo": repository.url, "gone": gone}
    cluster.store.create(an_object("v1", "ConfigMap", NAME, "default", data=data))
    answer = await call("helm_search_repo", keyword="hello")
    assert not answer.error
    assert answer.text.splitlines()[1].startswith("demo/hello")
    assert answer.text.splitlines()[-1] == (
        f'Not searched: repository "gone": {gone}/index.yaml answered 404 Not Found.'
    )
    repository.files.clear()
    assert (await call("helm_repo_update")).error


async def test_a_preview_adds_nothing_and_says_what_it_would(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    answer = await call("helm_repo_add", name="demo", url=repository.url, dry_run=True)
    assert answer.text.startswith("Would create 1 object. Nothing has been done.")
    assert f"+ configmap/{NAME} in default" in answer.text
    assert f'Would add repository "demo" ({repository.url}), which has 1 chart.' in answer.text
    assert cluster.store.get("", "configmaps", "default", NAME) is None


async def test_each_repository_is_updated_and_told_of(
    call: Call, repository: ChartRepository
) -> None:
    publish(repository, a_chart(), at="/charts/other")
    await call("helm_repo_add", name="demo", url=repository.url)
    await call("helm_repo_add", name="other", url=f"{repository.url}/other")
    del repository.files["/charts/index.yaml"]
    answer = await call("helm_repo_update")
    assert answer.error
    assert answer.text == (
        f'...Unable to get an update from the "demo" chart repository ({repository.url}): '
        f"{repository.url}/index.yaml answered 404 Not Found.\n"
        '...Successfully got an update from the "other" chart repository (1 chart)\n'
        "Failed: demo."
    )


async def test_an_update_brings_what_was_published_since(
    call: Call, repository: ChartRepository
) -> None:
    await call("helm_repo_add", name="demo", url=repository.url)
    publish(repository, a_chart("web"), a_chart("api"))
    assert "demo/web" not in (await call("helm_search_repo", keyword="demo")).text
    answer = await call("helm_repo_update")
    assert answer.text == (
        '...Successfully got an update from the "demo" chart repository (2 charts)\n'
        "Update Complete. ⎈Happy Helming!⎈"
    )
    assert "demo/web" in (await call("helm_search_repo", keyword="demo")).text


async def test_a_repository_is_removed_by_its_name(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    await call("helm_repo_add", name="demo", url=repository.url)
    missing = await call("helm_repo_remove", name="dmeo")
    assert missing.text == 'No repository named "dmeo". Did you mean "demo"?'
    tried = await call("helm_repo_remove", name="demo", dry_run=True)
    assert 'Would remove repository "demo" from the list.' in tried.text
    removed = await call("helm_repo_remove", name="demo")
    assert removed.text == '"demo" has been removed from your repositories'
    assert not stored(cluster, "ConfigMap", NAME, "default").get("data")


async def test_the_namespaces_that_tools_are_kept_to_do_not_matter(
    cluster: Cluster, repository: ChartRepository, helm_settings: HelmSettings, tmp_path: Path
) -> None:
    """The list is the server's own: it is kept in its namespace, whatever callers may see."""
    kubeconfig = tmp_path / "other-kubeconfig"
    kubeconfig.write_text(cluster.kubeconfig())
    kubernetes = Kubernetes(
        KubernetesSettings(
            source=ClusterSource(kubeconfig=str(kubeconfig)), policy=Policy(allowed=("shop",))
        )
    )
    helm = Helm(kubernetes, helm_settings)
    server = create_app(Settings(), Clients(kubernetes, helm))
    async with Client(server) as client:
        for dry_run, said in ((True, "Would add repository"), (False, "has been added")):
            given = {"name": "demo", "url": repository.url, "dry_run": dry_run}
            answer = await client.call_tool("helm_repo_add", given, raise_on_error=False)
            assert said in answer.content[0].text
    assert stored(cluster, "ConfigMap", NAME, "default")["data"] == {"demo": repository.url}
    await helm.close()
    await kubernetes.close()


@pytest.mark.parametrize("login", ["x", "../x", "shop/", "shop/--x", "a/b/c"])
async def test_what_names_no_secret_is_refused_by_the_arguments_own_name(
    call: Call, repository: ChartRepository, login: str
) -> None:
    answer = await call("helm_repo_add", name="r", url=repository.url, credentials_ref=login)
    assert answer.text == (
        f'Argument "credentials_ref": "{login}" is not the namespace and name of a Secret, such as '
        '"ci/charts". Nothing was sent.'
    )
    assert repository.requests == []


FLAGS = (
    "--help",
    "-h",
    "--force-update",
    "x --username=u",
    "x\n--y",
    "x\x00",
    "",
    "é",
    "x" * 10**6,
)


@pytest.mark.parametrize("text", FLAGS)
async def test_no_text_of_a_caller_becomes_anything_but_a_name(
    call: Call, cluster: Cluster, repository: ChartRepository, text: str
) -> None:
    answers = [
        await call("helm_repo_add", name=text, url=repository.url),
        await call("helm_repo_add", name="demo", url=text),
        await call("helm_repo_remove", name=text),
        await call("helm_show_values", chart=text),
    ]
    assert all(answer.error for answer in answers)
    assert max(len(answer.text) for answer in answers) < 500
    assert repository.requests == []
    assert cluster.store.get("", "configmaps", "default", NAME) is None
