"""Merges an applied configuration into an object, and removes fields from one."""

from typing import Any

from sandbox.cluster.ownership.comparing import children, is_leaf
from sandbox.cluster.ownership.paths import FieldSet, Step, item
from sandbox.cluster.ownership.paths import field as step
from sandbox.cluster.schemas import Schema
from sandbox.cluster.schemas.schema import ANYTHING


def merge(live: Any, applied: Any, schema: Schema) -> Any:
    """Return the live value with the applied one on top (`merge.go`)."""
    if is_leaf(applied, schema) or live is None or type(live) is not type(applied):
        return applied
    if isinstance(applied, dict):
        merged = dict(live)
        for name, value in applied.items():
            merged[name] = merge(live.get(name), value, schema.field(name) or ANYTHING)
        return merged
    return _merge_items(live, applied, schema)


def without(value: Any, gone: FieldSet, schema: Schema) -> Any:
    """Return a value without the fields of a set; emptied containers stay (`remove.go`)."""
    if is_leaf(value, schema) or not gone:
        return value
    if isinstance(value, dict):
        return {
            name: without(child, _below(gone, step(name)), schema.field(name) or ANYTHING)
            for name, child in value.items()
            if (step(name),) not in gone
        }
    return [
        without(child, _below(gone, item(schema, child)), schema.items)
        for child in value
        if (item(schema, child),) not in gone
    ]


def _merge_items(live: list[Any], applied: list[Any], schema: Schema) -> list[Any]:
    """Keep the order that the applied list asks for; items of others stay where they were."""
    before = {key: child for key, (child, _) in children(live, schema).items()}
    after = {key: child for key, (child, _) in children(applied, schema).items()}
    merged: list[Any] = []
    waiting = list(after)
    for key, child in before.items():
        if key not in after:
            merged.append(child)
        while key in waiting:
            taken = waiting.pop(0)
            merged.append(merge(before.get(taken), after[taken], schema.items))
    return merged + [merge(before.get(key), after[key], schema.items) for key in waiting]


def _below(paths: FieldSet, first: Step) -> FieldSet:
    return {path[1:] for path in paths if len(path) > 1 and path[0] == first}
