"""Kubernetes objects as plain JSON, and the few questions asked of all of them."""

from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

JsonObject: TypeAlias = dict[str, Any]
JsonObjects: TypeAlias = list[JsonObject]


def copied(obj: JsonObject) -> JsonObject:
    """Copy an object deeply; several times faster than `copy.deepcopy` for JSON."""
    duplicate: JsonObject = orjson.loads(orjson.dumps(obj))
    return duplicate


def name_of(obj: JsonObject) -> str:
    """Return `metadata.name`, or an empty text."""
    return str(obj["metadata"].get("name") or "")


def namespace_of(obj: JsonObject) -> str:
    """Return `metadata.namespace`, or an empty text for a cluster-scoped object."""
    return str(obj["metadata"].get("namespace") or "")


def labels_of(obj: JsonObject) -> dict[str, str]:
    """Return `metadata.labels`, empty when there are none."""
    return obj["metadata"].get("labels") or {}


def timestamp(moment: datetime) -> str:
    """Write a moment as `metav1.Time` does: whole seconds, UTC, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_timestamp(moment: datetime) -> str:
    """Write a moment as `metav1.MicroTime` does: six digits, UTC, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
