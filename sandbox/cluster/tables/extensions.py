"""Custom resources by their `additionalPrinterColumns`, API services, and the default."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import jsonpath

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, condition, created, name
from sandbox.cluster.tables.durations import age
from sandbox.cluster.tables.printing import Cells, Printer, defined, prints

_ESCAPED_KEY = re.compile(r"\.((?:[^.\[\]\\]|\\.)*\\\.(?:[^.\[\]\\]|\\.)*)")
_AGE_COLUMN = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}


def custom(columns: Sequence[JsonObject] | None) -> Printer:
    """Make the printer of a custom resource; without columns of its own it prints Name and Age.

    Follows apiextensions-apiserver's `tableconvertor`: only the first match of a path counts.
    """
    chosen = list(columns or [_AGE_COLUMN])

    def cells(item: JsonObject, now: datetime) -> Cells:
        return [name(item), *(_cell(column, item, now) for column in chosen)]

    return Printer([*defined("Name"), *map(_definition, chosen)], cells)


def _definition(column: JsonObject) -> JsonObject:
    described = f"Custom resource definition column (in JSONPath format): {column['jsonPath']}"
    return {
        "name": column["name"],
        "type": column["type"],
        "format": column.get("format", ""),
        "description": column.get("description") or described,
        "priority": column.get("priority", 0),
    }


def _cell(column: JsonObject, item: JsonObject, now: datetime) -> Any:
    match = _path(column["jsonPath"]).match(item)
    if match is None or match.obj is None:
        return None
    return _typed(column["type"], match.obj, now)


@lru_cache(maxsize=256)
def _path(expression: str) -> jsonpath.JSONPath:
    """Compile a kubectl path: a leading dot, and dots in keys escaped with a backslash."""
    quoted = _ESCAPED_KEY.sub(lambda key: "[" + _unescaped(key.group(1)) + "]", expression)
    found = jsonpath.compile(f"${quoted}")
    if not isinstance(found, jsonpath.JSONPath):
        raise TypeError(f"unrecognized column definition {expression!r}")
    return found


def _unescaped(key: str) -> str:
    return json.dumps(key.replace("\\.", "."))


def _typed(kind: str, value: Any, now: datetime) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "string":
        return value if isinstance(value, str) else _text(value)
    if kind == "integer" and number:
        return int(value)
    if kind == "number" and number:
        return float(value)
    if kind == "boolean" and isinstance(value, bool):
        return value
    return _date(value, now) if kind == "date" and isinstance(value, str) else None


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _date(value: str, now: datetime) -> str:
    try:
        return age(value, now)
    except (ValueError, TypeError):
        return "<invalid>"


def _plain(item: JsonObject, now: datetime) -> Cells:
    return [name(item), at(item, "metadata.creationTimestamp", "")]


DEFAULT = Printer(defined("Name, Created At:date"), _plain)
"""What resources without a printer get: roles, limit ranges, definitions of custom resources."""


@prints("apiservices.apiregistration.k8s.io", columns="Name, Service, Available, Age")
def _api_service(item: JsonObject, now: datetime) -> Cells:
    service = at(item, "spec.service")
    where = f"{service.get('namespace')}/{service.get('name')}" if service else "Local"
    return [name(item), where, _available(condition(item, "Available")), created(item, now)]


def _available(found: JsonObject | None) -> str:
    if found is None:
        return "Unknown"
    if found["status"] != "True" and found.get("reason"):
        return f"{found['status']} ({found['reason']})"
    return str(found["status"])
