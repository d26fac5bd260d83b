"""Describing a deployment with 100 pods.

API requests are counted from the API server's audit log, after a first call that has the server
read what the cluster serves; `kubectl` keeps that on disk and has it too.
"""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from benchmarks.audit import requests_of
from benchmarks.cluster import Bench, as_reader, with_pods
from benchmarks.conditions import Conditions
from benchmarks.figures import NotMeasuredError, Row
from benchmarks.mcp_client import McpClient
from benchmarks.processes import serving

PODS = 100
REPEATS = 5
Describe = Callable[[], Awaitable[str]]


async def measure(conditions: Conditions) -> list[Row]:
    """Describe through MCP and with kubectl, alike."""
    pods = conditions.pick(PODS, quick=10)
    async with (
        with_pods(conditions.cluster(), pods) as admin,
        as_reader(admin) as bench,
        serving(bench.kubeconfig) as server,
        McpClient(server.url) as client,
    ):
        await client.initialize()
        arguments = {"resource_type": "deployment", "name": "web", "namespace": bench.namespace}
        ways: dict[str, Describe] = {
            "k8s_describe": lambda: client.call("k8s_describe", arguments),
            "kubectl describe": lambda: bench.kubectl("describe", "deployment", "web"),
        }
        return [
            row for name, way in ways.items() for row in await _rows(name, way, bench, conditions)
        ]


async def _rows(name: str, way: Describe, bench: Bench, conditions: Conditions) -> list[Row]:
    await way()
    spans = [await _seconds(way) for _ in range(REPEATS)]
    rows = [Row(f"{name}: time", statistics.median(spans) * 1000, "ms", remark="median of 5")]
    try:
        async with requests_of(bench, conditions.audit()) as requests:
            await way()
    except NotMeasuredError as missing:
        return [replace(row, remark=f"requests not counted. {missing}") for row in rows]
    return [*rows, Row(f"{name}: API requests", len(requests), remark=", ".join(requests))]


async def _seconds(way: Describe) -> float:
    begun = time.perf_counter()
    await way()
    return time.perf_counter() - begun
