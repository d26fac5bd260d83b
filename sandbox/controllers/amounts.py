"""Quantities, and numbers that may be percentages."""

import math
from decimal import Decimal
from typing import Any

from sandbox.cluster.objects import JsonObject

_SCALES = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}


def quantity(value: Any) -> Decimal:
    """Read a quantity such as `250m` or `1Gi` in its base unit."""
    text = str(value)
    suffix = text.lstrip("+-.0123456789")
    if suffix[:1] in ("e", "E") and len(suffix) > 1:
        return Decimal(text)
    return Decimal(text.removesuffix(suffix)) * _SCALES[suffix]


def resolved(value: Any, total: int, *, up: bool) -> int:
    """Read an int-or-percent, a percentage rounded up or down."""
    if isinstance(value, str) and value.endswith("%"):
        share = int(value[:-1]) * total / 100
        return math.ceil(share) if up else math.floor(share)
    return int(value or 0)


def requested(pod: JsonObject, resource: str) -> Decimal:
    """Add up what a pod asks for: its containers and sidecars, or the largest init container."""
    spec = pod["spec"]
    init = spec.get("initContainers") or []
    sidecars = sum((_asked(c, resource) for c in init if _stays(c)), Decimal(0))
    running = sum((_asked(c, resource) for c in spec["containers"]), sidecars)
    first = max((_asked(c, resource) for c in init if not _stays(c)), default=Decimal(0))
    return max(running, first)


def _stays(container: JsonObject) -> bool:
    return container.get("restartPolicy") == "Always"


def _asked(container: JsonObject, resource: str) -> Decimal:
    resources = container.get("resources") or {}
    limit = (resources.get("limits") or {}).get(resource, 0)
    return quantity((resources.get("requests") or {}).get(resource, limit))
