"""What differs between two states of an object, field by field, as a person reads it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Lists of objects are compared by these keys, as strategic merge does; the first one all have.
_KEYS = ("name", "containerPort", "port", "mountPath", "key", "type", "ip", "topologyKey", "uid")
MISSING: Any = object()


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
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            below = f"{path}.{key}" if path else str(key)
            yield from differences(before.get(key, MISSING), after.get(key, MISSING), below)
    elif keyed := _by_key(before, after):
        for name in dict.fromkeys([*keyed[0], *keyed[1]]):
            old, new = keyed[0].get(name, MISSING), keyed[1].get(name, MISSING)
            yield from differences(old, new, f"{path}[{name}]")
    else:
        yield Difference(path, before, after)


def _by_key(before: Any, after: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    if not (_objects(before) and _objects(after)):
        return None
    for key in _KEYS:
        if all(key in item for item in (*before, *after)):
            sides = tuple({str(item[key]): item for item in side} for side in (before, after))
            if len(sides[0]) == len(before) and len(sides[1]) == len(after):
                return sides[0], sides[1]
    return None


def _objects(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(item, Mapping) for item in value)
