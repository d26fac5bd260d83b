"""Tab-separated text as aligned columns: Go's tabwriter, in the two settings kubectl uses."""

import re
from collections.abc import Iterable, Sequence

_CELL_END = re.compile(r"[\t\v]")


def align(
    lines: Iterable[str], *, minimum: int = 6, padding: int = 3, remember_widths: bool = True
) -> list[str]:
    """Turn each line's tabs into spaces, so that cells stand under each other.

    A column is a run of neighbouring lines that have a cell there; a line's last cell belongs to no
    column and is never padded. ``remember_widths`` (kubectl's tables, github.com/liggitt/tabwriter)
    never lets a column become narrower further down; without it (describe: minimum 0, padding 2)
    each run has its own width. Widths count code points.
    """
    rows = [_CELL_END.split(line) for line in lines]
    if len({len(row) for row in rows}) <= 1:
        return _aligned_evenly(rows, minimum, padding)
    return _Columns(rows, minimum, padding, remember_widths).aligned()


def _aligned_evenly(rows: Sequence[Sequence[str]], minimum: int, padding: int) -> list[str]:
    """Align rows of equally many cells: no run of lines ends early, so one pass suffices."""
    columns = [_padded(column, minimum, padding) for column in list(zip(*rows, strict=True))[:-1]]
    last = [row[-1] for row in rows]
    return ["".join(cells) for cells in zip(*columns, last, strict=True)]


def _padded(column: Sequence[str], minimum: int, padding: int) -> list[str]:
    width = max(minimum, max(map(len, column)) + padding)
    return [cell.ljust(width) for cell in column]


class _Columns:
    """Align rows that differ in their number of cells, as tabwriter's ``format``."""

    def __init__(
        self, rows: list[list[str]], minimum: int, padding: int, remember_widths: bool
    ) -> None:
        self._rows = rows
        self._minimum = minimum
        self._padding = padding
        self._remembered: list[int] | None = [] if remember_widths else None

    def aligned(self) -> list[str]:
        start = 0
        for position, row in enumerate(self._rows):
            # A line of a single cell ends all columns: tabwriter flushes there.
            if len(row) == 1:
                self._format(start, position)
                start = position + 1
        self._format(start, len(self._rows))
        return ["".join(row) for row in self._rows]

    def _format(self, start: int, end: int) -> None:
        """Pad each run of rows that share a column, leftmost column first."""
        # A stack and not recursion: a cell may bring any number of tabs.
        pending = [(start, end, 0)]
        while pending:
            start, end, column = pending.pop()
            run_start, run_end = self._next_run(start, end, column)
            if run_start < run_end:
                self._pad(run_start, run_end, column)
                pending += (run_end, end, column), (run_start, run_end, column + 1)

    def _next_run(self, start: int, end: int, column: int) -> tuple[int, int]:
        """Find the first neighbouring rows that have a cell in ``column`` and one after it."""
        while start < end and column >= len(self._rows[start]) - 1:
            start += 1
        run_end = start
        while run_end < end and column < len(self._rows[run_end]) - 1:
            run_end += 1
        return start, run_end

    def _pad(self, start: int, end: int, column: int) -> None:
        rows = self._rows[start:end]
        widest = max(len(row[column]) for row in rows)
        width = self._remember(column, max(self._minimum, widest + self._padding))
        for row in rows:
            row[column] = row[column].ljust(width)

    def _remember(self, column: int, width: int) -> int:
        if self._remembered is None:
            return width
        if column == len(self._remembered):
            self._remembered.append(width)
        self._remembered[column] = max(self._remembered[column], width)
        return self._remembered[column]
