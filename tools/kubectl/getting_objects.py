"""Whole objects for k8s_get: json, yaml, names, JSONPath, custom columns."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import InvalidError
from clients.kubernetes import JsonObject, KubernetesReader, ListQuery, ObjectList
from clients.kubernetes.reader import PAGE_OBJECTS
from clients.kubernetes.types.selections import Target
from tools.bounds import bounded
from tools.kubectl.getting_tables import nothing_found
from tools.kubectl.paging import NARROW, Paging, fitted, footer, more_follow
from tools.render.columns import render_columns
from tools.render.documents import to_json, to_list, to_names, to_yaml
from tools.render.jsonpath import between_pages, render_jsonpath
from tools.render.sorting import sort_by
from tools.results import Answer

MOST_PER_PAGE = 25  # what fits an answer; rendering more yaml at once would block other calls

LESS = f"To see less, {NARROW}, or output=jsonpath=…."
LESS_OF_ONE = "To see less, output=jsonpath=…."


@dataclass(frozen=True, slots=True)
class ObjectForm:
    """``json``, ``yaml``, ``name``, ``jsonpath`` or ``custom-columns``, and the template."""

    form: str
    template: str
    sort_by: str

    @property
    def between_pages(self) -> str | None:
        """What stands between two pages of a list; None: it has to be rendered whole."""
        if self.sort_by or self.form not in ("jsonpath", "name"):
            return None
        return between_pages(self.template) if self.form == "jsonpath" else "\n"

    def text(self, objects: Sequence[JsonObject], *, single: bool) -> str:
        """Render; one object asked for by name is not wrapped in a List."""
        ordered = self._ordered(objects)
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

    def _ordered(self, objects: Sequence[JsonObject]) -> Sequence[JsonObject]:
        try:
            return sort_by(objects, self.sort_by) if self.sort_by else objects
        except ValueError as unsortable:
            raise InvalidError(f'Argument "sort_by": {unsortable}.') from unsortable


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
        raise InvalidError(f'Argument "output": {template}.') from template


async def _list(
    kubernetes: KubernetesReader, query: ListQuery, paging: Paging, form: ObjectForm
) -> Answer:
    """Answer page by page where the form allows it, so that a long list is never held whole."""
    between = form.between_pages
    most_per_page = PAGE_OBJECTS if between is not None else paging.limit
    if form.form in ("json", "yaml"):
        most_per_page = MOST_PER_PAGE
    texts: list[str] = []
    page, shown, room = ObjectList(()), 0, paging.text_bytes
    token = paging.continue_token
    while True:
        limit = min(most_per_page, paging.limit - shown)
        page, text = await _page(kubernetes, query, form, Paging(limit, token, room))
        texts.append(text)
        shown, token = shown + len(page.items), page.continue_token
        room -= len(text.encode())
        if between is None or not token or shown >= paging.limit or room < paging.most_bytes // 4:
            break
    whole = (between or "").join(texts)
    if not shown and not paging.continue_token:
        whole = await _nothing(kubernetes, query, form, whole)
    # A document comes first and whole lines follow it: what is left out has to be said.
    warned = [f"Warning: {said}" for said in page.warnings] if form.form == "name" else []
    if form.sort_by and (token or paging.continue_token):
        warned.append("(Sorted among those shown; without output=, all are sorted.)")
    left = footer(shown, "object", token, page.remaining)
    return _fit(whole or _printed_nothing(shown), [*warned, left], token, paging, LESS)


async def _page(
    kubernetes: KubernetesReader,
    query: ListQuery,
    form: ObjectForm,
    paging: Paging,
) -> tuple[ObjectList, str]:
    async def fetch(limit: int) -> ObjectList:
        if limit > PAGE_OBJECTS and not paging.continue_token:
            return await kubernetes.list(query, limit)
        return await kubernetes.page(query, min(limit, PAGE_OBJECTS), paging.continue_token)

    async def rendered(page: ObjectList) -> tuple[str, int]:
        # In a thread: a page of yaml takes a tenth of a second, and others are being answered.
        return await asyncio.to_thread(form.text, page.items, single=False), len(page.items)

    return await fitted(fetch, rendered, paging)


async def _all(
    kubernetes: KubernetesReader,
    targets: Sequence[Target],
    paging: Paging,
    form: ObjectForm,
) -> Answer:
    if paging.continue_token:
        raise InvalidError("A continue_token belongs to a list of one type.")
    found = await asyncio.gather(*(_objects(kubernetes, one, paging.limit) for one in targets))
    objects = [obj for page in found for obj in page.items]
    text = await asyncio.to_thread(form.text, objects, single=len(targets) == 1)
    if not objects:
        text = await _nothing(kubernetes, targets[0], form, text)
    pairs = zip(targets, found, strict=True)
    left = more_follow(t for t, page in pairs if isinstance(t, ListQuery) and not page.complete)
    listed = any(isinstance(target, ListQuery) for target in targets)
    text = text or _printed_nothing(len(objects))
    return _fit(text, left, "", paging, LESS if listed else LESS_OF_ONE)


async def _objects(kubernetes: KubernetesReader, target: Target, limit: int) -> ObjectList:
    if isinstance(target, ListQuery):
        return await kubernetes.list(target, limit)
    return ObjectList([await kubernetes.get(target)])


async def _nothing(
    kubernetes: KubernetesReader, target: Target, form: ObjectForm, document: str
) -> str:
    """Say that nothing was found; an empty List stays one, unless there is no such namespace."""
    if form.form not in ("json", "yaml"):
        return await nothing_found(kubernetes, target)
    namespace = target.namespace if target.type.namespaced else None
    missing = await kubernetes.missing_namespace(namespace) if namespace else ""
    return f"No resources found: {missing}" if missing else document


def _printed_nothing(objects: int) -> str:
    return f"(The template prints nothing for {objects:,} object{'' if objects == 1 else 's'}.)"


def _fit(document: str, below: Sequence[str], token: str, paging: Paging, narrow: str) -> Answer:
    """Cut the document, not what is said below it: the way to the next page survives."""
    fit = bounded(document, paging.text_bytes, narrow)
    data = {
        **({"continue_token": token} if token else {}),
        **({"truncated": True} if fit.cut else {}),
    }
    return Answer("\n".join(filter(None, [fit.text, *below])), narrow=narrow, data=data)
