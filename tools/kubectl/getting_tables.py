"""Tables for k8s_get: the server's own, page by page, several types at once, sorted on demand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clients.errors import ClientError, InvalidError
from clients.kubernetes import JsonObject, KubernetesReader, ListQuery
from clients.kubernetes.reader import PAGE_OBJECTS, PAGE_ROWS, Page
from clients.kubernetes.types.selections import Selection, Target
from tools.bounds import bounded
from tools.kubectl.paging import NARROW, Paging, fitted, footer, more_follow
from tools.render.jsonpath import Finder, finder
from tools.render.sorting import in_order
from tools.render.table import render_table, table_of
from tools.results import Answer

MOST_SORTED = 50_000


@dataclass(frozen=True, slots=True)
class TableForm:
    """Which columns, in which order, and the time that ages count to."""

    wide: bool
    sort_by: str
    now: datetime


async def answer(
    kubernetes: KubernetesReader,
    selection: Selection,
    targets: Sequence[Target],
    paging: Paging,
    form: TableForm,
) -> Answer:
    """Answer with one table, or with one per type."""
    if len(targets) > 1:
        return await _several(kubernetes, selection, targets, paging, form)
    target = targets[0]
    if form.sort_by and isinstance(target, ListQuery):
        return await _sorted(kubernetes, selection, target, paging, form)

    async def fetch(limit: int) -> Page:
        return await kubernetes.table(
            target,
            include=_include(selection),
            limit=min(limit, PAGE_ROWS),
            continue_token=paging.continue_token,
        )

    async def rendered(page: Page) -> tuple[str, int]:
        table = _table(page, form)
        return _text([table], selection, form), len(table["rows"])

    page, text = await fitted(fetch, rendered, paging)
    shown = len(_table(page, form)["rows"])
    lines = [text or await nothing_found(kubernetes, target), *_warned([page])]
    lines.append(footer(shown, "row", page.continue_token, page.remaining))
    return _answer(lines, page.continue_token)


async def _several(
    kubernetes: KubernetesReader,
    selection: Selection,
    targets: Sequence[Target],
    paging: Paging,
    form: TableForm,
) -> Answer:
    """Ask for every type at once; one that fails does not hide the others."""
    if paging.continue_token:
        raise InvalidError("A continue_token belongs to one resource type; give that one.")
    asked = [kubernetes.table(t, include=_include(selection), limit=paging.limit) for t in targets]
    results = await asyncio.gather(*asked, return_exceptions=True)
    pages: list[tuple[Target, Page]] = []
    refused: list[str] = []
    for target, outcome in zip(targets, results, strict=True):
        if isinstance(outcome, ClientError):
            refused.append(str(outcome))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            pages.append((target, outcome))
    kinds = [target.type.qualified_kind for target, _ in pages]
    text = _text([_table(page, form) for _, page in pages], selection, form, kinds)
    if not text and not refused:
        text = await nothing_found(kubernetes, targets[0])
    narrow = f"To see less, {NARROW}."
    fit = bounded(text, paging.text_bytes, narrow)
    cut = [t for t, page in pages if page.continue_token and isinstance(t, ListQuery)]
    warned = _warned([page for _, page in pages])
    lines = [fit.text, *refused, *warned, *more_follow(cut)]
    data = {"truncated": True} if fit.cut else {}
    return Answer(_joined(lines), narrow=narrow, data=data, error=not pages)


async def _sorted(
    kubernetes: KubernetesReader,
    selection: Selection,
    query: ListQuery,
    paging: Paging,
    form: TableForm,
) -> Answer:
    """Read every page, keep rows and keys, show the first ``limit``."""
    if paging.continue_token:
        raise InvalidError("Sorted lists are not paged: leave continue_token out, or sort_by.")
    find_all = _finder(form.sort_by)
    rows: list[JsonObject] = []
    found: list[list[Any]] = []
    table: JsonObject = {}
    token = ""
    while len(rows) < MOST_SORTED:
        page = await kubernetes.table(
            query, include="Object", limit=PAGE_OBJECTS, continue_token=token
        )
        table = _table(page, form)
        found += [find_all(row["object"]) for row in table["rows"]]
        rows += [_printed_part(row) for row in table["rows"]]
        token = page.continue_token
        if not token:
            break
    ordered = await asyncio.to_thread(_in_order, rows, found, form.sort_by)
    shown = {**table, "rows": ordered[: paging.limit]}
    text = _text([shown], selection, form) or await nothing_found(kubernetes, query)
    left = "" if len(rows) <= paging.limit and not token else _left_out(len(rows), paging.limit)
    return Answer(_joined([text, left]), narrow=f"To see less, {NARROW}.")


def _printed_part(row: JsonObject) -> JsonObject:
    """Keep of a row what is printed: a hundredth of the object it came with."""
    metadata = {"namespace": row["object"]["metadata"].get("namespace")}
    return {"cells": row["cells"], "object": {"metadata": metadata}}


def _finder(path: str) -> Finder:
    try:
        return finder(path)
    except ValueError as no_path:
        raise InvalidError(f'Argument "sort_by": {no_path}.') from no_path


def _in_order(
    rows: Sequence[JsonObject], found: Sequence[list[Any]], path: str
) -> Sequence[JsonObject]:
    try:
        return in_order(rows, found, path)
    except ValueError as unsortable:
        raise InvalidError(f'Argument "sort_by": {unsortable}.') from unsortable


def _left_out(found: int, limit: int) -> str:
    at_least = "more than " if found >= MOST_SORTED else ""
    shown = min(found, limit)
    return f"… the first {shown:,} of {at_least}{found:,} rows. For more: limit= · or {NARROW}."


async def nothing_found(kubernetes: KubernetesReader, target: Target) -> str:
    """Say that there is nothing, and where; an unknown namespace reads like an empty one."""
    if not (target.type.namespaced and target.namespace):
        return "No resources found."
    if missing := await kubernetes.missing_namespace(target.namespace):
        return f"No resources found: {missing}"
    return f'No resources found in namespace "{target.namespace}".'


def _include(selection: Selection) -> str:
    """Ask for rows without objects; only the namespace column needs their metadata."""
    return "Metadata" if selection.all_namespaces else "None"


def _table(page: Page, form: TableForm) -> JsonObject:
    table = page.table
    return table if table.get("kind") == "Table" else table_of(table.get("items", []), form.now)


def _text(
    tables: Sequence[JsonObject],
    selection: Selection,
    form: TableForm,
    kinds: Sequence[str] | None = None,
) -> str:
    lines = render_table(
        tables, wide=form.wide, with_namespace=selection.all_namespaces, with_kind=kinds
    )
    return "\n".join(lines)


def _warned(pages: Sequence[Page]) -> list[str]:
    said = dict.fromkeys(warning for page in pages for warning in page.warnings)
    return [f"Warning: {warning}" for warning in said]


def _answer(lines: Sequence[str], token: str) -> Answer:
    data = {"continue_token": token} if token else {}
    return Answer(_joined(lines), narrow=f"To see less, {NARROW}.", data=data)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)
