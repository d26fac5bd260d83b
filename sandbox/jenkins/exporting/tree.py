"""The grammar of `tree` (stapler `NamedPathPruner`): `name[sub,...]{range},...`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

UNBOUNDED = 2**31 - 1
_TOKEN = re.compile(r"[,\[\]{}]|[^,\[\]{}]+")
_MARKS = frozenset(",[]{}")


class TreeError(Exception):
    """The text is no tree; Jenkins answers 500."""


@dataclass
class Tree:
    """Names to write, `*` for all others, and which elements of a list."""

    children: dict[str, Tree] = field(default_factory=dict)
    start: int = 0
    end: int = UNBOUNDED

    def child(self, name: str) -> Tree | None:
        """Return what to write of a property, None when it is not asked for."""
        return self.children.get(name) or self.children.get("*")


def parse_tree(text: str) -> Tree:
    """Parse the value of `tree`. Raises TreeError."""
    parser = _Parser(_TOKEN.findall(text))
    children = parser.names()
    parser.expect("")
    return Tree(children)


class _Parser:
    """A recursive descent over the tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*tokens, ""]
        self._position = 0

    @property
    def _next(self) -> str:
        return self._tokens[self._position]

    def _accept(self, mark: str) -> bool:
        if self._next != mark:
            return False
        self._position += 1
        return True

    def expect(self, mark: str) -> None:
        """Take one mark; the empty one is the end."""
        if self._next != mark:
            raise TreeError(f"expected {mark or 'the end'} before {self._next!r}")
        self._position += 1

    def names(self) -> dict[str, Tree]:
        """Parse names separated by commas."""
        children: dict[str, Tree] = {}
        self._name(children)
        while self._accept(","):
            self._name(children)
        return children

    def _name(self, children: dict[str, Tree]) -> None:
        tree = children[self._word()] = Tree()
        if self._accept("["):
            tree.children = self.names()
            self.expect("]")
        if self._accept("{"):
            tree.start, tree.end = self._range()
            self.expect("}")

    def _range(self) -> tuple[int, int]:
        """Parse `M,N` (N excluded), `M,`, `,N` or `N` (this one element)."""
        if self._accept(","):
            return 0, self._number()
        start = self._number()
        if not self._accept(","):
            return start, start + 1
        return start, UNBOUNDED if self._next == "}" else self._number()

    def _number(self) -> int:
        word = self._word()
        if not re.fullmatch("[0-9]+", word):
            raise TreeError(f"expected a number instead of {word!r}")
        return int(word)

    def _word(self) -> str:
        word = self._next
        if not word or word in _MARKS:
            raise TreeError(f"expected a name before {word!r}")
        self._position += 1
        return word
