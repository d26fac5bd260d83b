"""What the YAML of a manifest stands for: an escaped ``A``, one in base64, a number in hex."""

from collections.abc import Iterator
from typing import Any

import yaml

from clients.errors import InvalidError

_ODD = (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def decoded(manifest: str) -> str:
    """Return every key and value on lines of its own, with and without gaps.

    Gaps are where a character does not print; it may be left out of what is said of the value.
    Raises InvalidError for what cannot be read, as nothing is known of it.
    """
    try:
        texts = [_text(each) for each in _scalars([*yaml.load_all(manifest, yaml.CSafeLoader)])]
    except _ODD as garbled:
        raise InvalidError("The manifest of the release cannot be read as YAML.") from garbled
    return "\n".join(form for text in texts for form in (_printed(text, " "), _printed(text, "")))


def _scalars(root: Any) -> Iterator[Any]:
    """Yield what stands below, each container once, however often an alias points to it."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, list | dict):
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            waiting += [*node, *node.values()] if isinstance(node, dict) else node


def _text(scalar: Any) -> str:
    return scalar.decode("utf-8", "replace") if isinstance(scalar, bytes) else str(scalar)


def _printed(text: str, gap: str) -> str:
    return "".join(each if each.isprintable() else gap for each in text)
