"""Added repositories outlive the server, are the same for all replicas, and are never lost."""

import asyncio
import json
from pathlib import Path

import pytest

from clients.errors import ClientError
from clients.helm.charts import Charts, Keeping
from clients.kubernetes.changes import Journal
from sandbox import Cluster
from sandbox.charts import ChartRepository
from tests.support.builders import an_object
from tests.support.changing import stored
from tests.unit.clients.helm.charts.conftest import Opened, place

NAME = "kept-repositories"
IN_CLUSTER = Keeping(config_map=NAME, namespace="default")


def opening(opened: Opened, repository: ChartRepository, keeping: Keeping, *base: str) -> Charts:
    return opened(
        repository.url, private=[place(repository.url)], keeping=keeping, repositories=base
    )


async def add(charts: Charts, name: str, url: str) -> int | None:
    return await charts.add(name, url, None, Journal(), dry=False)


@pytest.mark.parametrize("where", ["config map", "file"])
async def test_another_server_finds_what_was_added(
    opened: Opened, repository: ChartRepository, tmp_path: Path, where: str
) -> None:
    keeping = IN_CLUSTER if where == "config map" else Keeping(file=tmp_path / "a" / "kept.json")
    await add(opening(opened, repository, keeping), "demo", repository.url)
    other = opening(opened, repository, keeping)
    assert (await other.obtain("demo/hello")).version == "0.2.0"
    await other.remove("demo", Journal(), dry=False)
    assert await opening(opened, repository, keeping).repositories() == {}


async def test_replicas_that_add_at_once_lose_nothing(
    opened: Opened, repository: ChartRepository
) -> None:
    replicas = [opening(opened, repository, IN_CLUSTER) for _ in range(4)]
    names = [f"demo-{number}" for number in range(4)]
    await asyncio.gather(
        *(add(each, name, repository.url) for each, name in zip(replicas, names, strict=True))
    )
    assert sorted(await replicas[0].repositories()) == names


@pytest.mark.parametrize("there", [False, True])
async def test_two_who_give_one_name_to_two_urls_get_one_refusal(
    opened: Opened, repository: ChartRepository, cluster: Cluster, there: bool
) -> None:
    if there:
        cluster.store.create(an_object("v1", "ConfigMap", NAME, "default"))
    repository.files["/charts/b/index.yaml"] = repository.files["/charts/index.yaml"]
    one, two = (opening(opened, repository, IN_CLUSTER) for _ in range(2))
    outcomes = await asyncio.gather(
        add(one, "demo", repository.url),
        add(two, "demo", f"{repository.url}/b"),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["ConflictError", "int"]


async def test_a_dry_run_keeps_nothing(
    opened: Opened, repository: ChartRepository, cluster: Cluster, tmp_path: Path
) -> None:
    for keeping in (IN_CLUSTER, Keeping(file=tmp_path / "kept.json"), Keeping()):
        charts = opening(opened, repository, keeping)
        await charts.add("demo", repository.url, None, Journal(), dry=True)
        assert await charts.repositories() == {}
    assert not (tmp_path / "kept.json").exists()
    assert cluster.store.get("", "configmaps", "default", NAME) is None


async def test_the_settings_repositories_come_first_and_stay(
    opened: Opened, repository: ChartRepository
) -> None:
    charts = opening(opened, repository, Keeping(), f"base={repository.url}")
    with pytest.raises(ClientError, match="stands in the server's settings"):
        await charts.remove("base", Journal(), dry=False)
    with pytest.raises(ClientError, match="already exists"):
        await add(charts, "base", f"{repository.url}/other")
    assert await add(charts, "base", repository.url) is None


async def test_what_others_wrote_into_the_config_map_stays(
    opened: Opened, repository: ChartRepository, cluster: Cluster
) -> None:
    there = an_object("v1", "ConfigMap", NAME, "default", data={"other": "https://x.example ops/l"})
    cluster.store.create(there)
    await add(opening(opened, repository, IN_CLUSTER), "demo", repository.url)
    assert stored(cluster, "ConfigMap", NAME, "default")["data"] == {
        "other": "https://x.example ops/l",
        "demo": repository.url,
    }


@pytest.mark.parametrize("content", ["{", "[]", '"x"', "\xff"])
async def test_a_file_that_cannot_be_read_is_named_and_left_alone(
    opened: Opened, repository: ChartRepository, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "kept.json"
    path.write_text(content, "latin-1")
    charts = opening(opened, repository, Keeping(file=path))
    with pytest.raises(ClientError, match=f"{path}, cannot be read"):
        await add(charts, "demo", repository.url)
    assert path.read_text("latin-1") == content


async def test_an_entry_that_somebody_spoilt_is_named(
    opened: Opened, repository: ChartRepository, cluster: Cluster
) -> None:
    there = {"demo": f"{repository.url} login"}
    cluster.store.create(an_object("v1", "ConfigMap", NAME, "default", data=there))
    with pytest.raises(ClientError, match='The kept repository "demo" has a bad login: "login"'):
        await opening(opened, repository, IN_CLUSTER).search("x", None)


async def test_the_file_is_private_and_holds_no_more_than_names(
    opened: Opened, repository: ChartRepository, tmp_path: Path
) -> None:
    path = tmp_path / "folder" / "kept.json"
    await add(opening(opened, repository, Keeping(file=path)), "demo", repository.url)
    assert json.loads(path.read_text()) == {"demo": repository.url}
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [each.name for each in path.parent.iterdir()] == ["kept.json"]


async def test_a_file_that_cannot_be_written_is_a_refusal(
    opened: Opened, repository: ChartRepository
) -> None:
    charts = opening(opened, repository, Keeping(file=Path("/proc/nowhere/kept.json")))
    with pytest.raises(ClientError, match=r"cannot be written.*Nothing was changed"):
        await add(charts, "demo", repository.url)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("--help", "https://charts.example.com"),
        ("a/b", "https://charts.example.com"),
        ("", "https://charts.example.com"),
        ("x" * 200, "https://charts.example.com"),
        ("demo", "--force-update"),
        ("demo", "oci://registry.example/org"),
        ("demo", "https://charts.example.com?token=hunter2"),
        ("demo", "https://u:hunter2@charts.example.com"),
        ("demo", "file:///etc"),
        ("demo", "/etc"),
        ("demo", ""),
        ("demo", "http://169.254.169.254/"),
    ],
)
async def test_what_is_no_name_or_url_is_refused_before_anything_is_asked(
    opened: Opened, repository: ChartRepository, cluster: Cluster, name: str, url: str
) -> None:
    charts = opening(opened, repository, IN_CLUSTER)
    with pytest.raises(ClientError) as refused:
        await add(charts, name, url)
    assert "hunter2" not in str(refused.value)
    assert repository.requests == []
    assert cluster.store.get("", "configmaps", "default", NAME) is None
