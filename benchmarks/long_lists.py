"""Lists of 5,000 and 50,000 pods.

The pods come from a small API server of the benchmark's own, since no test machine holds so many.
Every call is made to a server process of its own, after one small call that has it read what the
cluster serves. "Loop blocked" is how long, at most, a heartbeat in the server's event loop was kept
waiting: what another caller would feel; the processor time of that moment stands beside it.
"""

import signal
import time
from typing import Any

import orjson

from benchmarks.cluster import kubeconfig_file, pointing_at
from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_most
from benchmarks.many_pods import served_pods
from benchmarks.mcp_client import McpClient
from benchmarks.processes import Server, serving

PEAK_MIB = {5_000: 150, 50_000: 250}
BLOCKED_MILLISECONDS = 100
LAUNCHER = ("-m", "benchmarks.instrumented")
PODS = {"resource_type": "pods", "namespace": "many"}
NAMES = 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}'
CALLS: dict[str, dict[str, Any]] = {
    "default page": {},
    "sorted by age, all pages": {"sort_by": ".metadata.creationTimestamp"},
    "yaml, first page": {"output": "yaml"},
    "jsonpath names, limit 5,000": {"output": NAMES, "limit": 5000},
}


async def measure(conditions: Conditions) -> list[Row]:
    """Measure each call against each size."""
    rows: list[Row] = []
    for count, peak in conditions.pick(PEAK_MIB, quick={5_000: 150}).items():
        async with served_pods(count) as url:
            with kubeconfig_file(pointing_at(url)) as kubeconfig:
                for name, arguments in CALLS.items():
                    rows += await _one(kubeconfig, f"{count:,} pods, {name}", arguments, peak)
    return rows


async def _one(kubeconfig: str, what: str, arguments: dict[str, Any], peak: int) -> list[Row]:
    async with (
        serving(kubeconfig, launcher=LAUNCHER) as server,
        McpClient(server.url) as client,
    ):
        await client.initialize()
        await client.call("k8s_get", {**PODS, "limit": 1})
        await _longest_block(server)  # begins anew
        begun = time.perf_counter()
        text = await client.call("k8s_get", {**PODS, **arguments})
        seconds = time.perf_counter() - begun
        block = await _longest_block(server)
        answered = f"{seconds:.2f} s, {len(text) / 1000:,.0f} kB answered"
        computing = f"{block['computing'] * 1000:.0f} ms of it computing"
        return [
            Row(f"{what}: peak RSS", server.peak_rss_mib, "MiB", at_most(peak), answered),
            Row(
                f"{what}: loop blocked",
                block["longest"] * 1000,
                "ms",
                at_most(BLOCKED_MILLISECONDS),
                computing,
            ),
        ]


async def _longest_block(server: Server) -> dict[str, float]:
    """Ask the instrumented server for its longest block since it was last asked."""
    server.process.send_signal(signal.SIGUSR1)
    assert server.process.stdout is not None
    return dict(orjson.loads(await server.process.stdout.readline()))
