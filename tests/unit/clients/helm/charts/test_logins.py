"""Logins: from a Secret, to its own URL, and never anywhere else."""

import pytest

from clients.errors import ClientError
from clients.helm.charts import Charts
from clients.kubernetes.changes import Journal
from sandbox import Cluster
from sandbox.charts import ChartRepository, running_repository
from tests.support.builders import an_object
from tests.support.chart_repository import a_chart, publish
from tests.support.scripted import scripted
from tests.unit.clients.helm.charts.conftest import Opened, place
from tests.unit.clients.helm.charts.test_sources import _redirects

BASIC = "Basic dTpodW50ZXIy"


@pytest.fixture
def private(repository: ChartRepository) -> ChartRepository:
    repository.login = "u:hunter2"
    return repository


def a_secret(cluster: Cluster, url: str = "", **data: str) -> None:
    cluster.store.create(an_object("v1", "Namespace", "ops", None))
    secret = an_object("v1", "Secret", "login", "ops", type="Opaque")
    secret["data"] = data or {"username": "dQ==", "password": "aHVudGVyMg=="}
    if url:
        secret["metadata"]["annotations"] = {"skyflo.ai/helm-url": url}
    cluster.store.create(secret)


def with_settings(opened: Opened, repository: ChartRepository) -> Charts:
    return opened(
        repository.url,
        private=[place(repository.url)],
        repositories=[f"demo={repository.url};ops/login"],
    )


async def test_the_settings_pair_a_repository_with_its_login(
    opened: Opened, cluster: Cluster, private: ChartRepository
) -> None:
    a_secret(cluster)
    chart = await with_settings(opened, private).obtain("demo/hello")
    assert chart.version == "0.2.0"
    assert private.authorizations == [BASIC, BASIC]


async def test_a_login_does_not_follow_to_another_host(
    opened: Opened, cluster: Cluster, private: ChartRepository
) -> None:
    a_secret(cluster)
    async with running_repository() as cdn:
        index = private.files["/charts/index.yaml"]
        elsewhere = f"{cdn.url}/hello-0.2.0.tgz".encode()
        private.files["/charts/index.yaml"] = index.replace(b"hello-0.2.0.tgz", elsewhere)
        charts = opened(
            private.url,
            cdn.url,
            private=[place(private.url), place(cdn.url)],
            repositories=[f"demo={private.url};ops/login"],
        )
        await charts.obtain("demo/hello")
        assert cdn.authorizations == [""]


async def test_a_login_does_not_follow_a_redirect(
    opened: Opened, cluster: Cluster, repository: ChartRepository
) -> None:
    a_secret(cluster)
    async with scripted() as far:
        _redirects(far, f"{repository.url}/index.yaml")
        charts = opened(
            far.url,
            repository.url,
            private=[place(far.url), place(repository.url)],
            repositories=[f"demo={far.url};ops/login"],
        )
        assert not (await charts.update())[0].failure
        assert [request.headers.get("Authorization") for request in far.requests] == [BASIC]
        assert repository.authorizations == [""]


async def add(charts: Charts, url: str, secret: str = "ops/login") -> str:
    with pytest.raises(ClientError) as refused:
        await charts.add("mine", url, secret, Journal(), dry=False)
    assert "hunter2" not in str(refused.value)
    return str(refused.value)


async def test_a_caller_cannot_have_any_secret_sent_to_a_place_of_theirs(
    opened: Opened, cluster: Cluster, repository: ChartRepository
) -> None:
    a_secret(cluster)
    charts = opened(repository.url, private=[place(repository.url)])
    assert "needs the annotation skyflo.ai/helm-url" in await add(charts, repository.url)
    assert repository.requests == []


@pytest.mark.parametrize(
    "meant", ["https://charts.example.com", "http://127.0.0.1:1/charts", "{url}-evil", "{url}/sub"]
)
async def test_a_secret_for_another_url_is_not_sent(
    opened: Opened, cluster: Cluster, repository: ChartRepository, meant: str
) -> None:
    a_secret(cluster, meant.format(url=repository.url))
    charts = opened(repository.url, private=[place(repository.url)])
    assert f"not for {repository.url}" in await add(charts, repository.url)
    assert repository.requests == []


async def test_a_secret_that_names_the_repository_is_sent_to_it(
    opened: Opened, cluster: Cluster, private: ChartRepository
) -> None:
    a_secret(cluster, private.url)
    charts = opened(private.url, private=[place(private.url)])
    assert await charts.add("mine", private.url, "ops/login", Journal(), dry=False) == 1
    assert (await charts.obtain("mine/hello")).version == "0.2.0"
    assert set(private.authorizations) == {BASIC}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"username": "dQ=="}, 'Secret "ops/login" has no "username" and "password".'),
        ({"username": "/w==", "password": "/w=="}, "A Secret's login is not text."),
        ({".dockerconfigjson": "e30="}, 'Secret "ops/login" has no login for'),
        ({".dockerconfigjson": "W10="}, 'Secret "ops/login" has no login for'),
    ],
)
async def test_a_secret_without_a_login_is_refused(
    opened: Opened, cluster: Cluster, repository: ChartRepository, data: dict[str, str], said: str
) -> None:
    a_secret(cluster, **data)
    (outcome,) = await with_settings(opened, repository).update()
    assert outcome.failure.startswith(said)
    assert repository.requests == []


@pytest.mark.parametrize(
    "secret",
    ["login", "ops/", "/login", "ops/login/x", "../login", "ops/--x", "OPS/login", "a b/c"],
)
async def test_what_names_no_secret_is_refused(
    opened: Opened, repository: ChartRepository, secret: str
) -> None:
    charts = opened(repository.url, private=[place(repository.url)])
    await add(charts, repository.url, secret)
    assert repository.requests == []


async def test_a_missing_secret_is_named_with_the_nearest_that_may_be_listed(
    opened: Opened, cluster: Cluster, repository: ChartRepository
) -> None:
    a_secret(cluster)
    charts = opened(repository.url, private=[place(repository.url)])
    missing = 'secret "logins" not found in namespace "ops".'
    assert await add(charts, repository.url, "ops/logins") == f'{missing} Did you mean "login"?'
    cluster.faults.status(403, "/secrets$", times=None, reason="Forbidden", message="not for you")
    assert await add(charts, repository.url, "ops/logins") == missing


async def test_a_refused_login_is_said_without_it(
    opened: Opened, cluster: Cluster, private: ChartRepository
) -> None:
    a_secret(cluster)
    private.login = "u:another"
    publish(private, a_chart("web"))
    (outcome,) = await with_settings(opened, private).update()
    assert outcome.failure == (
        f"{private.url}/index.yaml answered 401 Unauthorized: it asks for another login."
    )
