"""k8s_cluster_info."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from clients.kubernetes.inspecting.overview import Overview, Part, overview
from tools.dependencies import Kubernetes
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.access import signed_in
from tools.render.overview import (
    metrics_line,
    nodes_lines,
    readiness_line,
    services_lines,
    version_line,
)

T = TypeVar("T")

NEEDS = [
    verbs("list", "nodes", "namespaces", "services"),
    verbs("create", "selfsubjectreviews.authentication.k8s.io"),
]


@k8s.read("Get Kubernetes Cluster Information", needs=NEEDS)
async def k8s_cluster_info(kubernetes: Kubernetes) -> str:
    """Show endpoints, version, health, nodes, namespaces, metrics API and who this server is."""
    return "\n".join(_lines(await overview(kubernetes)))


def _lines(seen: Overview) -> Iterator[str]:
    """Print part by part; one that could not be read says why in its place."""
    yield from services_lines(seen.host, seen.services.value or ())
    if seen.services.refusal:
        yield f"Cluster services: {seen.services.refusal}"
    yield _part("Server version", seen.version, version_line)
    yield _part("Health (/readyz)", seen.readiness, readiness_line)
    yield _part("Signed in as", seen.identity, lambda me: signed_in(me.username, me.groups))
    yield _part("Nodes", seen.node_rows, lambda rows: "\n".join(nodes_lines(rows)))
    yield _part("Namespaces", seen.namespaces, lambda count: f"Namespaces: {count:,}")
    yield _part("Metrics API", seen.metrics, metrics_line)


def _part(title: str, part: Part[T], shown: Callable[[T], str]) -> str:
    return shown(part.value) if part.value is not None else f"{title}: {part.refusal}"
