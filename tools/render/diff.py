"""What differs between two states of an object, field by field: where, before and after.

What is added is told leaf by leaf, so that nothing of it stays hidden; what goes is told whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import orjson

# Lists of objects are compared by these keys, as strategic merge does; the first one all have.
_KEYS = (
    *("name", "containerPort", "port", "mountPath", "key", "type", "ip", "topologyKey", "uid"),
    *("host", "path", "topologyKey", "secretName", "conditionType", "resourceName"),
)
_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*")
MOST_ITEMS = 2_000  # beyond, what was inserted where is not worth its price
SHORT = 100
MISSING: Any = object()
_Sides = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: where, and its value before and after; ``MISSING`` where there is none."""

    path: str
    before: Any
    after: Any


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Yield what differs, in the order of the fields' names."""
    if before == after:
        return
    if before is MISSING and isinstance(after, Mapping | list) and after:
        before = {} if isinstance(after, Mapping) else []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_mappings(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, path)
    else:
        yield Difference(path, before, after)


def _of_mappings(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str
) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys(), key=str):
        below = _below(path, str(key))
        yield from differences(before.get(key, MISSING), after.get(key, MISSING), below)


def _below(path: str, key: str) -> str:
    if not _PLAIN.fullmatch(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def _of_lists(before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Difference]:
    if keyed := _by_key(before, after):
        yield from _of_keyed(*keyed, path)
    elif len(before) == len(after) and all(map(_is_object, [*before, *after])):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{path}[{index}]")
    elif all(map(_is_object, [*before, *after])) or not _both_short(before, after):
        yield from _of_items(before, after, path)
    else:
        yield Difference(path, before or MISSING, after)


def _of_keyed(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str
) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, MISSING), after.get(name, MISSING)
        yield from differences(old, new, f"{path}[{name}]")
    old_order = [name for name in before if name in after]
    new_order = [name for name in after if name in before]
    if old_order != new_order:
        yield Difference(f"{path} (order)", old_order, new_order)


def _by_key(before: Sequence[Any], after: Sequence[Any]) -> _Sides | None:
    items = [*before, *after]
    if not items or not all(map(_is_object, items)):
        return None
    for key in _KEYS:
        if all(key in item for item in items):
            old, new = ({str(item[key]): item for item in side} for side in (before, after))
            if len(old) == len(before) and len(new) == len(after):
                return old, new
    return None


def _of_items(before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Difference]:
    """Tell which items go and come, where none has a name of its own."""
    if max(len(before), len(after)) > MOST_ITEMS:
        yield Difference(path, f"{len(before):,} items", f"{len(after):,} items")
        return
    old, new = ([_canonical(item) for item in side] for side in (before, after))
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        for index in range(i, j):
            yield Difference(f"{path}[{index}]", before[index], MISSING)
        for index in range(k, m):
            yield Difference(f"{path}[{index}]", MISSING, after[index])


def _canonical(item: Any) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)


def _both_short(before: Sequence[Any], after: Sequence[Any]) -> bool:
    return all(len(orjson.dumps(side)) <= SHORT for side in (before, after))


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
