"""The ``tree`` of a query: which fields Jenkins shall return.

Grammar followed: stapler's ``NamedPathPruner``. Jenkins answers a malformed one with a page about
an internal error (500), so it is checked here.
"""

import re
from collections.abc import Iterator

from clients.errors import InvalidError
from clients.kubernetes.names import shown

MOST_CHARACTERS = 2000  # with the rest of the request it has to fit into 8 KiB
MOST_DEEP = 8
_GO_BY_NAME = {"value", "defaultValue", "defaultParameterValue", "choices"}
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\*|\{(?:\d{1,6}(?:,\d{0,6})?|,\d{1,6})\}|[\[\],]")


def checked(tree: str) -> str:
    """Return ``tree`` without blanks, values with their names; refuse what Jenkins cannot read."""
    compact = re.sub(r"[ \t\n]+", "", tree)
    if not compact or len(compact) > MOST_CHARACTERS or not _is_list(compact):
        raise InvalidError(
            f'Argument "tree": {shown(tree)} is not a list of fields as Jenkins takes it, such as '
            '"name,builds[number,result]{0,5}". Nothing was sent.'
        )
    return _with_names(compact)


def _with_names(tree: str) -> str:
    """Ask for the name of what is asked for a value: by it, it is known what to show of it."""
    levels: list[tuple[set[str], list[str]]] = [(set(), [])]
    for part in _TOKEN.findall(tree):
        if part[0] == "]":
            names, parts = levels.pop()
            levels[-1][1].extend([*parts, *_missing(names)])
        levels[-1][1].append(part)
        if part[0] == "[":
            levels.append((set(), []))
        elif part[0] not in "],{":
            levels[-1][0].add(part)
    names, parts = levels[0]
    return "".join([*parts, *_missing(names)])


def _missing(names: set[str]) -> Iterator[str]:
    if names & _GO_BY_NAME and not names & {"name", "*"}:
        yield ",name"


def _is_list(text: str) -> bool:
    """Read ``name[list]{range},…``: a name must be followed by what may follow a name."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        return False
    depth, before = 0, ","
    for token in tokens:
        kind = token[0] if token[0] in "[],{" else "name"
        if kind not in _MAY_FOLLOW[before]:
            return False
        depth += (kind == "[") - (kind == "]")
        if not 0 <= depth <= MOST_DEEP:
            return False
        before = kind
    return depth == 0 and before not in (",", "[")


_MAY_FOLLOW = {
    ",": {"name"},
    "[": {"name"},
    "name": {"[", "]", ",", "{"},
    "]": {"]", ",", "{"},
    "{": {"]", ","},
}
