"""Paths to fields, sets of them, and their FieldsV1 notation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.schemas import Schema


@dataclass(frozen=True)
class Step:
    """One step of a path: a field's name, an item's key or value, or an index.

    `text` is what FieldsV1 writes after `f:`, `k:`, `v:` or `i:`.
    """

    kind: str
    text: str

    def __str__(self) -> str:
        if self.kind == "f":
            return f".{self.text}"
        if self.kind == "k":
            keys = orjson.loads(self.text)
            pairs = (f"{name}={orjson.dumps(value).decode()}" for name, value in keys.items())
            return f"[{','.join(pairs)}]"
        return f"[={self.text}]" if self.kind == "v" else f"[{self.text}]"


Path = tuple[Step, ...]
FieldSet = set[Path]


def field(name: str) -> Step:
    """Return the step to a field."""
    return Step("f", name)


def item(schema: Schema, value: Any) -> Step:
    """Return the step to an item of an associative list. Raises KeyError for a missing key."""
    if not schema.keys:
        return Step("v", _json(value))
    keys = {}
    for name in sorted(schema.keys):
        declared = schema.items.field(name)
        keys[name] = value[name] if name in value else _default(declared)
    return Step("k", _json(keys))


def written(path: Path) -> str:
    """Write a path as error messages do: `.spec.containers[name="web"].image`."""
    return "".join(map(str, path))


def to_fields_v1(paths: Iterable[Path]) -> JsonObject:
    """Return the nested FieldsV1 notation; `.` marks a member that has members below it."""
    members = set(paths)
    root: JsonObject = {}
    for path in sorted(members, key=_order):
        node = root
        for depth, step in enumerate(path, 1):
            key = f"{step.kind}:{step.text}"
            node = node.setdefault(key, {})
            if depth < len(path) and path[:depth] in members:
                node.setdefault(".", {})
    return root


def from_fields_v1(fields: JsonObject, prefix: Path = ()) -> FieldSet:
    """Read the FieldsV1 notation; a node without children is a member."""
    if not fields:
        return {prefix} if prefix else set()
    found: FieldSet = set()
    for key, below in fields.items():
        if key == ".":
            found.add(prefix)
            continue
        kind, _, text = key.partition(":")
        found |= from_fields_v1(below, (*prefix, Step(kind, text)))
    return found


def _default(declared: Schema | None) -> Any:
    if declared is None or declared.default is None:
        raise KeyError
    return declared.default


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _order(path: Path) -> tuple[str, ...]:
    return tuple(f"{step.kind}:{step.text}" for step in path)
