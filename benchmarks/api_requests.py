"""API requests per warm call.

Counted from the API server's audit log by an identity that nobody else uses. Warm: the server has
read what the cluster serves and keeps it; a plain `k8s_get` is then one request.
"""

from typing import Any

from benchmarks.audit import requests_of
from benchmarks.cluster import as_reader, with_pods
from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_most
from benchmarks.mcp_client import McpClient
from benchmarks.processes import serving

PODS = 3
CALLS: tuple[tuple[str, dict[str, Any], int | None], ...] = (
    ("k8s_get", {"resource_type": "pods"}, 1),
    ("k8s_get", {"resource_type": "pods", "output": "wide"}, 1),
    ("k8s_get", {"resource_type": "pods", "output": "yaml"}, 1),
    ("k8s_get", {"resource_type": "pods", "sort_by": ".metadata.name"}, 1),
    ("k8s_get", {"resource_type": "deployment", "name": "web"}, 1),
    ("k8s_get", {"resource_type": "deploy,rs,pods"}, 3),
    ("k8s_describe", {"resource_type": "deployment", "name": "web"}, None),
    ("k8s_logs", {"pod_name": "deployment/web"}, None),
    ("k8s_events", {}, 1),
    ("k8s_rollout_status", {"resource_type": "deployment", "name": "web"}, None),
    ("k8s_rollout_history", {"resource_type": "deployment", "name": "web"}, None),
)


async def measure(conditions: Conditions) -> list[Row]:
    """Make every call twice and count the second."""
    log = conditions.audit()
    async with (
        with_pods(conditions.cluster(), PODS) as admin,
        as_reader(admin) as bench,
        serving(bench.kubeconfig) as server,
        McpClient(server.url) as client,
    ):
        await client.initialize()
        offered = {tool["name"] for tool in await client.tools()}
        rows = []
        for tool, given, most in CALLS:
            if tool in offered:
                arguments = {**given, "namespace": bench.namespace}
                await client.call(tool, arguments)
                async with requests_of(bench, log) as requests:
                    await client.call(tool, arguments)
                budget = at_most(most) if most else None
                remark = ", ".join(requests) if budget is None else ""
                rows.append(Row(_told(tool, given), len(requests), "", budget, remark))
        return rows


def _told(tool: str, arguments: dict[str, Any]) -> str:
    return f"`{tool}({', '.join(f'{name}={value}' for name, value in arguments.items())})`"
