"""Lines of a description, in columns: kubectl's PrefixWriter over Go's ``text/tabwriter``."""

from collections.abc import Iterable

from tools.render.tabwriter import align

LEVEL_INDENT = "  "
COLUMN_PADDING = 2

# cli-runtime/pkg/printers/terminal.go; a form feed ends a line in tabwriter.
_ESCAPES = str.maketrans({"\x1b": "^[", "\r": "\\r", "\f": "\n"})


class Lines:
    """Collects lines and aligns them when it is turned into text.

    A tab ends a cell. Cells of one column are as wide as the widest of the *neighbouring* lines
    that have the column too; a line without a tab begins new columns. Each level indents by two
    spaces.
    """

    def __init__(self) -> None:
        self._lines: list[str | Lines] = []

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

    def aside(self) -> "Lines":
        """Return lines that stand here and take no part in the columns around them.

        What is added to kubectl's text goes there, so that its own lines stay as they are.
        """
        lines = Lines()
        self._lines.append(lines)
        return lines

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._aligned())

    def _aligned(self) -> list[str]:
        own: list[str] = []
        asides: list[tuple[int, list[str]]] = []
        for line in self._lines:
            if isinstance(line, Lines):
                asides.append((len(own), line._aligned()))
            else:
                own += line.translate(_ESCAPES).split("\n")
        lines = align(own, minimum=0, padding=COLUMN_PADDING, remember_widths=False)
        for position, aside in reversed(asides):
            lines[position:position] = aside
        return lines
