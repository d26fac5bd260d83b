"""What a rendering with placeholders comes to, told so that it compares with what is there.

Where a template has only passed a stored secret on, into a URL or as base64, the value that it
would have is worked out here, and the same as what the other side shows. It is shown only if the
other side shows it too, or if it is masked as a whole. Whatever else was made of a placeholder is
shown as that: it tells nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from clients.helm.secrecy.placeholders import Placeholders
from clients.kubernetes.objects import JsonObject
from clients.masking import Masking

_WHOLE = "<redacted "
Path = tuple[str | int, ...]


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
    exchanges: dict[str, str] = {}
    changed: dict[Path, str] = {}
    texts = {text for _, text in _texts(after)}
    for path, forms, shown in _made(rendered, there, placeholders, masking):
        exchanges |= dict.fromkeys(forms, shown)
        if not texts.intersection(forms):
            changed[path] = shown

    def told(path: Path, text: str) -> str:
        return changed.get(path) or exchanges.get(text) or placeholders.shown(text)

    shown_object: JsonObject = _mapped(after, told)
    return shown_object


def filled(rendered: JsonObject, placeholders: Placeholders) -> JsonObject:
    """Return an object with the values behind its placeholders: to compare, never to show."""
    made: JsonObject = _mapped(rendered, lambda _, text: placeholders.real(text))
    return made


def shows_nothing_new(shown: JsonObject | None, known: Sequence[JsonObject | None]) -> bool:
    """Whether every text and key of an object is known, or masked as a whole."""
    there = {each for node in known for each in _words(node)}
    return all(each in there or each.startswith(_WHOLE) for each in _words(shown))


def _words(node: Any) -> Iterator[str]:
    for path, text in _texts(node):
        yield text
        yield from (part for part in path if isinstance(part, str))


def _made(
    rendered: JsonObject, there: set[str], placeholders: Placeholders, masking: Masking
) -> Iterator[tuple[Path, tuple[str, str], str]]:
    """Yield of each text made with a placeholder where it is, its masked forms, what is shown."""
    masked = dict(_texts(masking.mask(_copied(rendered))))
    real = dict(_texts(masking.mask(filled(rendered, placeholders))))
    for path, text in _texts(rendered):
        if not placeholders.within(text) or path not in masked:
            continue
        seen, would = masked[path], real.get(path, "")
        whole = seen != text and seen.startswith(_WHOLE)
        shown = would if whole or would in there else placeholders.shown(seen)
        yield path, (seen, would), shown


def _texts(node: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    match node:
        case str():
            yield path, node
        case dict():
            for key, value in node.items():
                yield from _texts(value, (*path, key))
        case list():
            for position, value in enumerate(node):
                yield from _texts(value, (*path, position))


def _mapped(node: Any, change: Callable[[Path, str], str], path: Path = ()) -> Any:
    match node:
        case str():
            return change(path, node)
        case dict():
            return {
                change((), key): _mapped(value, change, (*path, key)) for key, value in node.items()
            }
        case list():
            return [_mapped(value, change, (*path, at)) for at, value in enumerate(node)]
    return node


def _copied(obj: JsonObject) -> JsonObject:
    copy: JsonObject = orjson.loads(orjson.dumps(obj))
    return copy
