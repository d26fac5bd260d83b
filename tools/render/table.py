"""Server-side Tables (``meta.k8s.io/v1 Table``) as the text ``kubectl get`` prints.

Follows cli-runtime's ``printers/tableprinter.go`` and the grouping of ``kubectl/pkg/cmd/get``.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from tools.render import JsonObject
from tools.render.ages import age
from tools.render.sprint import escape_terminal, sprint
from tools.render.tabwriter import align

_LINE_BREAK = re.compile(r"[\f\n\r]")
_NAME_COLUMN = {"name": "Name", "type": "string", "format": "name"}
_AGE_COLUMN = {"name": "Age", "type": "string"}


def render_table(
    tables: Sequence[JsonObject],
    *,
    wide: bool = False,
    with_namespace: bool = False,
    with_kind: Sequence[str] | None = None,
    no_headers: bool = False,
    show_labels: bool = False,
    label_columns: Sequence[str] = (),
) -> list[str]:
    """Print Tables as lines, header first; no rows give no lines.

    ``with_kind`` names the kind of each Table (``deployment.apps``) when several are shown: names
    become ``deployment.apps/web``, and an empty line stands between kinds. Neighbouring Tables of
    one kind, such as the pages of a list, share a header and their columns' widths.
    ``with_namespace`` adds the NAMESPACE column to kinds whose rows have a namespace.
    """
    kinds: Sequence[str] = [""] * len(tables) if with_kind is None else with_kind
    lines: list[str] = []
    for kind, group in groupby(zip(kinds, tables, strict=True), key=lambda pair: pair[0]):
        pages = [table for _, table in group if table.get("rows")]
        layout = _Layout(
            kind,
            wide=wide,
            with_namespace=with_namespace and _any_namespace(pages),
            label_columns=label_columns,
            show_labels=show_labels,
        )
        block = align(_group_lines(pages, layout, no_headers))
        lines += ["", *block] if lines and block and not no_headers else block
    return lines


def table_of(objects: Sequence[JsonObject], now: datetime) -> JsonObject:
    """Build the Table kubectl falls back to where a server sends none: NAME and AGE."""
    rows = [
        {"cells": [metadata.get("name", ""), age(metadata.get("creationTimestamp"), now)]}
        | {"object": item}
        for item in objects
        for metadata in [item.get("metadata") or {}]
    ]
    return {"kind": "Table", "columnDefinitions": [_NAME_COLUMN, _AGE_COLUMN], "rows": rows}


class _Layout:
    """Which cells of a Table are shown, and which are added from the rows' objects."""

    def __init__(
        self,
        kind: str,
        *,
        wide: bool,
        with_namespace: bool,
        label_columns: Sequence[str],
        show_labels: bool,
    ) -> None:
        self._kind = kind.lower()
        self._wide = wide
        self._with_namespace = with_namespace
        self._label_columns = label_columns
        self._show_labels = show_labels
        self._reads_objects = with_namespace or show_labels or bool(label_columns)

    def shown(self, columns: Sequence[JsonObject]) -> list[int]:
        every = range(len(columns))
        return [i for i in every if self._wide or not columns[i].get("priority")]

    def header(self, columns: Sequence[JsonObject]) -> str:
        names = [str(columns[index]["name"]).upper() for index in self.shown(columns)]
        labels = [label.rpartition("/")[2].upper() for label in self._label_columns]
        return "\t".join(self._framed("NAMESPACE", names, [*labels, "LABELS"]))

    def rows(self, table: JsonObject, columns: Sequence[JsonObject]) -> Iterator[str]:
        shown = self.shown(columns)
        name = _name_position(columns, shown) if self._kind else None
        for row in table["rows"]:
            cells = row["cells"]
            texts = [_cell(cells[index]) for index in shown if index < len(cells)]
            if name is not None and name < len(texts):
                texts[name] = f"{self._kind}/{texts[name]}"
            yield "\t".join(self._with_metadata(row, texts) if self._reads_objects else texts)

    def _with_metadata(self, row: JsonObject, texts: list[str]) -> list[str]:
        metadata = (row.get("object") or {}).get("metadata")
        if metadata is None:
            return self._framed("", texts, [""] * (len(self._label_columns) + 1))
        labels = metadata.get("labels") or {}
        values = [_cell(labels.get(label)) for label in self._label_columns]
        return self._framed(
            _cell(metadata.get("namespace")), texts, [*values, _cell(_labels_text(labels))]
        )

    def _framed(self, namespace: str, texts: list[str], labels: list[str]) -> list[str]:
        """Put the namespace before and the label columns after, as far as they are asked for."""
        before = [namespace] if self._with_namespace else []
        return [*before, *texts, *(labels if self._show_labels else labels[:-1])]


def _group_lines(pages: Sequence[JsonObject], layout: _Layout, no_headers: bool) -> Iterator[str]:
    columns: list[JsonObject] = []
    for page in pages:
        # Tables in later watch events, and the pages of some servers, leave the columns out.
        definitions = page.get("columnDefinitions") or columns
        if definitions != columns and not no_headers:
            yield layout.header(definitions)
        columns = definitions
        yield from layout.rows(page, columns)


def _cell(value: Any) -> str:
    if value.__class__ is str:
        # Most cells are plain words; a regular expression for each would be half of the time.
        return value if value.isprintable() else _one_line(value)
    return "" if value is None else _one_line(sprint(value))


def _one_line(text: str) -> str:
    first, *rest = _LINE_BREAK.split(text, maxsplit=1)
    return escape_terminal(first) + ("..." if rest else "")


def _labels_text(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>"


def _name_position(columns: Sequence[JsonObject], shown: list[int]) -> int | None:
    """Find the first column that holds names among the shown ones, unless that one is hidden."""
    for index, column in enumerate(columns):
        if column.get("format") == "name" and column.get("type") == "string":
            return shown.index(index) if index in shown else None
    return None


def _any_namespace(tables: Sequence[JsonObject]) -> bool:
    return any(
        ((row.get("object") or {}).get("metadata") or {}).get("namespace")
        for table in tables
        for row in table["rows"]
    )
