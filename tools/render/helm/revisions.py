"""``helm list`` and ``helm history``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.render.helm.times import ansic, go_string, rfc3339
from tools.render.helm.uitable import uitable

_LIST = ("NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION")
_HISTORY = ("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION")
_AT_REST = ("deployed", "superseded", "uninstalled")
LONGEST_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One revision of a release; ``updated`` is RFC 3339, empty without a time."""

    name: str
    namespace: str
    version: int
    updated: str
    status: str
    chart: str
    app_version: str
    description: str


def list_table(revisions: Sequence[Row]) -> str:
    """Print as ``helm list``; what is failed or pending says why in a column more."""
    rows = [
        (
            one.name,
            one.namespace,
            str(one.version),
            go_string(one.updated),
            one.status,
            one.chart,
            one.app_version,
        )
        for one in revisions
    ]
    lines = uitable([_LIST, *rows]).splitlines()
    reasons = [_reason(one) for one in revisions]
    if any(reasons):
        lines = [
            f"{line}\t{reason}" if reason else line
            for line, reason in zip(lines, ["DESCRIPTION", *reasons], strict=True)
        ]
    return "\n".join(lines) + "\n"


def _reason(revision: Row) -> str:
    text = "" if revision.status in _AT_REST else " ".join(revision.description.split())
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[:LONGEST_DESCRIPTION]}…"


def list_items(revisions: Sequence[Row]) -> list[dict[str, Any]]:
    """Give what ``helm list -o json`` does."""
    return [
        {
            "name": one.name,
            "namespace": one.namespace,
            "revision": str(one.version),
            "updated": go_string(one.updated),
            "status": one.status,
            "chart": one.chart,
            "app_version": one.app_version,
        }
        for one in revisions
    ]


def history_table(revisions: Sequence[Row]) -> str:
    """Print as ``helm history``."""
    rows = [
        (
            str(one.version),
            ansic(one.updated),
            one.status,
            one.chart,
            one.app_version,
            one.description,
        )
        for one in revisions
    ]
    return uitable([_HISTORY, *rows])


def history_items(revisions: Sequence[Row]) -> list[dict[str, Any]]:
    """Give what ``helm history -o json`` does."""
    return [
        {
            "revision": one.version,
            **({"updated": updated} if (updated := rfc3339(one.updated)) else {}),
            "status": one.status,
            "chart": one.chart,
            "app_version": one.app_version,
            "description": one.description,
        }
        for one in revisions
    ]
