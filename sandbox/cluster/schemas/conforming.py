"""Whether a value fits its schema: wrong types, unknown fields, and the value without them."""

from collections.abc import Iterator
from typing import Any

from sandbox.cluster.schemas.schema import Schema

GO_SCALARS = {
    ("string", ""): "string",
    ("string", "byte"): "[]uint8",
    ("string", "date-time"): "v1.Time",
    ("boolean", ""): "bool",
    ("integer", "int32"): "int32",
    ("integer", "int64"): "int64",
    ("number", "double"): "float64",
}
JSON_NAMES = {dict: "object", list: "array", str: "string", bool: "bool"}


def unknown_fields(value: Any, schema: Schema, path: str = "") -> Iterator[str]:
    """Yield the paths of fields that are not declared, as strict decoding names them."""
    if isinstance(value, dict) and schema.shape == "map":
        for name, child in value.items():
            here = f"{path}.{name}" if path else name
            declared = schema.field(name)
            if declared is None:
                yield here
            else:
                yield from unknown_fields(child, declared, here)
    elif isinstance(value, list) and schema.shape == "list":
        for index, child in enumerate(value):
            yield from unknown_fields(child, schema.items, f"{path}[{index}]")


def pruned(value: Any, schema: Schema) -> Any:
    """Return a value without undeclared fields, nulls, and zeros that Go leaves out."""
    if isinstance(value, dict) and schema.shape == "map":
        known = {name: schema.field(name) for name in value}
        return {
            name: pruned(value[name], declared)
            for name, declared in known.items()
            if declared is not None
            and value[name] is not None
            and not (declared.omits_zero and value[name] in ("", 0, False))
        }
    if isinstance(value, list) and schema.shape == "list":
        return [pruned(each, schema.items) for each in value]
    return value


def go_type_fault(value: Any, schema: Schema, kind: str) -> str:
    """Return what Go's JSON decoder says of the first wrong type, or an empty text."""
    return next(_go_faults(value, schema, kind, ""), "")


def _go_faults(value: Any, schema: Schema, owner: str, path: str) -> Iterator[str]:
    if value is None or schema.shape == "any":
        return
    if not _fits(value, schema):
        where = f"Go struct field {owner}.{path} of type {go_type(schema)}"
        yield f"json: cannot unmarshal {_json_name(value)} into {where}"
    elif isinstance(value, dict):
        for name, child in value.items():
            declared = schema.field(name)
            if declared is None:
                continue
            named = schema.declares(name)
            below = f"{path}.{name}".lstrip(".") if named else path
            yield from _go_faults(child, declared, _go_name(schema) or owner, below)
    elif isinstance(value, list):
        for child in value:
            yield from _go_faults(child, schema.items, owner, path)


def go_type(schema: Schema) -> str:
    """Return the Go type of a schema node as error messages print it."""
    if schema.shape == "list":
        return f"[]{go_type(schema.items)}"
    if schema.shape == "map":
        values = schema.field("x") if not schema.properties else None
        return f"map[string]{go_type(values)}" if values else f"v1.{_go_name(schema)}"
    return GO_SCALARS.get((schema.scalar, schema.format), schema.scalar or "string")


def _go_name(schema: Schema) -> str:
    reference = schema.raw.get("$ref") or next(
        (each["$ref"] for each in schema.raw.get("allOf") or [] if "$ref" in each), ""
    )
    return str(reference).rpartition(".")[2]


def _fits(value: Any, schema: Schema) -> bool:
    if schema.shape == "list":
        return isinstance(value, list)
    if schema.shape == "map":
        return isinstance(value, dict)
    return _fits_scalar(value, schema.scalar)


def _fits_scalar(value: Any, scalar: str) -> bool:
    if scalar == "string":
        return isinstance(value, str)
    if scalar == "boolean":
        return isinstance(value, bool)
    if scalar in ("integer", "number"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return not isinstance(value, dict | list)


def _json_name(value: Any) -> str:
    return JSON_NAMES.get(type(value), "number")
