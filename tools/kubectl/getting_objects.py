"""Whole objects for k8s_get: json, yaml, names, JSONPath, custom columns."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import InvalidError
from clients.kubernetes import JsonObject, KubernetesReader, ListQuery, ObjectList
from clients.kubernetes.selections import Target
from tools.kubectl.getting_tables import nothing_found
from tools.kubectl.paging import NARROW, Paging, fitted, footer
from tools.render.columns import render_columns
from tools.render.documents import to_json, to_list, to_names, to_yaml
from tools.render.jsonpath import render_jsonpath
from tools.render.sorting import sort_by
from tools.results import Answer

MOST_PER_PAGE = 100  # rendering yaml of more at once would keep every other call waiting


@dataclass(frozen=True, slots=True)
class ObjectForm:
    """``json``, ``yaml``, ``name``, ``jsonpath`` or ``custom-columns``, and the template."""

    form: str
    template: str
    sort_by: str

    def text(self, objects: Sequence[JsonObject], *, single: bool) -> str:
        """Render; one object asked for by name is not wrapped in a List."""
        ordered = sort_by(objects, self.sort_by) if self.sort_by else objects
        document = ordered[0] if single else to_list(ordered)
        match self.form:
            case "json":
                return to_json(document)
            case "yaml":
                return to_yaml(document)
            case "name":
                return "\n".join(to_names(ordered))
            case "jsonpath":
                return render_jsonpath(self.template, document)
        return "\n".join(render_columns(self.template, ordered))


async def answer(
    kubernetes: KubernetesReader,
    targets: Sequence[Target],
    paging: Paging,
    form: ObjectForm,
) -> Answer:
    """Answer with one object, one page of a list, or the objects of several types."""
    try:
        if len(targets) == 1 and isinstance(targets[0], ListQuery):
            return await _list(kubernetes, targets[0], paging, form)
        return await _all(kubernetes, targets, paging, form)
    except ValueError as template:  # the caller's JSONPath or columns
        raise InvalidError(str(template)) from template


async def _list(
    kubernetes: KubernetesReader,
    query: ListQuery,
    paging: Paging,
    form: ObjectForm,
) -> Answer:
    async def fetch(limit: int) -> ObjectList:
        if form.form in ("json", "yaml") or paging.continue_token:
            return await kubernetes.page(query, min(limit, MOST_PER_PAGE), paging.continue_token)
        return await kubernetes.list(query, limit)

    def rendered(page: ObjectList) -> tuple[str, int]:
        return form.text(page.items, single=False), len(page.items)

    page, text = await fitted(fetch, rendered, paging)
    if not page.items and form.form == "name":
        text = await nothing_found(kubernetes, query)
    left = footer(len(page.items), "objects", page.continue_token, page.remaining)
    data = {"continue_token": page.continue_token} if page.continue_token else {}
    lines = "\n".join(filter(None, [text, left]))
    return Answer(lines, narrow=f"To see less, {NARROW}, or output=jsonpath=….", data=data)


async def _all(
    kubernetes: KubernetesReader,
    targets: Sequence[Target],
    paging: Paging,
    form: ObjectForm,
) -> Answer:
    if paging.continue_token:
        raise InvalidError("A continue_token belongs to a list of one type.")
    found = await asyncio.gather(*(_objects(kubernetes, one, paging.limit) for one in targets))
    objects = [obj for group in found for obj in group]
    text = form.text(objects, single=len(targets) == 1)
    if not objects and form.form == "name":
        text = await nothing_found(kubernetes, targets[0])
    return Answer(text, narrow=f"To see less, {NARROW}, or output=jsonpath=….")


async def _objects(
    kubernetes: KubernetesReader, target: Target, limit: int
) -> Sequence[JsonObject]:
    if isinstance(target, ListQuery):
        return (await kubernetes.list(target, limit)).items
    return [await kubernetes.get(target)]
