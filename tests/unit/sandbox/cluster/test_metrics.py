"""metrics.k8s.io, there, broken and missing."""

from typing import Any

import aiohttp
import pytest

from sandbox import Cluster

Session = aiohttp.ClientSession
METRICS = "apis/metrics.k8s.io/v1beta1"


@pytest.fixture(autouse=True)
def web(cluster: Cluster) -> None:
    """Let there be a pod and a node that were measured, and a pod that was not."""
    for name in ("web", "new"):
        metadata = {"name": name, "labels": {"app": "web"}}
        cluster.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {}})
    cluster.store.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}})
    cluster.usage.container("default", "web", "web", "1500u", "5632Ki")
    cluster.usage.node("n1", "1", "2Gi")


async def read(api: Session, path: str) -> Any:
    async with api.get(f"{METRICS}/{path}") as response:
        is_json = response.content_type == "application/json"
        return await response.json() if is_json else (response.status, await response.text())


async def test_usage_of_pods(api: Session) -> None:
    metrics = await read(api, "namespaces/default/pods/web")

    assert metrics == {
        "kind": "PodMetrics",
        "apiVersion": "metrics.k8s.io/v1beta1",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "creationTimestamp": "2026-11-20T12:00:00Z",
            "labels": {"app": "web"},
        },
        "timestamp": "2026-11-20T12:00:00Z",
        "window": "10.011s",
        "containers": [{"name": "web", "usage": {"cpu": "1500u", "memory": "5632Ki"}}],
    }


async def test_lists_of_usage(api: Session) -> None:
    pods, nodes = await read(api, "pods?labelSelector=app%3Dweb"), await read(api, "nodes")

    assert [each["metadata"]["name"] for each in pods["items"]] == ["web"]
    assert [each["usage"] for each in nodes["items"]] == [{"cpu": "1", "memory": "2Gi"}]
    assert (await read(api, "pods?labelSelector=app%3Dother"))["items"] == []


async def test_a_pod_that_was_not_measured(api: Session) -> None:
    refusal = await read(api, "namespaces/default/pods/new")

    assert refusal["message"] == 'pods.metrics.k8s.io "new" not found'


async def test_a_metrics_server_that_is_down(cluster: Cluster, api: Session) -> None:
    cluster.usage.availability = "down"

    status, text = await read(api, "nodes")
    assert (status, text.partition(":")[0]) == (503, "error trying to reach service")


async def test_no_metrics_server(cluster: Cluster, api: Session) -> None:
    cluster.usage.availability = "missing"

    assert await read(api, "nodes") == (404, "404 page not found\n")
    async with api.get("apis") as response:
        groups = (await response.json())["groups"]
    assert "metrics.k8s.io" not in [each["name"] for each in groups]
