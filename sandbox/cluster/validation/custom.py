"""Custom resources against their CRD's schema (apiextensions `pkg/apiserver/validation`)."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.schemas import Schema, schema_of
from sandbox.cluster.statuses import Cause
from sandbox.cluster.validation.causes import invalid_value

GO_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean"}
RULES = "x-kubernetes-validations"
UNCHANGED = "self == oldSelf"  # the only rule that is understood here
BLOCKING = ("FieldValueTypeInvalid", "FieldValueRequired", "FieldValueNotSupported")
NO_FIELD = "<nil>"  # Go's print of a path that is not there


def custom_faults(resource: ResourceType, obj: JsonObject, part: str = "") -> Iterator[Cause]:
    """Yield where an object, or its `part` status, does not fit the schema.

    Metadata is checked elsewhere. Of a part the texts, not the causes, name paths inside it.
    """
    content = {key: value for key, value in obj.items() if key != "metadata"}
    if part:
        content = {part: obj.get(part)}
    found = list(_faults(content, schema_of(resource), ""))
    if part:
        found = [_inside(part, each) for each in found if each.field.startswith(part)]
    yield from found
    if any(each.reason in BLOCKING for each in found) and _has_rules(resource):
        why = (
            "some validation rules were not checked because the object was invalid; "
            "correct the existing errors to complete validation"
        )
        yield invalid_value(NO_FIELD, None, why)


def changed_faults(resource: ResourceType, live: JsonObject, obj: JsonObject) -> Iterator[Cause]:
    """Yield the changes that a schema's rules forbid."""
    if _has_rules(resource):
        yield from _changed(live, obj, schema_of(resource), "")


def _changed(live: Any, new: Any, schema: Schema, path: str) -> Iterator[Cause]:
    if not isinstance(live, dict) or not isinstance(new, dict) or schema.shape != "map":
        return
    for rule in schema.node.get(RULES) or []:
        if rule["rule"] == UNCHANGED and live != new:
            why = f"Invalid value: {rule.get('message') or UNCHANGED}"
            yield Cause("FieldValueInvalid", why, path)
    for name in schema.properties.keys() & live.keys() & new.keys():
        declared = schema.field(name)
        if declared is not None and not (path == "" and name == "metadata"):
            yield from _changed(live[name], new[name], declared, _below(path, name))


def _has_rules(resource: ResourceType) -> bool:
    return RULES.encode() in orjson.dumps((resource.custom or {}).get("schema"))


def _inside(part: str, cause: Cause) -> Cause:
    message = cause.message.replace(f": {part}.", ": ")
    return Cause(cause.reason, message, cause.field)


def _faults(value: Any, schema: Schema, path: str) -> Iterator[Cause]:
    if value is None or schema.shape == "any":
        return
    if isinstance(value, dict | list) and "anyOf" in schema.node:
        yield from _either_faults(value, schema, path)
    elif not _has_type(value, schema):
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


def _either_faults(value: Any, schema: Schema, path: str) -> Iterator[Cause]:
    """Say all that the server says of a value of neither type, such as an int-or-string."""
    given, kinds = _type_name(value), [each["type"] for each in schema.node["anyOf"]]
    text = f'Invalid value: "{given}": {path} in body must be of type'
    yield Cause("FieldValueTypeInvalid", f'{text} {",".join(kinds)}: "{given}"', path)
    yield invalid_value(NO_FIELD, "", f'"{path}" must validate at least one schema (anyOf)')
    yield Cause("FieldValueTypeInvalid", f'{text} {kinds[0]}: "{given}"', path)


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
