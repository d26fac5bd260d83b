"""JSON patch (RFC 6902), as strict as the library that the API server uses."""

from collections.abc import Callable
from typing import Any

from sandbox.cluster.objects import JsonObject, copied

MISSING = object()


class PatchError(Exception):
    """An operation cannot be applied."""


def json_patch(target: JsonObject, operations: list[JsonObject]) -> JsonObject:
    """Return a copy of the target with all operations applied. Raises PatchError."""
    document: Any = copied(target)
    for operation in operations:
        apply = _OPERATIONS.get(str(operation.get("op")))
        if apply is None:
            raise PatchError(f"Unexpected kind: {operation.get('op')}")
        document = apply(document, operation)
    if not isinstance(document, dict):
        raise PatchError("the document is no object any more")
    return document


def _segments(pointer: Any) -> list[str]:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise PatchError(f"invalid path: {pointer}")
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]


def _get(document: Any, segments: list[str]) -> Any:
    for segment in segments:
        document = _child(document, segment)
    return document


def _child(parent: Any, segment: str) -> Any:
    if isinstance(parent, dict) and segment in parent:
        return parent[segment]
    if isinstance(parent, list) and segment.lstrip("-").isdigit():
        index = int(segment)
        if -len(parent) <= index < len(parent):
            return parent[index]
    raise PatchError(f"nonexistent path: {segment}")


def _put(document: Any, pointer: Any, value: Any) -> Any:
    segments = _segments(pointer)
    if not segments:
        return value
    parent, last = _get(document, segments[:-1]), segments[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        parent.insert(_index(parent, last), value)
    else:
        raise PatchError(f"nonexistent path: {pointer}")
    return document


def _index(parent: list[Any], segment: str) -> int:
    if segment == "-":
        return len(parent)
    if not segment.isdigit() or int(segment) > len(parent):
        raise PatchError(f"bad index: {segment}")
    return int(segment)


def _add(document: Any, operation: JsonObject) -> Any:
    return _put(document, operation.get("path"), operation.get("value"))


def _remove(document: Any, operation: JsonObject) -> Any:
    segments = _segments(operation.get("path"))
    _get(document, segments)
    parent, last = _get(document, segments[:-1]), segments[-1]
    del parent[int(last) if isinstance(parent, list) else last]
    return document


def _replace(document: Any, operation: JsonObject) -> Any:
    segments = _segments(operation.get("path"))
    _get(document, segments)
    if not segments:
        return operation.get("value")
    parent, last = _get(document, segments[:-1]), segments[-1]
    parent[int(last) if isinstance(parent, list) else last] = operation.get("value")
    return document


def _move(document: Any, operation: JsonObject) -> Any:
    value = _get(document, _segments(operation.get("from")))
    document = _remove(document, {"path": operation.get("from")})
    return _put(document, operation.get("path"), value)


def _copy(document: Any, operation: JsonObject) -> Any:
    value = _get(document, _segments(operation.get("from")))
    return _put(document, operation.get("path"), copied({"value": value})["value"])


def _test(document: Any, operation: JsonObject) -> Any:
    if _get(document, _segments(operation.get("path"))) != operation.get("value"):
        raise PatchError(f"testing value {operation.get('path')} failed")
    return document


_OPERATIONS: dict[str, Callable[[Any, JsonObject], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
