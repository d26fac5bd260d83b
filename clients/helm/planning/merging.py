"""What a three-way merge takes out of a live object: what the former manifest had and lost."""

from typing import Any

from clients.kubernetes.objects import JsonObject

# By these the API tells the items of most lists apart (``patchMergeKey`` of the built-in types).
_KEYS = ("name", "containerPort", "mountPath", "devicePath", "port", "ip", "topologyKey", "type")


def less(live: JsonObject | None, former: JsonObject, new: JsonObject) -> JsonObject | None:
    """Return ``live`` without the fields that only ``former`` has; absent identity stays."""
    if live is None:
        return None
    taken: JsonObject = _less(live, former, new)
    return taken


def _less(live: Any, former: Any, new: Any) -> Any:
    if isinstance(live, dict) and isinstance(former, dict) and isinstance(new, dict):
        return {
            key: _less(value, former.get(key), new[key]) if key in new else value
            for key, value in live.items()
            if key in new or former.get(key) is None
        }
    if isinstance(live, list) and isinstance(former, list) and isinstance(new, list):
        return _less_items(live, former, new)
    return live


def _less_items(live: list[Any], former: list[Any], new: list[Any]) -> list[Any]:
    kept = []
    for item in live:
        before, after = _same(item, former), _same(item, new)
        if before is not None and after is None:
            continue
        kept.append(_less(item, before, after))
    return kept


def _same(item: Any, among: list[Any]) -> Any:
    """Return the item of another list that this one is, by its key or its value."""
    if not isinstance(item, dict):
        return item if item in among else None
    key = next((each for each in _KEYS if each in item), None)
    others = (each for each in among if isinstance(each, dict))
    if key is None:
        return next((each for each in others if each == item), None)
    return next((each for each in others if each.get(key) == item[key]), None)


def only(live: JsonObject, wanted: JsonObject) -> JsonObject:
    """Return of a live object what a manifest sets; equal values in the manifest's spelling."""
    shaped: JsonObject = _only(live, wanted)
    return shaped


def _only(live: Any, wanted: Any) -> Any:
    if isinstance(live, dict) and isinstance(wanted, dict):
        return {
            key: _only(live.get(key), value)
            for key, value in wanted.items()
            if key in live or _is_nothing(value)
        }
    if isinstance(live, list) and isinstance(wanted, list):
        pairs = [(_same(item, live), item) for item in wanted]
        if len(live) == len(wanted) and any(found is None for found, _ in pairs):
            pairs = list(zip(live, wanted, strict=True))  # items without a name of their own
        return [_only(found, item) for found, item in pairs if found is not None]
    same = str(live) == str(wanted) or (live is None and _is_nothing(wanted))
    return wanted if same else live


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", 0, False) or value in ([], {})
