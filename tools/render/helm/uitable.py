"""Helm's tables: ``gosuri/uitable`` with the settings of ``helm list`` and ``helm history``.

Every cell is padded to its column's width, cells are joined by tabs, nothing is trimmed. A column
is as wide as the widest line of its cells; a cell whose lines together are wider is cut first.
"""

import unicodedata
from collections.abc import Iterator, Sequence

_NO_WIDTH = ("Mn", "Me", "Cf", "Cc")
_CUT = "..."


def uitable(rows: Sequence[Sequence[str]], most_width: int = 0) -> str:
    """Print rows, the header first; cells of several lines make rows of several lines.

    ``most_width`` bounds each column, as ``MaxColWidth`` does; 0 is no bound.
    """
    columns = [_Column(cells, most_width) for cells in zip(*rows, strict=True)]
    lines: list[str] = []
    for row in rows:
        fitted = [column.fitted(cell) for column, cell in zip(columns, row, strict=True)]
        line = "\t".join(fitted)
        if "\n" in line:
            lines += _taller(columns, [cell.split("\n") for cell in fitted])
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


class _Column:
    """As wide as the widest line of its cells, and no wider than the bound (0 is none)."""

    def __init__(self, cells: Sequence[str], most_width: int) -> None:
        lines = {line for cell in set(cells) for line in cell.split("\n")}
        widest = max(map(_width, lines))
        self._width = min(widest, most_width or widest)

    def fitted(self, text: str) -> str:
        """Pad a cell, or cut it where its lines together are wider."""
        return _fitted(text, self._width)


def _taller(columns: Sequence[_Column], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """Print a row of several lines; a cell without more lines is blank."""
    for line in range(max(map(len, cells))):
        parts = [cell[line] if line < len(cell) else "" for cell in cells]
        yield "\t".join(column.fitted(part) for column, part in zip(columns, parts, strict=True))


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
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_width_of, text))


def _width_of(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
