"""Which fields a value holds, and in which two values differ (structured-merge-diff `typed`)."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.cluster.ownership.paths import FieldSet, Path, item
from sandbox.cluster.ownership.paths import field as step
from sandbox.cluster.schemas import Schema
from sandbox.cluster.schemas.schema import ANYTHING

ABSENT = object()


@dataclass
class Comparison:
    """Fields that came, changed and went from one value to another."""

    added: FieldSet = field(default_factory=set)
    modified: FieldSet = field(default_factory=set)
    removed: FieldSet = field(default_factory=set)


def field_set(value: Any, schema: Schema) -> FieldSet:
    """Return every field that a value sets (`tofieldset.go`)."""
    found: FieldSet = set()
    _collect(value, schema, (), found)
    return found


def compare(old: Any, new: Any, schema: Schema) -> Comparison:
    """Return in which fields two values differ (`compare.go`)."""
    comparison = Comparison()
    _compare(old, new, schema, (), comparison)
    return comparison


def children(value: Any, schema: Schema) -> dict[Any, tuple[Any, Schema]]:
    """Return the children of a map or an associative list by their steps.

    Of duplicates in a list the first counts, which is enough for what is stored here.
    """
    if isinstance(value, dict):
        return {step(k): (v, schema.field(k) or ANYTHING) for k, v in value.items()}
    if isinstance(value, list):
        found: dict[Any, tuple[Any, Schema]] = {}
        for each in value:
            found.setdefault(item(schema, each), (each, schema.items))
        return found
    return {}


def is_leaf(value: Any, schema: Schema) -> bool:
    """Tell whether a value is owned as a whole."""
    if isinstance(value, dict):
        return schema.atomic
    if isinstance(value, list):
        return schema.shape != "list" or schema.atomic
    return True


def _collect(value: Any, schema: Schema, path: Path, found: FieldSet) -> None:
    if is_leaf(value, schema):
        if path and not (value is None and schema.shape in ("map", "list") and not schema.atomic):
            found.add(path)
        return
    for below, (child, child_schema) in children(value, schema).items():
        here = (*path, below)
        _collect(child, child_schema, here, found)
        named = isinstance(value, dict) and schema.declares(below.text)
        empty = child is None or child == {}
        if empty or not named:
            found.add(here)


def _compare(old: Any, new: Any, schema: Schema, path: Path, result: Comparison) -> None:
    if _compares_as_leaf(old, new, schema):
        _compare_leaves(old, new, path, result)
        return
    before, after = (children(_present(each), schema) for each in (old, new))
    for below in [*before, *(each for each in after if each not in before)]:
        was, child_schema = before.get(below) or (ABSENT, after.get(below, (None, ANYTHING))[1])
        now = after[below][0] if below in after else ABSENT
        _compare(was, now, child_schema, (*path, below), result)
    if path and old is ABSENT:
        result.added.add(path)
    elif path and new is ABSENT:
        result.removed.add(path)


def _compares_as_leaf(old: Any, new: Any, schema: Schema) -> bool:
    present = [each for each in (old, new) if each is not ABSENT]
    if any(is_leaf(each, schema) and each is not None for each in present):
        return True
    return not any(_present(each) for each in present)  # two empty ones are a leaf, too


def _compare_leaves(old: Any, new: Any, path: Path, result: Comparison) -> None:
    if not path:
        return
    if old is ABSENT:
        result.added.add(path)
    elif new is ABSENT:
        result.removed.add(path)
    elif old != new:
        result.modified.add(path)


def _present(value: Any) -> Any:
    return None if value is ABSENT else value
