"""Many Argo rollouts: listed, looked at one by one, and all followed at the same time.

They are played by a server on this machine that counts its requests. Each of those that follow is a
client of its own; then all rollouts are done at once, and the last answer ends the measurement.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import orjson

from benchmarks.conditions import Conditions
from benchmarks.figures import Row
from benchmarks.many_rollouts import NAMESPACE, Rollouts, served_rollouts
from benchmarks.mcp_client import McpClient
from benchmarks.processes import Server, serving

ROLLOUTS = 200
SETTLED_SECONDS = 60.0


async def measure(conditions: Conditions) -> list[Row]:
    """List, look, and follow."""
    many = conditions.pick(ROLLOUTS, quick=20)
    async with served_rollouts(many) as far, _server_for(far) as server:
        async with McpClient(server.url) as client:
            await client.initialize()
            rows = [*await _listed(client, far, many), *await _looked(client, far, many)]
        return [*rows, *await _followed(server, far, many)]


@asynccontextmanager
async def _server_for(far: Rollouts) -> AsyncIterator[Server]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "kubeconfig"
        file.write_bytes(orjson.dumps(_kubeconfig(far.url)))
        async with serving(str(file)) as server:
            yield server


def _kubeconfig(url: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }


async def _listed(client: McpClient, far: Rollouts, many: int) -> list[Row]:
    await client.call("argo_list_rollouts", {"namespace": NAMESPACE})
    far.asked.clear()
    begun = time.perf_counter()
    await client.call("argo_list_rollouts", {"namespace": NAMESPACE})
    spent = (time.perf_counter() - begun) * 1000
    what = f"argo_list_rollouts of {many}"
    return [Row(f"{what}: time", spent, "ms"), _requests(what, far)]


async def _looked(client: McpClient, far: Rollouts, many: int) -> list[Row]:
    far.asked.clear()
    begun = time.perf_counter()
    for number in range(many):
        await client.call("argo_status", {"name": f"web-{number:03}", "namespace": NAMESPACE})
    spent = (time.perf_counter() - begun) * 1000 / many
    what = f"argo_status of {many}, one by one"
    return [Row(f"{what}: time each", spent, "ms"), _requests(what, far)]


async def _followed(server: Server, far: Rollouts, many: int) -> list[Row]:
    far.asked.clear()
    before = server.rss_mib
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(McpClient(server.url)) for _ in range(many)]
        await asyncio.gather(*(client.initialize() for client in clients))
        calls = [asyncio.create_task(_follow(c, n)) for n, c in enumerate(clients)]
        await _all_watched(far, many, calls)
        during, watching = server.rss_mib, far.watches
        begun = time.perf_counter()
        far.done.set()
        answers = await asyncio.gather(*calls)
        spent = time.perf_counter() - begun
    assert all(answer.startswith("Healthy") for answer in answers)
    what = f"argo_status(watch) of {many} at the same time"
    grown = (during - before) / many * 1024
    remark = f"{before:.1f} MiB → {during:.1f} MiB, {watching} watches"
    return [
        Row(f"{what}: RSS of each", grown, "KiB", remark=remark),
        Row(f"{what}: from the change to the last answer", spent, "s"),
        _requests(what, far),
    ]


async def _follow(client: McpClient, number: int) -> str:
    arguments = {"name": f"web-{number:03}", "namespace": NAMESPACE, "watch": True}
    return await client.call("argo_status", {**arguments, "wait_seconds": 120})


async def _all_watched(far: Rollouts, many: int, calls: Sequence[asyncio.Task[str]]) -> None:
    """Wait until each call watches, or as many as may at a time."""
    end = time.monotonic() + SETTLED_SECONDS
    seen, since = -1, time.monotonic()
    while far.watches < many and time.monotonic() < end and not any(c.done() for c in calls):
        if far.watches != seen:
            seen, since = far.watches, time.monotonic()
        if time.monotonic() - since > 3 and far.watches:
            return
        await asyncio.sleep(0.05)


def _requests(what: str, far: Rollouts) -> Row:
    told = ", ".join(f"{many:,} {name}" for name, many in sorted(far.asked.items()))
    return Row(f"{what}: API requests", far.asked.total(), remark=told)
