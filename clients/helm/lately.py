"""Records read lately, packed as they came: several things are asked of one release in a row.

A record is asked for by what a list of labels has just said of it, uid and version: one that was
changed is another, and whoever may not list the records any more is refused before.
"""

from collections import OrderedDict
from typing import Any

JsonObject = dict[str, Any]
Key = tuple[str, str]

MOST_CHARACTERS = 2 * 2**20  # the largest record has not quite 1.5 million


class Lately:
    """The last few records; the oldest make room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, JsonObject] = OrderedDict()
        self._characters = 0

    def get(self, key: Key) -> JsonObject | None:
        """Return an object's ``data``."""
        if (data := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return data

    def keep(self, key: Key, data: JsonObject) -> None:
        """Remember an object's ``data`` for as long as there is room."""
        if not all(key) or _characters(data) > MOST_CHARACTERS or key in self._kept:
            return
        self._kept[key] = data
        self._characters += _characters(data)
        while self._characters > MOST_CHARACTERS:
            self._characters -= _characters(self._kept.popitem(last=False)[1])


def _characters(data: JsonObject) -> int:
    return sum(len(str(value)) for value in data.values())
