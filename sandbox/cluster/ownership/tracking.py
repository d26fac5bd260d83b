"""Keeps managedFields up to date: after plain writes, and while applying.

Follows structured-merge-diff `merge/update.go`. All managers' sets are read in the stored
version: fields do not move between the versions that are served here.
"""

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.ownership.comparing import Comparison, compare, field_set
from sandbox.cluster.ownership.managers import (
    STRIPPED,
    Managed,
    Manager,
    Managers,
    decoded,
    encoded,
)
from sandbox.cluster.ownership.merging import merge, without
from sandbox.cluster.ownership.paths import FieldSet, Path, field, written
from sandbox.cluster.schemas import Schema
from sandbox.cluster.statuses import ApiError


def track_update(
    live: JsonObject | None,
    new: JsonObject,
    schema: Schema,
    manager: Manager,
    now: str,
    ignored: tuple[str, ...] = (),
    empty: JsonObject | None = None,
) -> JsonObject:
    """Return `new` with the managedFields that follow from its difference to `live`.

    An object whose entries were all removed is no longer tracked, as on a real server. `empty`
    is what a new object is compared with.
    """
    entries = new["metadata"].pop("managedFields", None)
    if entries is None and live is not None:
        entries = live["metadata"].get("managedFields")
    managers = decoded(entries or [])
    if live is not None and not managers:
        return new
    try:
        comparison = _visible(compare(_bare(live or empty or {}), _bare(new), schema), ignored)
    except KeyError:  # a list item without its key, which the checks that follow refuse
        return new
    taken = comparison.added | comparison.modified
    managers = _without_lost(managers, comparison, keep=None)
    if taken:
        before = managers.get(manager, Managed(set(), "", "")).fields
        managers[manager] = Managed(before | taken, new["apiVersion"], now)
    return _with_managers(new, managers)


def apply(
    live: JsonObject | None,
    applied: JsonObject,
    schema: Schema,
    manager: Manager,
    now: str,
    force: bool,
    ignored: tuple[str, ...] = (),
) -> JsonObject:
    """Merge an applied configuration into the live object. Raises the 409 with its causes."""
    base = _bare(live or {"apiVersion": applied["apiVersion"], "kind": applied["kind"]})
    managers = decoded((live or {}).get("metadata", {}).get("managedFields") or [])
    if live is not None and not managers:  # written before anything was tracked
        before = Manager("before-first-apply", "Update", live["apiVersion"])
        managers = {before: Managed(field_set(base, schema) - STRIPPED, live["apiVersion"], now)}
    last = managers.get(manager)
    wanted = {path for path in field_set(applied, schema) if path[0].text not in ignored}
    managers[manager] = Managed(wanted, applied["apiVersion"], now)
    merged = merge(base, {k: v for k, v in applied.items() if k not in ignored}, schema)
    merged = _pruned(merged, last, managers, schema)
    if merged == base:  # who only joins the owners of what is there is not given a new time
        managers[manager] = Managed(wanted, applied["apiVersion"], last.time if last else "")
    comparison = _visible(compare(base, merged, schema), ignored)
    if not force:
        _refuse_conflicts(managers, manager, comparison)
    unchanged = merged == base and last is not None and wanted - STRIPPED == last.fields
    if unchanged and last is not None and live is not None:
        return live
    managers = _without_lost(managers, comparison, keep=manager)
    return _with_managers(merged, managers)


def _pruned(
    merged: JsonObject, last: Managed | None, managers: Managers, schema: Schema
) -> JsonObject:
    """Remove what this manager applied before, does not apply now, and nobody else owns."""
    if last is None:
        return merged
    owned: FieldSet = set()
    for each in managers.values():
        owned |= _with_parents(each.fields)
    gone = _with_named_parents(last.fields) - owned
    pruned: JsonObject = without(merged, gone, schema)
    return pruned


def _with_parents(paths: FieldSet) -> FieldSet:
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def _with_named_parents(paths: FieldSet) -> FieldSet:
    """Add the fields above each path: containers that only held what goes, go with it."""
    return paths | {
        path[:length]
        for path in paths
        for length in range(1, len(path))
        if path[length - 1].kind == "f"
    }


def _refuse_conflicts(managers: Managers, mine: Manager, comparison: Comparison) -> None:
    contested = comparison.added | comparison.modified
    conflicts = [
        (who, path)
        for who in sorted(managers, key=str)
        if who != mine
        for path in sorted(managers[who].fields & contested, key=written)
    ]
    if conflicts:
        raise ApiError(409, "Conflict", _message(conflicts), {"causes": _causes(conflicts)})


def _causes(conflicts: list[tuple[Manager, Path]]) -> list[JsonObject]:
    return [
        {
            "reason": "FieldManagerConflict",
            "message": f"conflict with {who}",
            "field": written(path),
        }
        for who, path in conflicts
    ]


def _message(conflicts: list[tuple[Manager, Path]]) -> str:
    if len(conflicts) == 1:
        ((who, path),) = conflicts
        return f"Apply failed with 1 conflict: conflict with {who}: {written(path)}"
    lines = []
    for who in dict.fromkeys(who for who, _ in conflicts):
        lines.append(f"conflicts with {who}:")
        lines += [f"- {written(path)}" for owner, path in conflicts if owner == who]
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)


def _without_lost(managers: Managers, comparison: Comparison, keep: Manager | None) -> Managers:
    """Take from the others what was changed or went; a plain writer also loses what went."""
    changed = comparison.added | comparison.modified | comparison.removed
    kept = {who: what if who == keep else what.less(changed) for who, what in managers.items()}
    return {who: what for who, what in kept.items() if what.fields}


def _visible(comparison: Comparison, ignored: tuple[str, ...]) -> Comparison:
    """Leave out what nobody owns, and what this path of the API resets."""
    hidden = {field(each) for each in ignored}

    def seen(paths: FieldSet) -> FieldSet:
        return {path for path in paths - STRIPPED if path[0] not in hidden}

    return Comparison(seen(comparison.added), seen(comparison.modified), seen(comparison.removed))


def _with_managers(obj: JsonObject, managers: Managers) -> JsonObject:
    shown = {who: what.less(STRIPPED) for who, what in managers.items()}
    entries = encoded(shown)
    metadata = {k: v for k, v in obj["metadata"].items() if k != "managedFields"}
    if entries:
        metadata["managedFields"] = entries
    return {**obj, "metadata": metadata}


def _bare(obj: JsonObject) -> JsonObject:
    metadata = {k: v for k, v in (obj.get("metadata") or {}).items() if k != "managedFields"}
    return {**obj, "metadata": metadata} if "metadata" in obj else dict(obj)
