"""Who owns which fields (``metadata.managedFields``), as far as applying needs to know.

kubectl's client-side apply leaves its fields with an ``Update`` entry that owns the last-applied
annotation. As long as it stands, a field that leaves the manifest stays in the object. Like
``kubectl apply --server-side`` (csaupgrade.go), that entry's fields are given to our own manager,
and the next apply removes what the manifest no longer has.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from clients.kubernetes.objects import JsonObject

Fields = Mapping[str, Any]
LAST_APPLIED_FIELD = "f:kubectl.kubernetes.io/last-applied-configuration"


def client_side_entries(obj: JsonObject) -> list[JsonObject]:
    """Return the entries that client-side apply left."""
    return [e for e in _entries(obj) if e.get("operation") == "Update" and _has_last_applied(e)]


def migrated(obj: JsonObject, manager: str) -> list[JsonObject]:
    """Return managedFields with client-side apply's fields given to ``manager``'s Apply entry."""
    leaving = client_side_entries(obj)
    staying = [entry for entry in _entries(obj) if entry not in leaving]
    own = next((e for e in staying if _is_apply_of(e, manager)), None)
    first = own or {**leaving[0], "manager": manager, "operation": "Apply"}
    fields: dict[str, Any] = {}
    for entry in [*([own] if own else []), *leaving]:
        fields = _union(fields, entry.get("fieldsV1") or {})
    others = [entry for entry in staying if entry is not own]
    return [*others, {**first, "fieldsV1": fields}]


def leaving(obj: JsonObject, manifest: JsonObject) -> Iterator[tuple[str, ...]]:
    """Yield the paths that client-side apply set alone and the manifest no longer has."""
    gone = client_side_entries(obj)
    kept = [e.get("fieldsV1") or {} for e in _entries(obj) if e not in gone]
    for entry in gone:
        for path in _removable(entry.get("fieldsV1") or {}):
            if not any(_owns(fields, path) for fields in kept) and not _has(manifest, path):
                yield path


def without(obj: Any, path: Sequence[str]) -> Any:
    """Return a copy of an object without what a fields path leads to."""
    key, *rest = path
    if key.startswith("f:") and isinstance(obj, Mapping):
        name = key[2:]
        if name not in obj:
            return obj
        kept = {k: v for k, v in obj.items() if k != name}
        return {**kept, name: without(obj[name], rest)} if rest else kept
    if isinstance(obj, list):
        found = [index for index, item in enumerate(obj) if _is_item(item, key)]
        if rest and found:
            return [without(v, rest) if i in found else v for i, v in enumerate(obj)]
        return [v for i, v in enumerate(obj) if i not in found]
    return obj


def _entries(obj: JsonObject) -> list[JsonObject]:
    return list((obj.get("metadata") or {}).get("managedFields") or [])


def _is_apply_of(entry: JsonObject, manager: str) -> bool:
    return entry.get("operation") == "Apply" and entry.get("manager") == manager


def _has_last_applied(entry: JsonObject) -> bool:
    fields = (entry.get("fieldsV1") or {}).get("f:metadata") or {}
    return LAST_APPLIED_FIELD in (fields.get("f:annotations") or {})


def _union(left: Fields, right: Fields) -> dict[str, Any]:
    merged = dict(left)
    for key, value in right.items():
        merged[key] = _union(merged[key], value) if key in merged else value
    return merged


def _removable(fields: Fields, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the leaves, and before its own leaves each item of a list: it goes as a whole."""
    below = {key: value for key, value in fields.items() if key != "."}
    if not below or (path[-1:] and path[-1].startswith(("k:", "v:"))):
        yield path
    for key, value in below.items():
        yield from _removable(value, (*path, key))


def _owns(fields: Fields, path: Sequence[str]) -> bool:
    for key in path:
        if key not in fields:
            return False
        fields = fields[key]
    return True


def _has(obj: Any, path: Sequence[str]) -> bool:
    for key in path:
        if key.startswith("f:"):
            if not isinstance(obj, Mapping) or key[2:] not in obj:
                return False
            obj = obj[key[2:]]
        else:
            found = [v for v in obj if _is_item(v, key)] if isinstance(obj, list) else []
            if not found:
                return False
            obj = found[0]
    return True


def _is_item(item: Any, key: str) -> bool:
    """Whether a list's item is the one that ``k:{"name":"web"}`` or ``v:"x"`` means."""
    kind, _, value = key.partition(":")
    wanted: Any = orjson.loads(value) if kind in "kv" else None
    if kind == "k" and isinstance(item, Mapping):
        return all(item.get(name, _DEFAULTS.get(name)) == part for name, part in wanted.items())
    return bool(kind == "v" and item == wanted)


_DEFAULTS = {"protocol": "TCP"}
