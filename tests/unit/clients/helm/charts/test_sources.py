"""Where charts may come from: every hop, every address, and nothing else is ever asked."""

import json
import os
from pathlib import Path

import pytest

from clients.errors import ClientError
from clients.helm.charts.policy import SourcePolicy, SourceRefusedError
from clients.helm.charts.urls import Url, parsed
from sandbox.charts import ChartRepository, package
from tests.support.chart_repository import a_chart, publish
from tests.support.scripted import Scripted, scripted
from tests.unit.clients.helm.charts.conftest import Names, Opened, place

PATHS = ("/etc", "/etc/passwd", "../../etc", "..", ".", "./chart", "~/chart", "file:///etc/passwd")
ODD = (
    "s3://bucket/x.tgz",
    "git+https://x/y",
    "ftp://x/x.tgz",
    "data:,x",
    "javascript:1",
    "//x/x.tgz",
)
FLAGS = (
    "--help",
    "-h",
    "--post-renderer=/bin/sh",
    "web --repo http://x",
    "a b",
    "\x00",
    "a/b/c",
    "",
)


@pytest.mark.parametrize("chart", [*PATHS, *ODD, *FLAGS, "x" * 100_000, "web", "repo/", "/name"])
async def test_what_is_no_reference_to_a_chart_is_refused(opened: Opened, chart: str) -> None:
    with pytest.raises(ClientError) as refused:
        await opened().obtain(chart)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "version", ["--help", "-", "1; rm", "^^1", "", " ", "x" * 1000, "../1", "1.2.3\n--devel", "é"]
)
async def test_what_is_no_version_is_refused(
    opened: Opened, repository: ChartRepository, version: str
) -> None:
    charts = opened(
        repository.url,
        private=[place(repository.url)],
        repositories=[f"demo={repository.url}"],
    )
    with pytest.raises(ClientError):
        await charts.obtain("demo/hello", version or " ")
    assert not [path for path in repository.requests if path.endswith(".tgz")]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/x.tgz",
        "https://169.254.169.254/latest/x.tgz",
        "https://127.0.0.1/x.tgz",
        "https://10.0.0.1/x.tgz",
        "https://192.168.1.1/x.tgz",
        "https://[::1]/x.tgz",
        "https://[::ffff:127.0.0.1]/x.tgz",
        "https://[64:ff9b::a9fe:a9fe]/x.tgz",
        "https://[2002:7f00:1::]/x.tgz",
        "https://[fe80::1]/x.tgz",
        "https://[fec0::1]/x.tgz",
        "https://0.0.0.0/x.tgz",
        "https://100.64.0.1/x.tgz",
        "https://224.0.0.1/x.tgz",
        "oci://127.0.0.1/org/chart",
        "oci://[::1]/org/chart",
    ],
)
async def test_addresses_inside_a_network_are_refused_by_default(opened: Opened, url: str) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        await opened().obtain(url, "1.0.0")
    assert "private, loopback or link-local" in str(refused.value) or "plain http" in str(
        refused.value
    )


@pytest.mark.parametrize(
    "name", ["localhost", "2130706433", "0x7f.1", "127.1", "metadata.internal"]
)
async def test_a_name_is_judged_by_its_address(
    opened: Opened, names: Names, canary: ChartRepository, name: str
) -> None:
    names.answers[name] = [["127.0.0.1"]]
    port = place(canary.url).partition(":")[2]
    with pytest.raises(SourceRefusedError, match="private, loopback or link-local"):
        await opened().obtain(f"https://{name}:{port}/charts/hello-0.1.0.tgz")


async def test_one_private_address_among_public_ones_is_enough_to_refuse(
    opened: Opened, names: Names
) -> None:
    names.answers["charts.example.com"] = [["93.184.216.34", "10.0.0.7"]]
    with pytest.raises(SourceRefusedError):
        await opened().obtain("https://charts.example.com/x.tgz")


async def test_a_redirect_into_the_network_is_not_followed(
    opened: Opened, canary: ChartRepository
) -> None:
    async with scripted() as far:
        _redirects(far, f"{canary.url}/hello-0.1.0.tgz")
        charts = opened(far.url, private=[place(far.url)])
        with pytest.raises(SourceRefusedError, match="plain http"):
            await charts.obtain(f"{far.url}/x.tgz")


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "https://127.0.0.1:1/x.tgz",
        "//127.0.0.1:1/x.tgz",
        "gopher://x/",
        "",
        "\\\\x",
    ],
)
async def test_a_redirect_is_a_new_url_to_be_checked(opened: Opened, target: str) -> None:
    async with scripted() as far:
        _redirects(far, target)
        charts = opened(far.url, "https://", private=[place(far.url)])
        with pytest.raises(ClientError):
            await charts.obtain(f"{far.url}/x.tgz")


async def test_a_second_answer_of_the_name_server_leads_nowhere(
    opened: Opened, names: Names, repository: ChartRepository, canary: ChartRepository
) -> None:
    """The address that was checked is the one that is asked: no second look at the name."""
    host, port = "charts.example.com", place(repository.url).partition(":")[2]
    names.answers[host] = [["127.0.0.1"], ["127.0.0.2"]]
    charts = opened(f"http://{host}:{port}", private=[f"{host}:{port}"])
    chart = await charts.obtain(f"http://{host}:{port}/charts/hello-0.1.0.tgz")
    assert (chart.name, names.asked) == ("hello", [host])


async def test_a_name_that_turns_private_between_two_hops_is_refused(
    opened: Opened, names: Names, canary: ChartRepository
) -> None:
    async with scripted() as far:
        port = place(far.url).partition(":")[2]
        names.answers["a.example.com"] = [["127.0.0.1"]]
        names.answers["b.example.com"] = [["127.0.0.1"]]
        _redirects(far, f"http://b.example.com:{place(canary.url).partition(':')[2]}/x.tgz")
        charts = opened("http://*.example.com:*", "http://a.example.com:" + port, private=["a.*"])
        with pytest.raises(SourceRefusedError):
            await charts.obtain(f"http://a.example.com:{port}/x.tgz")


async def test_redirects_end(opened: Opened) -> None:
    async with scripted() as far:
        _redirects(far, f"{far.url}/again.tgz")
        charts = opened(far.url, private=[place(far.url)])
        with pytest.raises(ClientError, match="redirects more than"):
            await charts.obtain(f"{far.url}/x.tgz")
        assert len(far.requests) == 6


@pytest.mark.parametrize(
    ("source", "url", "allowed"),
    [
        ("oci://registry.example/org", "oci://registry.example/org/web", True),
        ("oci://registry.example/org", "oci://registry.example/org", True),
        ("oci://registry.example/org", "oci://registry.example/org-evil/web", False),
        ("oci://registry.example/org", "oci://registry.example/orgevil", False),
        ("oci://registry.example/org", "oci://registry.example.evil/org/web", False),
        ("oci://registry.example/org", "oci://registry.example:5000/org/web", False),
        ("oci://registry.example/org", "https://registry.example/org/web", False),
        ("https://charts.example.com/stable/", "https://charts.example.com/stable/x.tgz", True),
        ("https://charts.example.com/stable", "https://charts.example.com/stable-evil/x", False),
        ("https://charts.example.com/stable", "https://charts.example.com/Stable/x", False),
        ("https://*.example.com", "https://charts.example.com/x.tgz", True),
        ("https://*.example.com", "https://example.com.evil.org/x.tgz", False),
        ("https://", "https://anything.org/x.tgz", True),
        ("https://", "http://anything.org/x.tgz", False),
        ("http://charts.internal:8080", "http://charts.internal:8080/x.tgz", True),
        ("http://charts.internal:8080", "http://charts.internal:8081/x.tgz", False),
        ("https://CHARTS.example.com", "https://charts.EXAMPLE.com/x.tgz", True),
    ],
)
def test_a_source_ends_at_its_host_and_its_slashes(source: str, url: str, allowed: bool) -> None:
    policy = SourcePolicy((source,))
    if allowed:
        policy.check(parsed(url))
        return
    with pytest.raises(SourceRefusedError):
        policy.check(parsed(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@charts.example.com/x.tgz",
        "https://hunter2@charts.example.com/x.tgz",
        "https://charts.example.com@evil.org:hunter2/x.tgz",
        "https://allowed.org\\@evil.org/x.tgz",
        "https://allowed.org/a/../../x.tgz",
        "https://allowed.org/a/%2e%2e/x.tgz",
        "https://allowed.org/a/%252e%252e/x.tgz",
        "https://allowed.org/a/..%2fx.tgz",
        "https://allowed.org/%5c../x.tgz",
        "https://allowed.org#@evil.org/x.tgz",
        "https://allowed.org/x.tgz\r\nHost: evil.org",
        "https://allowed.org/x y.tgz",
        "https://\u0430llowed.org/x.tgz",
        "https:///x.tgz",
        "https://allowed.org:99999/x.tgz",
        "https://[::1/x.tgz",
        "https://" + "a" * 9000,
    ],
)
def test_what_can_be_read_in_two_ways_is_no_url(url: str) -> None:
    with pytest.raises(ClientError) as refused:
        parsed(url)
    assert "hunter2" not in str(refused.value)
    assert "\r" not in str(refused.value)


def test_a_signature_in_a_query_is_not_printed() -> None:
    url = Url("https", "cdn.example.com", 443, "/x.tgz", "sig=hunter2")
    assert str(url) == "https://cdn.example.com/x.tgz"


async def test_no_file_is_read_or_written_for_a_path(
    opened: Opened, repository: ChartRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is named like a chart is not taken for it, and stays as it is."""
    trap = tmp_path / "demo" / "hello"
    trap.mkdir(parents=True)
    (trap / "Chart.yaml").write_text("apiVersion: v2\nname: trap\nversion: 9.9.9\n")
    monkeypatch.chdir(tmp_path)
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    charts = opened(
        repository.url, private=[place(repository.url)], repositories=[f"demo={repository.url}"]
    )
    chart = await charts.obtain("demo/hello")
    assert (chart.name, chart.version) == ("hello", "0.2.0")
    assert tmp_path not in chart.path.parents
    assert (chart.path.stat().st_mode & 0o777, chart.path.parent.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before
    await charts.close()
    assert not os.path.exists(chart.path)


async def test_an_index_cannot_lead_into_the_network(
    opened: Opened, repository: ChartRepository, canary: ChartRepository
) -> None:
    publish(repository, a_chart("web"))
    index = repository.files["/charts/index.yaml"]
    for lure in (f"{canary.url}/web-1.0.0.tgz", "file:///etc/passwd", "../../../etc/passwd"):
        repository.files["/charts/index.yaml"] = index.replace(b"web-1.0.0.tgz", lure.encode())
        charts = opened(
            repository.url, private=[place(repository.url)], repositories=[f"d={repository.url}"]
        )
        with pytest.raises(ClientError):
            await charts.obtain("d/web")


async def test_another_chart_than_the_index_names_is_refused(
    opened: Opened, repository: ChartRepository
) -> None:
    publish(repository, a_chart("web"))
    body = json.loads(repository.files["/charts/index.yaml"])
    charts = opened(
        repository.url, private=[place(repository.url)], repositories=[f"d={repository.url}"]
    )
    repository.files["/charts/web-1.0.0.tgz"] = package("web", a_chart("web", "6.6.6"))
    with pytest.raises(ClientError, match="SHA-256 digest differs"):
        await charts.obtain("d/web")
    del body["entries"]["web"][0]["digest"]
    repository.files["/charts/index.yaml"] = json.dumps(body).encode()
    await charts.update()
    with pytest.raises(ClientError, match=r"answered web-6\.6\.6 for web-1\.0\.0"):
        await charts.obtain("d/web")


def _redirects(far: Scripted, target: str) -> None:
    from aiohttp import web

    async def step(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    far.answers(step)
