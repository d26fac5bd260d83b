"""A simulated Jenkins, its credentials in the simulated cluster, and a canary beside it."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from sandbox import Cluster
from sandbox.jenkins import Jenkins, running_jenkins

USER = "admin"
TOKEN = "11f0c0ffee0ddba11ad0be5eaf00d5eed5"
PASSWORD = "correct-horse-battery"
SECRET = "ci/jenkins"
URL_ANNOTATION = "skyflo.ai/jenkins-url"


def a_secret(url: str | None, name: str = "jenkins", **values: str) -> dict[str, Any]:
    """Credentials as they are kept in the namespace `ci`, bound to an address if one is given."""
    data = {"username": USER, "api-token": TOKEN, **values}
    annotations = {} if url is None else {URL_ANNOTATION: url}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "ci", "annotations": annotations},
        "data": {key: base64.b64encode(text.encode()).decode() for key, text in data.items()},
    }


@pytest.fixture
async def jenkins(cluster: Cluster) -> AsyncIterator[Jenkins]:
    """An empty controller whose clock stands still; `ci/jenkins` has its administrator's token."""
    async with running_jenkins(clock=lambda: cluster.clock()) as controller:
        controller.add_user(USER, TOKEN, PASSWORD)
        cluster.store.create(a_secret(controller.url))
        yield controller


@pytest.fixture
async def canary() -> AsyncIterator[Jenkins]:
    """A server on another port that must not hear of anything."""
    async with running_jenkins() as other:
        yield other
        assert other.requests.lines == []


@pytest.fixture
def ask(call: Callable[..., Awaitable[Any]], jenkins: Jenkins) -> Callable[..., Awaitable[Any]]:
    """Call a Jenkins tool with the address and the credentials filled in."""

    async def ask(tool: str, /, **arguments: object) -> Any:
        known = {"api_url": jenkins.url, "credentials_ref": SECRET}
        return await call(tool, **{**known, **arguments})

    return ask
