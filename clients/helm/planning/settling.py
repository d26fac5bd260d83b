"""What a rendering with placeholders comes to, told so that it compares with what is there.

Where a template has only passed a stored secret on, into a URL or as base64, the value that it
would have is worked out here, and the same as what the other side shows. It is shown only if the
other side shows it too, or if it is masked as a whole. Whatever else was made of a placeholder is
shown as that: it tells nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from clients.helm.secrecy.placeholders import Placeholders
from clients.kubernetes.objects import JsonObject
from clients.masking import Masking

_WHOLE = "<redacted "


def settled(
    after: JsonObject | None,
    rendered: JsonObject,
    before: JsonObject | None,
    placeholders: Placeholders | None,
    masking: Masking,
) -> JsonObject | None:
    """Return what is shown of an object; ``after`` and ``before`` are masked already."""
    if after is None or not placeholders:
        return after
    there = {text for _, text in _texts(before)}
    exchanges = dict(_exchanges(rendered, there, placeholders, masking))
    told: JsonObject = _mapped(after, lambda text: exchanges.get(text) or placeholders.shown(text))
    return told


def _exchanges(
    rendered: JsonObject, there: set[str], placeholders: Placeholders, masking: Masking
) -> Iterator[tuple[str, str]]:
    """Yield for texts made with a placeholder, as masked, what is shown instead."""
    masked = dict(_texts(masking.mask(_copied(rendered))))
    real = dict(_texts(masking.mask(_mapped(rendered, placeholders.real))))
    for path, text in _texts(rendered):
        if not placeholders.within(text) or path not in masked:
            continue
        would, seen = real.get(path, ""), masked[path]
        if would in there or (seen != text and seen.startswith(_WHOLE)):
            yield seen, would


def _texts(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    match node:
        case str():
            yield path, node
        case dict():
            for key, value in node.items():
                yield from _texts(value, (*path, key))
        case list():
            for position, value in enumerate(node):
                yield from _texts(value, (*path, position))


def _mapped(node: Any, change: Callable[[str], str]) -> Any:
    match node:
        case str():
            return change(node)
        case dict():
            return {change(key): _mapped(value, change) for key, value in node.items()}
        case list():
            return [_mapped(value, change) for value in node]
    return node


def _copied(obj: JsonObject) -> JsonObject:
    copy: JsonObject = orjson.loads(orjson.dumps(obj))
    return copy
