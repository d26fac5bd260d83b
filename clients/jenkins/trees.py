"""The ``tree`` of a query: which fields Jenkins shall return.

Grammar followed: stapler's ``NamedPathPruner``. Jenkins answers a malformed one with a page about
an internal error (500), so it is checked here.
"""

import re

from clients.errors import InvalidError
from clients.kubernetes.names import shown

MOST_CHARACTERS = 2000  # with the rest of the request it has to fit into 8 KiB
MOST_DEEP = 8
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\*|\{(?:\d{1,6}(?:,\d{0,6})?|,\d{1,6})\}|[\[\],]")


def checked(tree: str) -> str:
    """Return ``tree`` without blanks if Jenkins can read it; refuse it in a sentence otherwise."""
    compact = re.sub(r"[ \t\n]+", "", tree)
    if not compact or len(compact) > MOST_CHARACTERS or not _is_list(compact):
        raise InvalidError(
            f'Argument "tree": {shown(tree)} is not a list of fields as Jenkins takes it, such as '
            '"name,builds[number,result]{0,5}". Nothing was sent.'
        )
    return compact


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
