"""The reading tools of Argo Rollouts send only reads, and few of them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from fastmcp import Client

from tests.e2e.kubectl import Kubectl
from tests.e2e.rollouts import Stage, a_blue_green, a_canary, is_at, opened
from tests.e2e.server import Asking
from tests.support.recording_proxy import Recording, recording
from tests.support.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with opened(admin) as opened_stage:
        yield opened_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen(
    stage: Stage, admin: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Recording, Asking]]:
    """A server whose requests pass a proxy that remembers what is no GET."""
    process = await asyncio.create_subprocess_exec(
        "kubectl", "proxy", "--port=0",
        env={**admin.default, "KUBECONFIG": str(admin.kubeconfig), "HOME": str(admin.home)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    address = (await process.stdout.readline()).decode().split()[-1]
    folder = tmp_path_factory.mktemp("argo")
    async with recording(f"http://{address}") as far:
        config = far.kubeconfig(folder, stage.namespace)
        async with served(folder, "--kubeconfig", str(config)) as server:
            yield far, Asking(server)
    process.terminate()
    await process.wait()


# How each reading tool is called; a new one has to be added here.
READS: dict[str, list[dict[str, Any]]] = {
    "argo_list_rollouts": [{}, {"all_namespaces": True}],
    "argo_status": [{"name": "web"}, {"name": "blue", "watch": True, "wait_seconds": 2}],
    "argo_describe": [{"name": "web"}, {"name": "blue"}],
    "argo_history": [{"name": "web"}, {"name": "web", "revision": 1}],
    "argo_list_experiments": [{}, {"rollout_name": "web"}],
    "argo_list_analysisruns": [{}, {"rollout_name": "web"}],
    "argo_list_templates": [{}],
}


async def test_reading_tools_send_nothing_but_gets(
    seen: tuple[Recording, Asking], stage: Stage
) -> None:
    far, ask = seen
    async with Client(ask.server.mcp) as client:
        tools = await client.list_tools()
    reading = {
        tool.name
        for tool in tools
        if tool.name.startswith("argo_") and tool.annotations and tool.annotations.read_only_hint
    }
    assert READS.keys() == reading
    stage.create(a_canary("web"), *a_blue_green("blue"))
    for name in ("web", "blue"):
        await stage.until(name, is_at("Healthy"))
    far.taken()
    for tool, calls in READS.items():
        for arguments in calls:
            said = await ask(tool, **{"namespace": stage.namespace, **arguments})
            assert not said.error, f"{tool}: {said.text}"
    assert far.taken() == []
    assert far.got
    paused = await ask("argo_pause_rollout", name="web")
    assert not paused.error
    assert [sent.method for sent in far.taken()] == ["PATCH"]


@pytest.mark.parametrize(
    ("tool", "requests"),
    [
        ("argo_status", ["replicasets", "rollouts/web"]),
        (
            "argo_describe",
            ["analysisruns", "events", "experiments", "pods", "replicasets", "rollouts/web"],
        ),
        ("argo_history", ["analysisruns", "replicasets", "rollouts/web"]),
    ],
)
async def test_a_warm_call_is_few_requests(
    seen: tuple[Recording, Asking], stage: Stage, tool: str, requests: list[str]
) -> None:
    far, ask = seen
    await ask(tool, name="web", namespace=stage.namespace)
    far.got.clear()
    await ask(tool, name="web", namespace=stage.namespace)
    asked = [path.partition(f"/namespaces/{stage.namespace}/")[2] for path in far.got]
    assert sorted(filter(None, asked)) == requests
