"""metrics.k8s.io: tables whose columns are the resources that were measured."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, name
from sandbox.cluster.tables.printing import defined

_DECIMAL = {suffix: Decimal(1000) ** (power - 3) for power, suffix in enumerate(["n", "u", "m"])}
_DECIMAL |= {"": Decimal(1)}
_DECIMAL |= {suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", 1)}
_BINARY = {"": Decimal(1)}
_BINARY |= {f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)}
_SCALES = _DECIMAL | _BINARY


def pods(objects: Iterable[JsonObject], now: datetime) -> JsonObject:
    """Print PodMetrics: the sum over the containers (metrics-server `pkg/api/table.go`)."""
    return _table([(item, _summed(item)) for item in objects])


def nodes(objects: Iterable[JsonObject], now: datetime) -> JsonObject:
    """Print NodeMetrics."""
    return _table([(item, at(item, "usage", {})) for item in objects])


def _table(rows: list[tuple[JsonObject, dict[str, str]]]) -> JsonObject:
    # The first row's resources name the columns of all; no rows, no columns.
    names = sorted(rows[0][1]) if rows else []
    return {
        "columnDefinitions": _columns(names) if rows else [],
        "rows": [{"cells": _cells(item, usage, names)} for item, usage in rows],
    }


def _columns(names: list[str]) -> list[JsonObject]:
    measured = [f"{resource}:string/quantity" for resource in names]
    return defined(", ".join(["Name", *measured, "Window:string/duration"]))


def _cells(item: JsonObject, usage: dict[str, str], names: list[str]) -> list[Any]:
    window = at(item, "window", "0s")
    return [name(item), *(usage.get(resource, "0") for resource in names), window]


def _summed(pod: JsonObject) -> dict[str, str]:
    usages = [container["usage"] for container in at(pod, "containers", [])]
    names = {resource for usage in usages for resource in usage}
    return {n: _sum([usage[n] for usage in usages if n in usage]) for n in names}


def _sum(quantities: list[str]) -> str:
    """Add quantities; the sum is written in the largest whole unit of the first one's family."""
    total = sum(Decimal(q.removesuffix(_suffix(q))) * _SCALES[_suffix(q)] for q in quantities)
    units = _BINARY if _suffix(quantities[0]).endswith("i") else _DECIMAL
    for suffix, scale in reversed(units.items()):
        if total and total % scale == 0:
            return f"{int(total / scale)}{suffix}"
    return "0"


def _suffix(quantity: str) -> str:
    return quantity.lstrip("+-.0123456789")
