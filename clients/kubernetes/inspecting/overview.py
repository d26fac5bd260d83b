"""A cluster at a glance, read at once; what may not be seen is said, and the rest still shown."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar

from clients.errors import ClientError, ForbiddenError
from clients.kubernetes.inspecting.access import Identity, who_am_i
from clients.kubernetes.objects import JsonObject, ListQuery
from clients.kubernetes.reader import KubernetesReader

T = TypeVar("T")

MOST_NODES = 5_000
MOST_READYZ_BYTES = 65_536
SYSTEM_NAMESPACE = "kube-system"
CLUSTER_SERVICES = "kubernetes.io/cluster-service=true"
METRICS_GROUP = "metrics.k8s.io"


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """What was read, or why not."""

    value: T | None
    error: ClientError | None = None

    @property
    def refusal(self) -> str:
        """The sentence that says why it was not read."""
        return str(self.error) if self.error else ""


@dataclass(frozen=True, slots=True)
class Overview:
    """``node_rows`` are the cells of the server's own table by column: ``Status``, ``Version``."""

    host: str
    version: Part[JsonObject]
    services: Part[list[JsonObject]]
    identity: Part[Identity]
    readiness: Part[str]
    node_rows: Part[list[dict[str, str]]]
    namespaces: Part[int]
    metrics: Part[str]


async def overview(kubernetes: KubernetesReader) -> Overview:
    """Read all parts at the same time; raises only when the API server cannot be talked to."""
    host = await kubernetes.host()
    async with asyncio.TaskGroup() as tasks:
        version = tasks.create_task(_part(kubernetes.version()))
        services = tasks.create_task(_part(_services(kubernetes)))
        identity = tasks.create_task(_part(who_am_i(kubernetes)))
        readiness = tasks.create_task(_part(_readiness(kubernetes)))
        nodes = tasks.create_task(_part(_node_rows(kubernetes)))
        namespaces = tasks.create_task(_part(_namespaces(kubernetes)))
        metrics = tasks.create_task(_part(_metrics(kubernetes)))
    _raise_unless_forbidden(version.result().error)
    return Overview(
        host,
        version.result(),
        services.result(),
        identity.result(),
        readiness.result(),
        nodes.result(),
        namespaces.result(),
        metrics.result(),
    )


def _raise_unless_forbidden(error: ClientError | None) -> None:
    """Refuse as a whole: who is not given even the version has no server, or is unknown to it."""
    if error is not None and not isinstance(error, ForbiddenError):
        raise error


async def _part(reading: Awaitable[T]) -> Part[T]:
    try:
        return Part(await reading)
    except ClientError as refusal:
        return Part(None, refusal)


async def _services(kubernetes: KubernetesReader) -> list[JsonObject]:
    services = await kubernetes.resource_type("services")
    query = ListQuery(services, SYSTEM_NAMESPACE, label_selector=CLUSTER_SERVICES)
    return list((await kubernetes.list(query)).items)


async def _readiness(kubernetes: KubernetesReader) -> str:
    """Return ``/readyz?verbose``: a line per check, ``[+]`` or ``[-]``."""
    text = await kubernetes.text("/readyz", {"verbose": ""}, MOST_READYZ_BYTES)
    return text.decode("utf-8", "replace")


async def _node_rows(kubernetes: KubernetesReader) -> list[dict[str, str]]:
    """Read the nodes' table: a node object is a hundred times its row, images and all."""
    query = ListQuery(await kubernetes.resource_type("nodes"))
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    token = ""
    while len(rows) < MOST_NODES:
        page = await kubernetes.table(query, continue_token=token)
        columns = [each["name"] for each in page.table.get("columnDefinitions") or ()] or columns
        rows += [
            dict(zip(columns, map(str, row["cells"]), strict=False))
            for row in page.table.get("rows") or ()
        ]
        token = page.continue_token
        if not token:
            break
    return rows


async def _namespaces(kubernetes: KubernetesReader) -> int:
    """Count without reading: a page of one, and how many the server says remain."""
    query = ListQuery(await kubernetes.resource_type("namespaces"))
    page = await kubernetes.page(query, 1)
    return len(page.items) + (page.remaining or 0)


async def _metrics(kubernetes: KubernetesReader) -> str:
    """Return the metrics API's version; empty when it is not installed or not answering."""
    api = await kubernetes.api()
    if METRICS_GROUP in api.stale_groups:
        return "stale"
    return next((each.api_version for each in api.types if each.group == METRICS_GROUP), "")
