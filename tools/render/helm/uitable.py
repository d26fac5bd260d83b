"""Helm's tables: ``gosuri/uitable`` with the settings of ``helm list`` and ``helm history``.

Every cell is padded to its column's width, cells are joined by tabs, nothing is trimmed. A column
is as wide as the widest line of its cells; a cell whose lines together are wider is cut first.
"""

import unicodedata
from collections.abc import Sequence

_NO_WIDTH = ("Mn", "Me", "Cf", "Cc")
_CUT = "..."


def uitable(rows: Sequence[Sequence[str]], most_width: int = 0) -> str:
    """Print rows, the header first; cells of several lines make rows of several lines.

    ``most_width`` bounds each column, as ``MaxColWidth`` does; 0 is no bound.
    """
    columns = range(len(rows[0]))
    widths = [max(_width(line) for row in rows for line in row[at].split("\n")) for at in columns]
    widths = [min(width, most_width or width) for width in widths]
    lines: list[str] = []
    for row in rows:
        cells = [_fitted(row[at], widths[at]).split("\n") for at in columns]
        for line in range(max(map(len, cells))):
            parts = [cell[line] if line < len(cell) else "" for cell in cells]
            lines.append("\t".join(_fitted(parts[at], widths[at]) for at in columns))
    return "\n".join(lines) + "\n"


def _fitted(text: str, width: int) -> str:
    """Pad to a width, or cut to it (``strutil.Resize``)."""
    present = _width(text)
    if present <= width:
        return text + " " * (width - present)
    kept, taken = "", 0
    for character in text:
        kept += character
        if taken + _width(character) >= width - len(_CUT):
            break
        taken += _width(character)
    return kept + _CUT


def _width(text: str) -> int:
    """Count columns: wide characters are two, combining and control characters none."""
    if text.isascii():
        return len(text) - text.count("\n") - text.count("\t")
    return sum(map(_width_of, text))


def _width_of(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
