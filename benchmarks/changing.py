"""Changing: a manifest of 50 documents, its preview, and a node drained of 100 pods.

Applied through MCP and with `kubectl apply --server-side`, each into objects that exist already
and differ. API requests are counted from the API server's audit log. The node is a simulated one;
its pods go at once, so what is measured is the evicting.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import orjson

from benchmarks.audit import requests_of
from benchmarks.cluster import Bench, as_user, with_pods
from benchmarks.conditions import Conditions
from benchmarks.figures import NotMeasuredError, Row, at_most
from benchmarks.mcp_client import McpClient
from benchmarks.processes import serving

DOCUMENTS = 50
PODS = 200  # two simulated nodes share them
NODE = "kwok-0"
Way = Callable[[str], Awaitable[object]]


async def measure(conditions: Conditions) -> list[Row]:
    """Apply and preview as a user who may do all in one namespace; drain as the administrator."""
    pods = conditions.pick(PODS, quick=20)
    async with with_pods(conditions.cluster(), pods) as admin:
        return [*await _manifests(admin, conditions), *await _drain(admin, pods // 2)]


async def _manifests(admin: Bench, conditions: Conditions) -> list[Row]:
    many = conditions.pick(DOCUMENTS, quick=5)
    async with (
        as_user(admin, "cluster-admin") as bench,
        serving(bench.kubeconfig) as server,
        McpClient(server.url) as client,
    ):
        await client.initialize()
        ways: dict[str, Way] = {
            "kubectl apply --server-side": lambda text: bench.kubectl(
                "apply", "--server-side", "--force-conflicts", "--filename=-", stdin=text
            ),
            "k8s_apply": lambda text: client.call("k8s_apply", {"content": text, "force": True}),
            "k8s_preview of it": lambda text: client.call(
                "k8s_preview", {"tool": "k8s_apply", "arguments": {"content": text, "force": True}}
            ),
        }
        seconds = {}
        rows = []
        for number, (name, way) in enumerate(ways.items()):
            await way(_manifest(bench.namespace, many, f"first-{number}"))
            text = _manifest(bench.namespace, many, f"second-{number}")
            seconds[name], requests = await _timed(way, text, bench, conditions)
            rows += [Row(f"{name}, {many} documents", seconds[name], "s"), *requests]
        ratio = seconds["k8s_preview of it"] / seconds["k8s_apply"]
        return [*rows, Row("preview beside apply", ratio, "times", at_most(2))]


async def _timed(
    way: Way, text: str, bench: Bench, conditions: Conditions
) -> tuple[float, list[Row]]:
    begun = time.perf_counter()
    try:
        async with requests_of(bench, conditions.audit()) as requests:
            await way(text)
            spent = time.perf_counter() - begun
    except NotMeasuredError:
        await way(text)
        return time.perf_counter() - begun, []
    return spent, [Row("… API requests", len(requests))]


async def _drain(admin: Bench, about: int) -> list[Row]:
    async with serving(admin.kubeconfig) as server, McpClient(server.url) as client:
        await client.initialize()
        arguments = {"node_name": NODE, "pod_selector": "app=web"}
        begun = time.perf_counter()
        try:
            await client.call("k8s_drain", arguments)
            spent = time.perf_counter() - begun
        finally:
            await client.call("k8s_uncordon", {"node_name": NODE})
    return [replace(Row("k8s_drain of a node", spent, "s"), remark=f"about {about} pods")]


def _manifest(namespace: str, documents: int, value: str) -> str:
    objects = (
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"flags-{number}", "namespace": namespace},
            "data": {"value": value},
        }
        for number in range(documents)
    )
    return "\n---\n".join(orjson.dumps(obj).decode() for obj in objects)
