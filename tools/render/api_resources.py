"""The types an API server serves, as ``kubectl api-resources`` prints them."""

from collections.abc import Iterable
from dataclasses import dataclass

from tools.render.tabwriter import align


@dataclass(frozen=True, slots=True, order=True)
class TypeRow:
    """One type; rows sort as kubectl sorts them, by group, then by name."""

    group: str
    name: str
    short_names: tuple[str, ...]
    api_version: str
    namespaced: bool
    kind: str


def api_resources_table(rows: Iterable[TypeRow]) -> list[str]:
    """Print kubectl's columns."""
    lines = [
        f"{row.name}\t{','.join(row.short_names)}\t{row.api_version}"
        f"\t{str(row.namespaced).lower()}\t{row.kind}"
        for row in sorted(rows)
    ]
    return align(["NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND", *lines])
