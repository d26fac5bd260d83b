"""Logs of pods that run."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import Cluster

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LOG = "api/v1/namespaces/default/pods/web/log"
Session = aiohttp.ClientSession


@pytest.fixture(autouse=True)
def web(cluster: Cluster) -> None:
    a_running_pod(cluster)
    for minutes, text in ((30, "start"), (20, "work"), (10, "more"), (0, "now")):
        cluster.logs.write("default", "web", "web", text, NOW - timedelta(minutes=minutes))


def a_running_pod(cluster: Cluster, **state: Any) -> None:
    cluster.store.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web"},
            "spec": {"nodeName": "n1", "containers": [{"name": "web", "image": "nginx:1"}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "web", "state": state}]},
        }
    )


async def log(api: Session, query: str = "") -> str:
    async with api.get(f"{LOG}?{query}") as response:
        return await response.text(errors="replace")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "start\nwork\nmore\nnow\n"),
        ("tailLines=2", "more\nnow\n"),
        ("tailLines=0", ""),
        ("tailLines=9", "start\nwork\nmore\nnow\n"),
        ("sinceSeconds=600", "more\nnow\n"),
        ("sinceTime=2026-11-20T11:45:00Z", "more\nnow\n"),
        ("tailLines=2&limitBytes=6", "more\nn"),
        ("tailLines=1&timestamps=true", "2026-11-20T12:00:00.000000000Z now\n"),
    ],
)
async def test_a_part_of_a_log(api: Session, query: str, text: str) -> None:
    assert await log(api, query) == text


async def test_the_previous_run(cluster: Cluster, api: Session) -> None:
    assert 'previous terminated container \\"web\\" in pod \\"web\\" not found' in await log(
        api, "previous=true"
    )

    cluster.logs.restart("default", "web", "web")
    cluster.logs.write("default", "web", "web", "again")
    assert await log(api, "previous=true&tailLines=1") == "now\n"
    assert await log(api) == "again\n"


async def test_bytes_that_are_no_text(cluster: Cluster, api: Session) -> None:
    cluster.logs.write("default", "web", "web", b"\xff\xfe")

    assert await log(api, "tailLines=1") == "\ufffd\ufffd\n"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("PodInitializing", "PodInitializing"),
        ("ImagePullBackOff", "trying and failing to pull image"),
    ],
)
async def test_a_container_that_waits_has_no_log(
    cluster: Cluster, api: Session, reason: str, words: str
) -> None:
    cluster.store.delete("", "pods", "default", "web")
    a_running_pod(cluster, waiting={"reason": reason})

    assert f'container \\"web\\" in pod \\"web\\" is waiting to start: {words}' in await log(api)


async def test_following_until_the_container_ends(cluster: Cluster, api: Session) -> None:
    async with api.get(f"{LOG}?follow=true&tailLines=1") as response:
        assert await response.content.readline() == b"now\n"
        cluster.logs.write("default", "web", "web", "later")
        assert await response.content.readline() == b"later\n"
        cluster.logs.end("default", "web", "web")
        assert await response.content.read() == b""


async def test_following_until_so_many_bytes(api: Session) -> None:
    assert await log(api, "follow=true&limitBytes=8") == "start\nwo"


async def test_a_log_goes_with_its_pod(cluster: Cluster, api: Session) -> None:
    following = asyncio.create_task(log(api, "follow=true"))
    await cluster.requests.arrived(1)
    cluster.store.delete("", "pods", "default", "web")

    assert await following == "start\nwork\nmore\nnow\n"
    a_running_pod(cluster)
    assert await log(api) == ""
