"""Everything a read-only tool can do with a cluster: get, list, table, watch, review.

There is no method here that changes anything, and the session behind it lets nothing else out
(``doors.reading_only``). Objects come masked (``clients.masking``); raw Secrets never get this far.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any

import orjson

from clients import errors
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef, ResourceType
from clients.kubernetes.types.discovery import Api
from clients.kubernetes.types.resolving import Resolver
from clients.kubernetes.wire.connection import Params, Request
from clients.kubernetes.wire.list_refusals import explained
from clients.kubernetes.wire.session import Answer, Session
from clients.kubernetes.wire.watching import Change, Silence, changes
from clients.masking import Masking, mask_free_text
from clients.suggestions import did_you_mean

_TABLE = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,"
    "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)
_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
# 250 pods decode in about 30 ms; more at once would keep every other call waiting.
PAGE_OBJECTS = 250
PAGE_ROWS = 500
MOST_MASKED_AT_ONCE = 50
MOST_PREFIXED = 5


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a server-side Table, or of plain objects from a server that has none."""

    table: JsonObject
    warnings: tuple[str, ...] = ()

    @property
    def continue_token(self) -> str:
        """Where the next page starts; empty at the end."""
        return str((self.table.get("metadata") or {}).get("continue") or "")

    @property
    def remaining(self) -> int | None:
        """How many come after this page, where the server counts them."""
        return (self.table.get("metadata") or {}).get("remainingItemCount")


class KubernetesReader:
    """Reads one cluster as one identity."""

    def __init__(self, session: Session, resolver: Resolver, masking: Masking) -> None:
        self._session = session
        self._resolver = resolver
        self.masking = masking

    async def namespace(self) -> str:
        """Return the namespace of the context or of the pod, ``default`` without one."""
        return (await self._session.connection.config()).namespace

    async def host(self) -> str:
        """Return the API server's URL."""
        return (await self._session.connection.config()).host

    async def version(self) -> JsonObject:
        """Return ``/version``: the cheapest answer that proves the server and the way to it."""
        return await self.raw("/version")

    async def api(self) -> Api:
        """Return what the server serves."""
        return await self._resolver.api()

    async def resource_type(self, text: str) -> ResourceType:
        """Resolve one type name as kubectl does."""
        return await self._resolver.one(text)

    async def refresh(self) -> None:
        """Read discovery again: a type was just made."""
        await self._resolver.refreshed()

    async def kind(self, api_version: str, kind: str) -> ResourceType:
        """Return the type of an object that says what it is."""
        return await self._resolver.kind(api_version, kind)

    async def resource_types(self, text: str) -> Sequence[ResourceType]:
        """Resolve ``a,b`` and categories such as ``all``."""
        return await self._resolver.several(text)

    async def ref(self, resource_type: str, name: str, namespace: str | None) -> ObjectRef:
        """Name one object; an absent namespace is the context's."""
        kind = await self.resource_type(resource_type)
        where = (namespace or await self.namespace()) if kind.namespaced else None
        return ObjectRef(kind, name, where)

    async def get(self, ref: ObjectRef, subresource: str = "") -> JsonObject:
        """Return one object, masked; a missing one is refused with the nearest name."""
        return (await self.found(ref, subresource)).items[0]

    async def found(self, ref: ObjectRef, subresource: str = "") -> ObjectList:
        """Return one object and what the API server warned of."""
        try:
            answer = await self._session.json(Request("GET", ref.path(subresource)))
        except errors.NotFoundError as missing:
            raise await self.missing(ref) from missing
        return ObjectList([self.masking.mask(answer.body)], warnings=answer.warnings)

    async def get_or_none(self, ref: ObjectRef) -> JsonObject | None:
        """Return one object, masked, or None where there is none yet."""
        try:
            answer = await self._session.json(Request("GET", ref.path()))
        except errors.NotFoundError:
            return None
        return self.masking.mask(answer.body)

    async def named_or_prefixed(self, ref: ObjectRef) -> ObjectList:
        """Return the object, or those whose names start so, as ``kubectl describe`` finds them."""
        try:
            return await self.found(ref)
        except errors.NotFoundError:
            names = await self.names(ListQuery(ref.type, ref.namespace))
            near = [name for name in names if name.startswith(ref.name)][:MOST_PREFIXED]
            if not near:
                raise
            return ObjectList([await self.get(replace(ref, name=name)) for name in near])

    async def list(self, query: ListQuery, most: int = PAGE_ROWS) -> ObjectList:
        """Return at most ``most`` objects, masked, in pages that never block the loop long."""
        items: list[JsonObject] = []
        page = ObjectList(items)
        while len(items) < most:
            page = await self.page(query, min(PAGE_OBJECTS, most - len(items)), page.continue_token)
            items += page.items
            if page.complete:
                break
        return replace(page, items=items)

    async def page(self, query: ListQuery, limit: int, continue_token: str = "") -> ObjectList:
        """Return one page of objects, masked."""
        params = {**query.params, "limit": str(limit), **_continued(continue_token)}
        answer = await self._listed(Request("GET", query.path, params), query)
        body = answer.body
        metadata = body.get("metadata") or {}
        items = await self._items(query.type, body.get("items") or [])
        return ObjectList(
            items,
            metadata.get("resourceVersion", ""),
            metadata.get("continue") or "",
            metadata.get("remainingItemCount"),
            answer.warnings,
        )

    async def table(
        self,
        where: ListQuery | ObjectRef,
        *,
        include: str = "None",
        limit: int = PAGE_ROWS,
        continue_token: str = "",
    ) -> Page:
        """Return the server's own table: what ``kubectl get`` prints, a hundredth of the bytes."""
        params = {"includeObject": include}
        if isinstance(where, ObjectRef):
            return await self._one_row(where, params)
        params |= {**where.params, "limit": str(limit), **_continued(continue_token)}
        answer = await self._listed(Request("GET", where.path, params, accept=_TABLE), where)
        return Page(self._masked_table(answer.body, where.type), answer.warnings)

    async def _listed(self, request: Request, query: ListQuery) -> Answer:
        """Send a list; what is wrong with a selector or token is said of the argument."""
        try:
            return await self._session.json(request)
        except errors.InvalidError as refusal:
            raise explained(refusal, dict(request.params), query.label_argument) from refusal

    async def _one_row(self, ref: ObjectRef, params: Params) -> Page:
        try:
            answer = await self._session.json(Request("GET", ref.path(), params, accept=_TABLE))
        except errors.NotFoundError as missing:
            raise await self.missing(ref) from missing
        return Page(self._masked_table(answer.body, ref.type), answer.warnings)

    def _masked_table(self, body: JsonObject, kind: ResourceType) -> JsonObject:
        for row in body.get("rows") or []:
            if row.get("object"):
                self.masking.mask(row["object"])
        _mask_messages(body)
        if body.get("kind") != "Table":  # some aggregated servers have no tables
            body["items"] = [self._item(kind, item) for item in body.get("items", [body])]
        return body

    async def names(self, query: ListQuery, most: int = PAGE_ROWS) -> Sequence[str]:
        """Return names only, for suggestions."""
        params = {**query.params, "limit": str(most)}
        answer = await self._session.json(Request("GET", query.path, params, accept=_NAMES_ONLY))
        return [item["metadata"]["name"] for item in answer.body.get("items") or []]

    def watch(
        self, query: ListQuery, resource_version: str = "", silence: Silence | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Follow a selection from a version on; objects come masked."""
        return changes(
            self._session, query, resource_version, lambda obj: self._item(query.type, obj), silence
        )

    async def raw(self, path: str, params: Params | None = None) -> JsonObject:
        """GET a JSON document that is no object of a resource: ``/version``, metrics."""
        return (await self._session.json(Request("GET", path, params or {}))).body

    async def text(self, path: str, params: Params, most_bytes: int) -> bytes:
        """GET plain text, its first ``most_bytes``: logs, ``/readyz``."""
        return await self._session.text(Request("GET", path, params, accept="*/*"), most_bytes)

    async def review(self, path: str, spec: dict[str, Any]) -> JsonObject:
        """Ask the API server about our own rights or name; stores nothing."""
        return (await self._session.json(Request("POST", path, body=orjson.dumps(spec)))).body

    async def _items(self, kind: ResourceType, items: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """Mask a list's items; many of them in a thread, so that other calls go on meanwhile."""

        def masked() -> Sequence[JsonObject]:
            return [self._item(kind, item) for item in items]

        return await asyncio.to_thread(masked) if len(items) > MOST_MASKED_AT_ONCE else masked()

    def _item(self, kind: ResourceType, item: JsonObject) -> JsonObject:
        """Give a list's item the type that lists leave out, and mask it."""
        item.setdefault("apiVersion", kind.api_version)
        item.setdefault("kind", kind.kind)
        (item.get("metadata") or {}).pop("managedFields", None)  # a third of it, never shown
        return self.masking.mask(item)

    async def missing(self, ref: ObjectRef) -> errors.NotFoundError:
        """Say what is missing, which name is near, and where the name does exist."""
        missing = f'{ref.type.label} "{ref.name}" not found{ref.where}'
        try:
            here = await self.names(ListQuery(ref.type, ref.namespace))
            if not here and ref.namespace and (why := await self.missing_namespace(ref.namespace)):
                return errors.NotFoundError(f"{missing}: {why}")
            near = did_you_mean(ref.name, here)
            return errors.NotFoundError(f"{missing}.{near}{await self._elsewhere(ref)}")
        except errors.ClientError:  # a suggestion is a courtesy: the refusal stands without it
            return errors.NotFoundError(f"{missing}.")

    async def missing_namespace(self, namespace: str) -> str:
        """Return a sentence if there is no such namespace; nothing if there is, or may be."""
        kind = await self.resource_type("namespaces")
        try:
            await self._session.json(Request("GET", kind.path(name=namespace)))
        except errors.NotFoundError:
            return f'there is no namespace "{namespace}".{await self._near(kind, namespace)}'
        except errors.ClientError:
            return ""
        return ""

    async def _near(self, kind: ResourceType, name: str) -> str:
        """Return a hint at a name that is near; none where names may not be listed."""
        try:
            return did_you_mean(name, await self.names(ListQuery(kind)))
        except errors.ClientError:
            return ""

    async def _elsewhere(self, ref: ObjectRef) -> str:
        if not ref.type.namespaced:
            return ""
        query = ListQuery(ref.type, field_selector=f"metadata.name={ref.name}")
        answer = await self._session.json(
            Request("GET", query.path, {**query.params, "limit": "20"}, accept=_NAMES_ONLY)
        )
        found = sorted(item["metadata"]["namespace"] for item in answer.body.get("items") or [])
        return f" (It exists in: {', '.join(found)}.)" if found else ""


def _mask_messages(table: JsonObject) -> None:
    """Mask the messages a table shows, of events above all: programs wrote them."""
    columns = table.get("columnDefinitions") or []
    for position in [i for i, column in enumerate(columns) if column.get("name") == "Message"]:
        for row in table.get("rows") or []:
            if isinstance(row["cells"][position], str):
                row["cells"][position] = mask_free_text(row["cells"][position])


def _continued(token: str) -> dict[str, str]:
    return {"continue": token} if token else {}
