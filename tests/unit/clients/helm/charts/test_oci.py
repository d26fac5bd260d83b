"""Charts in registries: tags, constraints, tokens, a CDN, and what is no chart."""

from collections.abc import AsyncIterator

import pytest

from clients.errors import ClientError
from clients.helm.charts import Charts
from clients.helm.charts.repository import SecretRef
from sandbox import Cluster
from sandbox.charts import ChartRepository, package
from tests.support.builders import an_object
from tests.support.chart_repository import a_chart
from tests.support.registry import TOKEN, Registry, running_registry
from tests.unit.clients.helm.charts.conftest import Opened, place


@pytest.fixture
async def registry() -> AsyncIterator[Registry]:
    async with running_registry() as serving:
        for version in ("1.0.0", "1.1.0", "2.0.0", "2.1.0-rc.1", "1.1.0+build.7"):
            tag = version.replace("+", "_")
            serving.publish(tag, package("web", a_chart("web", version)))
        serving.tags["latest"] = serving.tags["2.0.0"]
        yield serving


def allowing(opened: Opened, registry: Registry, *more: str, **settings: object) -> Charts:
    sources = (f"oci://{registry.host}/org", f"http://{registry.host}", *more)
    private = settings.pop("private", ())
    return opened(*sources, private=[registry.host, *private], **settings)


@pytest.mark.parametrize(
    ("suffix", "version", "found"),
    [
        ("", None, "2.0.0"),
        ("", "1.1.0", "1.1.0"),
        ("", "^1", "1.1.0"),
        ("", ">0.0.0-0", "2.1.0-rc.1"),
        ("", "1.1.0+build.7", "1.1.0+build.7"),
        (":1.0.0", None, "1.0.0"),
        (":1.0.0", "1.0.0", "1.0.0"),
        (":latest", None, "2.0.0"),
    ],
)
async def test_a_chart_is_pulled_by_tag_version_or_constraint(
    opened: Opened, registry: Registry, suffix: str, version: str | None, found: str
) -> None:
    registry.page = 2
    charts = allowing(opened, registry)
    chart = await charts.obtain(f"oci://{registry.host}/org/web{suffix}", version)
    assert (chart.name, chart.version) == ("web", found)


@pytest.mark.parametrize(
    ("chart", "version", "said"),
    [
        ("/org/web", "^9", 'has no version "^9". There are: 2.1.0-rc.1'),
        ("/org/web", "9.9.9", "answered 404 Not Found"),
        ("/org/web:1.0.0", "2.0.0", 'The chart names version "1.0.0", the argument "2.0.0".'),
        ("/org/web:../../x", None, "is not a URL that is accepted here"),
        ("/org/web:--help", None, "is not a chart in a registry"),
        ("/org/web@sha256:1234", None, "is not a chart in a registry"),
        ("/org/Web", None, "is not a chart in a registry"),
        ("/org/web?x=1", None, "is not a chart in a registry"),
        ("/org-evil/web", None, "are not allowed by the operator"),
        ("/", None, "is not a chart in a registry"),
    ],
)
async def test_what_is_not_there_or_not_allowed_is_refused(
    opened: Opened, registry: Registry, chart: str, version: str | None, said: str
) -> None:
    charts = allowing(opened, registry)
    with pytest.raises(ClientError) as refused:
        await charts.obtain(f"oci://{registry.host}{chart}", version)
    assert said in str(refused.value)
    assert not [path for path, _ in registry.seen if "evil" in path]


async def test_an_image_is_no_chart(opened: Opened, registry: Registry) -> None:
    registry.publish("3.0.0", b"", config="application/vnd.oci.image.config.v1+json")
    with pytest.raises(ClientError, match="is not a chart but something else"):
        await allowing(opened, registry).obtain(f"oci://{registry.host}/org/web", "3.0.0")


async def test_another_blob_than_the_manifest_names_is_refused(
    opened: Opened, registry: Registry
) -> None:
    digest = registry.publish("3.0.0", package("web", a_chart("web", "3.0.0")))
    registry.blobs[digest] = package("web", a_chart("web", "6.6.6"))
    with pytest.raises(ClientError, match="answered another chart than"):
        await allowing(opened, registry).obtain(f"oci://{registry.host}/org/web", "3.0.0")


async def test_a_token_is_fetched_without_a_login(opened: Opened, registry: Registry) -> None:
    registry.challenge = f'Bearer realm="http://{registry.host}/token",service="r",scope="x"'
    chart = await allowing(opened, registry).obtain(f"oci://{registry.host}/org/web:1.0.0")
    assert chart.version == "1.0.0"
    assert [authorization for _, authorization in registry.seen] == [
        "",
        "",
        f"Bearer {TOKEN}",
        f"Bearer {TOKEN}",
    ]


def with_login(cluster: Cluster, registry: Registry) -> dict[str, object]:
    login = an_object("v1", "Secret", "login", "ops", type="Opaque")
    login["data"] = {"username": "dQ==", "password": "aHVudGVyMg=="}  # u, hunter2
    cluster.store.create(an_object("v1", "Namespace", "ops", None))
    cluster.store.create(login)
    registry.login = "u:hunter2"
    registry.challenge = f'Bearer realm="http://{registry.host}/token",service="r"'
    return {"registries": {f"{registry.host}/org": SecretRef("ops", "login")}}


async def test_the_login_goes_to_the_registry_and_the_token_not_to_its_cdn(
    opened: Opened, registry: Registry, cluster: Cluster, repository: ChartRepository
) -> None:
    settings = with_login(cluster, registry)
    for digest, blob in registry.blobs.items():
        repository.files[f"/charts/{digest[7:]}"] = blob
    registry.cdn = repository.url
    charts = allowing(opened, registry, repository.url, private=[place(repository.url)], **settings)
    chart = await charts.obtain(f"oci://{registry.host}/org/web:1.0.0")
    assert chart.version == "1.0.0"
    assert ("/token", "Basic dTpodW50ZXIy") in registry.seen
    assert repository.authorizations == [""]


async def test_the_login_does_not_go_where_a_challenge_points(
    opened: Opened, registry: Registry, cluster: Cluster, canary: ChartRepository
) -> None:
    settings = with_login(cluster, registry)
    registry.challenge = f'Bearer realm="{canary.url}/token",service="r"'
    with pytest.raises(ClientError, match="not allowed by the operator"):
        await allowing(opened, registry, **settings).obtain(f"oci://{registry.host}/org/web")


async def test_the_login_does_not_go_to_another_allowed_host_either(
    opened: Opened, registry: Registry, cluster: Cluster, repository: ChartRepository
) -> None:
    settings = with_login(cluster, registry)
    registry.challenge = f'Bearer realm="{repository.url}/token",service="r"'
    repository.files["/charts/token"] = b'{"token": "of another"}'
    charts = allowing(opened, registry, repository.url, private=[place(repository.url)], **settings)
    with pytest.raises(ClientError, match="does not exist, or the login in the Secret"):
        await charts.obtain(f"oci://{registry.host}/org/web")
    assert repository.authorizations == [""]


async def test_a_blob_does_not_come_from_the_network_inside(
    opened: Opened, registry: Registry, canary: ChartRepository
) -> None:
    registry.cdn = canary.url
    with pytest.raises(ClientError, match="not allowed by the operator"):
        await allowing(opened, registry).obtain(f"oci://{registry.host}/org/web:1.0.0")
