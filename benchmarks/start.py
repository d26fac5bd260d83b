"""Start, and memory at rest.

From starting the process to the answer of `tools/list`, handshake included, with a cluster that is
not there, refuses, or never answers. At rest: resident memory once the readiness probe has
connected, before the first call, and after it.
"""

import asyncio
import socket
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp

from benchmarks.cluster import kubeconfig_file, pointing_at
from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_most
from benchmarks.many_pods import served_pods
from benchmarks.mcp_client import McpClient
from benchmarks.processes import POLL_SECONDS, START_SECONDS, Server, free_port, serving

STARTS = 3
START_BUDGET_SECONDS = 2.5
IDLE_BUDGET_MIB = 130
SETTLE_SECONDS = 1.0


async def measure(conditions: Conditions) -> list[Row]:
    """Start with each kind of absent cluster, then rest on a present one."""
    starts = conditions.pick(STARTS, quick=1)
    rows = [await _start("no kubeconfig", None, starts)]
    with kubeconfig_file(pointing_at(f"http://127.0.0.1:{free_port()}")) as refused:
        rows.append(await _start("a cluster that refuses connections", refused, starts))
    with _hung() as url, kubeconfig_file(pointing_at(url)) as hung:
        rows.append(await _start("a cluster that never answers", hung, starts))
    async with _present(conditions) as (cluster, kubeconfig):
        rows.append(await _start(cluster, kubeconfig, starts))
        rows += await _at_rest(cluster, kubeconfig)
    return rows


async def _start(cluster: str, kubeconfig: str | None, starts: int) -> Row:
    spans, computed = [], []
    for _ in range(starts):
        # An empty home: the operator's own kubeconfig is not to be found.
        async with serving(kubeconfig, environment={"HOME": "/nowhere"}, until=None) as server:
            spans.append(await _listed(server) - server.started)
            computed.append(server.cpu_seconds)
    cpu = f"{statistics.median(computed):.2f} s of processor time"
    remark = f"median of {starts}, slowest {max(spans):.2f} s, {cpu}"
    budget = at_most(START_BUDGET_SECONDS)
    return Row(f"first tools/list, {cluster}", statistics.median(spans), "s", budget, remark)


async def _listed(server: Server) -> float:
    """Ask until the list is answered; return when it was."""
    while time.monotonic() < server.started + START_SECONDS:
        try:
            async with McpClient(server.url) as client:
                await client.initialize()
                await client.tools()
                return time.monotonic()
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(POLL_SECONDS)
    raise RuntimeError(f"No tools/list within {START_SECONDS} s.")


async def _at_rest(cluster: str, kubeconfig: str) -> list[Row]:
    async with serving(kubeconfig, until="/health/ready") as server:
        await asyncio.sleep(SETTLE_SECONDS)
        idle = server.rss_mib
        async with McpClient(server.url) as client:
            await client.initialize()
            await client.call("k8s_get", {"resource_type": "pods", "namespace": "default"})
        return [
            Row(f"RSS at rest, {cluster}", idle, "MiB", at_most(IDLE_BUDGET_MIB)),
            Row(f"RSS after the first k8s_get, {cluster}", server.rss_mib, "MiB"),
        ]


@contextmanager
def _hung() -> Iterator[str]:
    """Listen and accept nothing: connections open, requests are never answered."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def _present(conditions: Conditions) -> AsyncIterator[tuple[str, str]]:
    if conditions.kubeconfig:
        yield "a cluster that answers", conditions.kubeconfig
        return
    async with served_pods(1) as url:
        with kubeconfig_file(pointing_at(url)) as kubeconfig:
            yield "a simulated API server without TLS", kubeconfig
