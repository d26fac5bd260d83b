"""Strategic merge patch: lists are merged by the keys that the schema declares.

Follows apimachinery `pkg/util/strategicpatch/patch.go`; `$setElementOrder`, `$retainKeys`,
`$deleteFromPrimitiveList` and `$patch` are understood.
"""

from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.schemas import Schema
from sandbox.cluster.schemas.schema import ANYTHING

ORDER = "$setElementOrder/"
DELETED = "$deleteFromPrimitiveList/"
RETAINED = "$retainKeys"
DIRECTIVE = "$patch"


class StrategicPatchError(Exception):
    """The patch does not fit the object; the text is the server's."""


def strategic_patch(target: JsonObject, patch: JsonObject, schema: Schema) -> JsonObject:
    """Return the target with the patch merged in. Raises StrategicPatchError."""
    directive = patch.get(DIRECTIVE)
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != DIRECTIVE}
    if directive == "delete":
        return {}
    merged = _retained(target, patch)
    for key, value in patch.items():
        if not key.startswith("$"):
            _merge_member(merged, key, value, schema.field(key) or ANYTHING)
    for key, value in patch.items():
        if key.startswith(DELETED):
            name = key.removeprefix(DELETED)
            merged[name] = [each for each in merged.get(name) or [] if each not in value]
        if key.startswith(ORDER):
            name = key.removeprefix(ORDER)
            if isinstance(merged.get(name), list):
                merged[name] = _ordered(merged[name], value, schema.field(name) or ANYTHING)
    return merged


def _retained(target: JsonObject, patch: JsonObject) -> JsonObject:
    if RETAINED not in patch:
        return dict(target)
    return {key: value for key, value in target.items() if key in patch[RETAINED]}


def _merge_member(merged: JsonObject, key: str, value: Any, schema: Schema) -> None:
    before = merged.get(key)
    if value is None:
        merged.pop(key, None)
    elif isinstance(value, dict):
        base = before if isinstance(before, dict) else {}
        merged[key] = strategic_patch(base, value, schema)
        if value.get(DIRECTIVE) == "delete":
            del merged[key]
    elif isinstance(value, list) and "merge" in schema.strategies:
        merged[key] = _merged_list(before or [], value, schema)
    else:
        merged[key] = value


def _merged_list(before: list[Any], patch: list[Any], schema: Schema) -> list[Any]:
    key = schema.merge_key
    if not key:
        return [*before, *(each for each in patch if each not in before)]
    if any(isinstance(each, dict) and each.get(DIRECTIVE) == "replace" for each in patch):
        return [each for each in patch if DIRECTIVE not in each]
    merged = list(before)
    for each in patch:
        if not isinstance(each, dict) or key not in each:
            raise StrategicPatchError(f"map: {each} does not contain declared merge key: {key}")
        _merge_item(merged, each, key, schema)
    return merged


def _merge_item(merged: list[Any], patch: JsonObject, key: str, schema: Schema) -> None:
    index = next((i for i, each in enumerate(merged) if each.get(key) == patch[key]), None)
    if patch.get(DIRECTIVE) == "delete":
        if index is not None:
            del merged[index]
    elif index is None:
        merged.append({k: v for k, v in patch.items() if k != DIRECTIVE})
    else:
        merged[index] = strategic_patch(merged[index], patch, schema.items)


def _ordered(items: list[Any], order: list[Any], schema: Schema) -> list[Any]:
    """Bring listed items into the order given; others stay after what they stood behind."""
    key = schema.merge_key

    def identity(item: Any) -> Any:
        return item.get(key) if key and isinstance(item, dict) else item

    wanted = [identity(each) for each in order]
    listed = sorted(
        (each for each in items if identity(each) in wanted),
        key=lambda each: wanted.index(identity(each)),
    )
    rest = iter(listed)
    return [next(rest) if identity(each) in wanted else each for each in items]
