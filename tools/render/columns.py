"""``kubectl get -o custom-columns=NAME:.metadata.name,…``: a table of any fields."""

from collections.abc import Iterator, Sequence

from tools.render import JsonObject
from tools.render.jsonpath import Finder, finder
from tools.render.sprint import Value, escape_terminal, sprint
from tools.render.tabwriter import align

_NONE = "<none>"


def render_columns(
    spec: str, objects: Sequence[JsonObject], *, no_headers: bool = False
) -> list[str]:
    """Print one line for each object under the headers of the spec (kubectl's customcolumn.go).

    The spec is ``HEADER:path`` pairs with commas between. Several results are joined by commas,
    none is ``<none>``, and null is ``<nil>``. Raises ValueError, one sentence, for a spec that is
    none.
    """
    columns = [_column(part) for part in spec.split(",")]
    header = [] if no_headers else ["\t".join(name for name, _ in columns)]
    return align([*header, *_rows([find_all for _, find_all in columns], objects)])


def _column(part: str) -> tuple[str, Finder]:
    header, colon, path = part.partition(":")
    if not colon:
        raise ValueError(f"{part!r} is no column; write HEADER:path, as in NAME:.metadata.name")
    return header, finder(path)


def _rows(finders: Sequence[Finder], objects: Sequence[JsonObject]) -> Iterator[str]:
    for item in objects:
        line = "\t".join(_cell(find_all(item)) for find_all in finders)
        # A line break in a value breaks the row, as in kubectl.
        yield from line.replace("\f", "\n").split("\n")


def _cell(values: Sequence[Value]) -> str:
    return ",".join(escape_terminal(sprint(value)) for value in values) if values else _NONE
