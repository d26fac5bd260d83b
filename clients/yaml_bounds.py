"""How large a YAML text becomes when it is read, known before it is.

The parser's events are counted, each alias as large as what it repeats: neither anchors nor merge
keys can make a small text large, and nothing is nested deep enough to exhaust a stack.
"""

import yaml

from clients.errors import InvalidError

MOST_VALUES = 200_000
DEEPEST = 200


def check_size(text: str, what: str, most: int = MOST_VALUES) -> None:
    """Refuse a text one of whose documents has more values than ``most``, aliases repeated.

    Raises InvalidError naming ``what``, and ``yaml.YAMLError`` for what is no YAML.
    """
    sizes = [0]
    anchors: dict[str, int] = {}
    names: list[str | None] = []
    for event in yaml.parse(text, yaml.CSafeLoader):
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
            if isinstance(event, yaml.DocumentStartEvent):
                sizes, anchors = [0], {}
            continue
        sizes[-1] += size
        if anchor:
            anchors[anchor] = size
        if sizes[-1] > most:
            raise InvalidError(f"{what} has more than {most:,} values.")
