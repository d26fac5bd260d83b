"""Whether an applied configuration fits its schema, in structured-merge-diff's words."""

from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.cluster.ownership.paths import Path, field, item, written
from sandbox.cluster.schemas import Schema
from sandbox.cluster.schemas.schema import NUMBERS


def faults(value: Any, schema: Schema, path: Path = ()) -> Iterator[str]:
    """Yield `.spec.replica: field not declared in schema` and its like (`validate.go`)."""
    if value is None or schema.shape == "any":
        return
    if schema.shape == "scalar":
        yield from _scalar_faults(value, schema.scalar, path)
    elif schema.shape == "map":
        yield from _map_faults(value, schema, path)
    else:
        yield from _list_faults(value, schema, path)


def _map_faults(value: Any, schema: Schema, path: Path) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _fault(path, f"expected map, got &{{{_go_value(value)}}}")
        return
    for name, child in value.items():
        declared = schema.field(name)
        here = (*path, field(name))
        if declared is None:
            yield _fault(here, "field not declared in schema")
            return  # the first one ends the walk of a map
        else:
            yield from faults(child, declared, here)


def _list_faults(value: Any, schema: Schema, path: Path) -> Iterator[str]:
    if not isinstance(value, list):
        yield _fault(path, f"expected list, got &{{{_go_value(value)}}}")
        return
    for index, child in enumerate(value):
        step = _step(schema, child, index)
        if step is None:
            why = "associative list with keys has an element that omits key field"
            yield _fault(path, f"element {index}: {why} {_missing(schema, child)}")
        else:
            yield from faults(child, schema.items, (*path, step))


def _step(schema: Schema, child: Any, index: int) -> Any:
    if schema.atomic:
        return field(str(index))
    try:
        return item(schema, child)
    except (KeyError, TypeError):
        return None


def _missing(schema: Schema, child: Any) -> str:
    absent = [key for key in schema.keys if not isinstance(child, dict) or key not in child]
    return f'"{absent[0]}" (and doesn\'t have default value)' if absent else ""


def _scalar_faults(value: Any, scalar: str, path: Path) -> Iterator[str]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if scalar in NUMBERS and not is_number:
        yield _fault(path, f"expected numeric (int or float), got {_go_type(value)}")
    elif scalar == "string" and not isinstance(value, str):
        yield _fault(
            path, f"expected string, got &value.valueUnstructured{{Value:{_go_value(value)}}}"
        )
    elif scalar == "boolean" and not isinstance(value, bool):
        yield _fault(path, f"expected boolean, got &{{{_go_value(value)}}}")


def _fault(path: Path, what: str) -> str:
    return f"{written(path)}: {what}"


def _go_type(value: Any) -> str:
    names = {str: "string", bool: "bool", dict: "map[string]interface {}", list: "[]interface {}"}
    return names.get(type(value), "int64" if isinstance(value, int) else "float64")


def _go_value(value: Any) -> str:
    return orjson.dumps(value).decode()
