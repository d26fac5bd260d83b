"""Lines of a description, in columns: kubectl's PrefixWriter over Go's ``text/tabwriter``."""

from collections.abc import Iterable
from itertools import groupby

LEVEL_INDENT = "  "
COLUMN_PADDING = 2

# cli-runtime/pkg/printers/terminal.go; \v and \f end a cell and a line in tabwriter.
_ESCAPES = str.maketrans({"\x1b": "^[", "\r": "\\r", "\v": "\t", "\f": "\n"})


class Lines:
    """Collects lines and aligns them when it is turned into text.

    A tab ends a cell. Cells of one column are as wide as the widest of the *neighbouring* lines
    that have the column too; a line without a tab begins new columns. Each level indents by two
    spaces.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def text(self, line: str = "", level: int = 0) -> None:
        r"""Add a line as it stands; cells are separated by ``\t``."""
        self._lines.append(f"{LEVEL_INDENT * level}{line}")

    def field(self, label: str, value: object, level: int = 0) -> None:
        """Add ``Label:  value``."""
        self.text(f"{label}:\t{value}", level)

    def several(self, label: str, values: Iterable[str], level: int = 0) -> None:
        """Add ``Label:  first`` and each further value below the first; ``<none>`` without any."""
        first, *others = list(values) or ["<none>"]
        self.field(label, first, level)
        for value in others:
            self.text(f"\t{value}", level)

    def row(self, *cells: object, level: int = 1) -> None:
        """Add a table's row."""
        self.text("\t".join(str(cell) for cell in cells), level)

    def header(self, *titles: str, level: int = 1) -> None:
        """Add a table's titles, each underlined by as many dashes as it has characters."""
        self.row(*titles, level=level)
        self.row(*("-" * len(title) for title in titles), level=level)

    def __str__(self) -> str:
        if not self._lines:
            return ""
        return aligned("\n".join(self._lines).translate(_ESCAPES)) + "\n"


def aligned(text: str) -> str:
    """Align tab-ended cells as ``tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)`` does."""
    rows = [line.split("\t") for line in text.split("\n")]
    column, with_column = 0, list(range(len(rows)))
    while with_column := [at for at in with_column if len(rows[at]) - 1 > column]:
        for block in _neighbours(with_column):
            width = max(len(rows[at][column]) for at in block) + COLUMN_PADDING
            for at in block:
                rows[at][column] = rows[at][column].ljust(width)
        column += 1
    return "\n".join("".join(row) for row in rows)


def _neighbours(numbers: list[int]) -> Iterable[list[int]]:
    """Cut ascending numbers into runs without a gap."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        yield [number for _, number in run]
