"""What a printer is made of (columns, and cells from an object), and the register of them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject

Cells = list[Any]
CellsOf = Callable[[JsonObject, datetime], Cells]
ConditionsOf = Callable[[JsonObject], list[JsonObject]]


@dataclass(frozen=True)
class Printer:
    """How the objects of one resource become the rows of a Table."""

    columns: list[JsonObject]
    cells: CellsOf
    conditions: ConditionsOf | None = None

    def table(self, objects: Iterable[JsonObject], now: datetime) -> JsonObject:
        """Print `objects` in their order; the rows lack `object`, which the server adds."""
        return {
            "columnDefinitions": self.columns,
            "rows": [self.row(item, now) for item in objects],
        }

    def row(self, item: JsonObject, now: datetime) -> JsonObject:
        """Print one object; `conditions` only when there are any, as on the wire."""
        row: JsonObject = {"cells": self.cells(item, now)}
        if conditions := self.conditions(item) if self.conditions else []:
            row["conditions"] = conditions
        return row


PRINTERS: dict[tuple[str, str], Printer] = {}
"""By group and plural; a version makes no difference to any built-in resource but `autoscaling`."""


def prints(
    *resources: str, columns: str, conditions: ConditionsOf | None = None
) -> Callable[[CellsOf], CellsOf]:
    """Register the decorated function as the printer of `plural.group` (or `plural`) resources.

    `columns` reads `Name, Desired:integer, Images*`: a type after the colon when it is not
    string, a star for a wide column (priority 1).
    """

    def register(cells: CellsOf) -> CellsOf:
        printer = Printer(defined(columns), cells, conditions)
        for resource in resources:
            plural, _, group = resource.partition(".")
            PRINTERS[(group, plural)] = printer
        return cells

    return register


def defined(columns: str) -> list[JsonObject]:
    """Spell out column definitions from their short form."""
    return [_definition(column) for column in columns.split(", ")]


def _definition(column: str) -> JsonObject:
    name, _, rest = column.rstrip("*").partition(":")
    kind, _, form = rest.partition("/")
    return {
        "name": name,
        "type": kind or "string",
        "format": form or ("name" if name == "Name" else ""),
        "description": "",
        "priority": 1 if column.endswith("*") else 0,
    }
