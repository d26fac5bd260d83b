"""Custom resources against their CRD's schema (apiextensions `pkg/apiserver/validation`)."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.schemas import Schema, schema_of
from sandbox.cluster.statuses import Cause

GO_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean"}


def custom_faults(resource: ResourceType, obj: JsonObject) -> Iterator[Cause]:
    """Yield where an object does not fit the schema; metadata is checked elsewhere."""
    content = {key: value for key, value in obj.items() if key != "metadata"}
    yield from _faults(content, schema_of(resource), "")


def _faults(value: Any, schema: Schema, path: str) -> Iterator[Cause]:
    if value is None or schema.shape == "any":
        return
    if not _has_type(value, schema):
        wanted = schema.node.get("type", "object")
        message = f'Invalid value: "{_type_name(value)}": {path} in body must be of type {wanted}'
        yield Cause("FieldValueTypeInvalid", f'{message}: "{_type_name(value)}"', path)
    elif isinstance(value, dict):
        yield from _map_faults(value, schema, path)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _faults(child, schema.items, f"{path}[{index}]")
    else:
        yield from _scalar_faults(value, schema, path)


def _map_faults(value: JsonObject, schema: Schema, path: str) -> Iterator[Cause]:
    for name in schema.required:
        if name not in value:
            yield Cause("FieldValueRequired", "Required value", _below(path, name))
    for name, child in value.items():
        declared = schema.field(name)
        if declared is not None and not (path == "" and name == "metadata"):
            yield from _faults(child, declared, _below(path, name))


def _scalar_faults(value: Any, schema: Schema, path: str) -> Iterator[Cause]:
    node = schema.node
    shown = orjson.dumps(value).decode()
    if schema.enum and value not in schema.enum:
        supported = ", ".join(f'"{each}"' for each in schema.enum)
        message = f"Unsupported value: {shown}: supported values: {supported}"
        yield Cause("FieldValueNotSupported", message, path)
    if "minimum" in node and value < node["minimum"]:
        why = f"{path} in body should be greater than or equal to {node['minimum']}"
        yield Cause("FieldValueInvalid", f"Invalid value: {shown}: {why}", path)
    if "maximum" in node and value > node["maximum"]:
        why = f"{path} in body should be less than or equal to {node['maximum']}"
        yield Cause("FieldValueInvalid", f"Invalid value: {shown}: {why}", path)
    if "pattern" in node and not re.search(node["pattern"], str(value)):
        why = f"{path} in body should match '{node['pattern']}'"
        yield Cause("FieldValueInvalid", f"Invalid value: {shown}: {why}", path)


def _has_type(value: Any, schema: Schema) -> bool:
    kind = (
        schema.scalar if schema.shape == "scalar" else {"map": "object"}.get(schema.shape, "array")
    )
    if kind == "number":
        return _type_name(value) in ("integer", "number")
    return not kind or _type_name(value) == kind


def _type_name(value: Any) -> str:
    if type(value) in GO_NAMES:
        return GO_NAMES[type(value)]
    return "integer" if isinstance(value, int) or float(value).is_integer() else "number"


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
