"""Server-side Tables as kube-apiserver 1.36 prints them (`pkg/printers/internalversion`).

One module per family of resources; each registers its printers on import. Column descriptions,
which no client prints, are left empty.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables import (
    access,
    administration,
    config,
    events,
    extensions,
    jobs,
    nodes,
    pods,
    scaling,
    services,
    usage,
    volumes,
    workloads,
)
from sandbox.cluster.tables.printing import PRINTERS

__all__ = ["PrintedResource", "table"]

_FAMILIES = (
    *(access, administration, config, events, jobs, nodes, pods),
    *(scaling, services, volumes, workloads),
)
_DEFAULT_PRINTED = {
    ("", "limitranges"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "roles"),
    ("storage.k8s.io", "csistoragecapacities"),
}
_Table = Callable[[Sequence[JsonObject], datetime], JsonObject]
_METRICS: dict[tuple[str, str], _Table] = {
    ("metrics.k8s.io", "pods"): usage.pods,
    ("metrics.k8s.io", "nodes"): usage.nodes,
}


class PrintedResource(Protocol):
    """What a Table needs to know of a resource; a custom one may have `printer_columns`."""

    @property
    def group(self) -> str:
        """API group, empty for the core group."""

    @property
    def plural(self) -> str:
        """Plural name, as in the URL."""


def table(resource: PrintedResource, objects: Sequence[JsonObject], now: datetime) -> JsonObject:
    """Print objects of one resource: `columnDefinitions` and `rows` of `cells` (`conditions`).

    `now` is an aware time; ages are counted from it. The caller adds each row's `object`.
    """
    key = (resource.group, resource.plural)
    if key in _METRICS:
        return _METRICS[key](objects, now)
    if key in PRINTERS:
        return PRINTERS[key].table(objects, now)
    if key in _DEFAULT_PRINTED:
        return extensions.DEFAULT.table(objects, now)
    columns: Any = getattr(resource, "printer_columns", None)
    return extensions.custom(columns).table(objects, now)
