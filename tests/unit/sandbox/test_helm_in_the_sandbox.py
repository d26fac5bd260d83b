"""The real helm works in the sandbox: what a newcomer does with the kubeconfig of the welcome."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from sandbox.demo import Demo, running_demo
from tests.support.helm_parity import helm_executable

Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with running_demo() as running:
        yield running


@pytest.fixture
def helm(demo: Demo, tmp_path: Path) -> Run:
    """Run helm in the shop and return what it prints."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(demo.cluster.kubeconfig(namespace="shop"))
    executable = helm_executable()

    async def run(*command: str) -> str:
        ran = await asyncio.to_thread(
            subprocess.run,
            [executable, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={"HOME": str(tmp_path), "KUBECONFIG": str(kubeconfig)},
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        return str(ran.stdout)

    return run


async def statuses(helm: Run, release: str) -> list[tuple[int, str]]:
    history = json.loads(await helm("history", release, "-o", "json"))
    return [(each["revision"], each["status"]) for each in history]


async def test_a_chart_is_installed_upgraded_rolled_back_and_uninstalled(
    helm: Run, demo: Demo
) -> None:
    await helm("repo", "add", "demo", demo.charts.url)
    waiting = ("--wait", "--timeout", "60s")
    await helm("install", "hi", "demo/hello", "--version", "0.1.0", *waiting)
    await helm("upgrade", "hi", "demo/hello", "--set", "replicaCount=2", *waiting)
    (deployment,) = [
        each
        for each in demo.cluster.store.list("apps", "deployments", "shop")
        if each["metadata"]["name"] == "hi"
    ]
    assert deployment["status"]["readyReplicas"] == 2
    await helm("rollback", "hi", "1", *waiting)
    assert await statuses(helm, "hi") == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    await helm("uninstall", "hi", *waiting)
    assert "hi" not in await helm("list", "--short")


async def test_the_failed_release_of_the_story_can_be_rolled_back(helm: Run) -> None:
    assert (await statuses(helm, "web-cache"))[2:] == [(3, "deployed"), (4, "failed")]
    await helm("rollback", "web-cache", "3", "--wait", "--timeout", "60s")
    assert (await statuses(helm, "web-cache"))[2:] == [
        (3, "superseded"),
        (4, "failed"),
        (5, "deployed"),
    ]
