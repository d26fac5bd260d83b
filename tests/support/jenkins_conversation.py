"""A conversation with a Jenkins that respx plays: its places, what it says, how it is begun."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest
import respx

from clients import errors
from clients.jenkins import JenkinsReader, JenkinsWriter, build, job
from clients.kubernetes.changes import Journal
from sandbox import Cluster
from tests.support.jenkins import TOKEN, USER, a_secret
from tools.dependencies import Clients

BASE = "https://ci.example.com/jenkins"
JOB = f"{BASE}/job/web/api/json"
STOP = f"{BASE}/job/web/7/stop"
CRUMBS = f"{BASE}/crumbIssuer/api/json"
WEB = job("web")
SEVENTH = build(WEB, 7)
WHO = f'user "{USER}" (Secret "ci/jenkins")'
NO_CRUMB = "<title>Error 403 No valid crumb was included in the request</title>"
LOGIN = (
    "<meta http-equiv='refresh' content='1;url=/jenkins/login?from=%2F'/>Authentication required"
)

Reading = Callable[[], AbstractAsyncContextManager[JenkinsReader]]


@pytest.fixture
def ci(cluster: Cluster) -> AsyncIterator[respx.MockRouter]:
    cluster.store.create(a_secret(BASE))
    with respx.mock(assert_all_called=False) as router:
        yield router


@pytest.fixture
async def reader(clients: Clients, ci: respx.MockRouter) -> AsyncIterator[JenkinsReader]:
    assert clients.jenkins is not None
    async with clients.jenkins.reader.at(BASE, "ci/jenkins") as reading:
        yield reading


@pytest.fixture
async def writer(clients: Clients, ci: respx.MockRouter) -> AsyncIterator[JenkinsWriter]:
    assert clients.jenkins is not None
    async with clients.jenkins.writer(Journal(), dry=False).at(BASE, "ci/jenkins") as writing:
        yield writing


def says(data: object = None, status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=data if data is not None else {"name": "web"}, headers=named)


def page(status: int, text: str = "", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, html=text, headers=named)


async def refusal_of(reader: JenkinsReader) -> errors.ClientError:
    with pytest.raises(errors.ClientError) as refused:
        await reader.get_json(WEB)
    assert TOKEN not in repr(refused.value)
    return refused.value
