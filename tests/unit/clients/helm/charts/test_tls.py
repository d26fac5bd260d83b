"""TLS is to the host that was named, though the connection goes to the address checked."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from clients.errors import ClientError
from sandbox.charts import hello, package
from tests.support.certificates import Authority
from tests.unit.clients.helm.charts.conftest import Names, Opened

HOST = "charts.example.com"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@asynccontextmanager
async def serving(context: ssl.SSLContext) -> AsyncIterator[tuple[int, list[str]]]:
    """Serve a chart over TLS; yield the port, and the Host headers that came."""
    hosts: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        hosts.append(request.host)
        return web.Response(body=package("hello", hello.files("0.1.0")))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1], hosts
    await runner.cleanup()


async def test_the_certificate_is_checked_against_the_hosts_name(
    opened: Opened, names: Names, authority: Authority
) -> None:
    names.answers[HOST] = [["127.0.0.1"]]
    async with serving(authority.context(HOST)) as (port, hosts):
        charts = opened(f"https://{HOST}:{port}", private=[HOST], ca_file=str(authority.file))
        chart = await charts.obtain(f"https://{HOST}:{port}/hello.tgz")
        assert (chart.name, hosts) == ("hello", [f"{HOST}:{port}"])


async def test_a_certificate_of_another_host_is_refused(
    opened: Opened, names: Names, authority: Authority
) -> None:
    names.answers[HOST] = [["127.0.0.1"]]
    async with serving(authority.context("other.example.com")) as (port, hosts):
        charts = opened(f"https://{HOST}:{port}", private=[HOST], ca_file=str(authority.file))
        with pytest.raises(ClientError, match="no known authority signed for its host"):
            await charts.obtain(f"https://{HOST}:{port}/hello.tgz")
        assert hosts == []


async def test_a_certificate_of_an_unknown_authority_is_refused(
    opened: Opened, names: Names, authority: Authority
) -> None:
    names.answers[HOST] = [["127.0.0.1"]]
    async with serving(authority.context(HOST)) as (port, hosts):
        charts = opened(f"https://{HOST}:{port}", private=[HOST])
        with pytest.raises(ClientError, match="no known authority signed for its host"):
            await charts.obtain(f"https://{HOST}:{port}/hello.tgz")
        assert hosts == []


async def test_a_file_of_authorities_that_is_none_is_named(
    opened: Opened, names: Names, tmp_path: Path
) -> None:
    names.answers[HOST] = [["127.0.0.1"]]
    charts = opened(private=[HOST], ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(ClientError, match=r"none\.pem cannot be read"):
        await charts.obtain(f"https://{HOST}/hello.tgz")
