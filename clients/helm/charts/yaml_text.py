"""YAML of a stranger, read only after its expanded size is known.

The parser's events are counted first, each alias as large as what it repeats: anchors and merge
keys cannot make a small text large, and nothing is nested deep enough to exhaust a stack.
"""

from typing import Any

import yaml

from clients.errors import InvalidError

MOST_VALUES = 200_000
DEEPEST = 200


def loaded(text: str, what: str, most: int = MOST_VALUES) -> Any:
    """Return the one document's value; raises InvalidError naming ``what``."""
    try:
        _weigh(text, what, most)
        return yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as garbled:
        mark = getattr(garbled, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InvalidError(f"{what} is not YAML{where}.") from garbled
    except (ValueError, RecursionError) as odd:  # an impossible date, an integer of 5,000 digits
        raise InvalidError(f"{what} holds a value that cannot be read.") from odd


def mapping(text: str, what: str) -> dict[str, Any]:
    """Return the document, which has to be a mapping; an empty one is an empty mapping."""
    value = loaded(text, what)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidError(f"{what} is not a mapping.")
    return value


def _weigh(text: str, what: str, most: int) -> None:
    sizes = [0]
    anchors: dict[str, int] = {}
    names: list[str | None] = []
    for event in yaml.parse(text, yaml.CSafeLoader):
        size = 0
        if isinstance(event, yaml.CollectionStartEvent):
            names.append(event.anchor)
            sizes.append(1)
            if len(sizes) > DEEPEST:
                raise InvalidError(f"{what} is nested too deeply.")
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            size, anchor = sizes.pop(), names.pop()
        elif isinstance(event, yaml.ScalarEvent):
            size, anchor = 1, event.anchor
        elif isinstance(event, yaml.AliasEvent):
            size, anchor = anchors.get(event.anchor or "", most + 1), None  # within itself: endless
        else:
            continue
        sizes[-1] += size
        if anchor:
            anchors[anchor] = size
        if sizes[-1] > most:
            raise InvalidError(f"{what} has more than {most:,} values, aliases repeated.")
