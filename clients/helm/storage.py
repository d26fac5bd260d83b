"""Where Helm keeps releases: one Secret or ConfigMap for each revision, found by its labels.

Labels are read first, as metadata alone; payloads only of the records that are shown. Both are
lists, so that ``list`` on secrets is all that is needed, as for helm itself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from clients.helm.lately import Lately
from clients.helm.records import UnreadableRecordError, decoded
from clients.helm.release import Release
from clients.kubernetes import Kubernetes, ListQuery
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.doors import reading_only

JsonObject = dict[str, Any]

_METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
PAGE_RECORDS = 1_000
MOST_RECORDS = 50_000
# A record may have a MiB: so many of them, for each request at the same time, bound the memory.
BATCH_RECORDS = 10
# Larger ones are taken apart in a thread, so that no other call waits for it.
INLINE_BYTES = 64 * 1024
Read = tuple["Entry", Release | UnreadableRecordError]
_KINDS = {"secret": ("Secret", 2), "configmap": ("ConfigMap", 1)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as its labels tell; ``version`` is the revision, times are Unix seconds or 0."""

    record: str
    uid: str
    resource_version: str
    name: str
    namespace: str
    version: int
    status: str
    created_at: int
    modified_at: int

    @property
    def place(self) -> tuple[str, str]:
        """Namespace and name of the object: one record, whatever it holds by now."""
        return self.namespace, self.record

    @property
    def content(self) -> tuple[str, str]:
        """Uid and version of the object: what it holds is always the same."""
        return self.uid, self.resource_version


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one namespace that one request finds: of one release, or of one revision."""

    entries: Sequence[Entry]

    @property
    def namespace(self) -> str:
        """Where they are."""
        return self.entries[0].namespace

    @property
    def selectors(self) -> tuple[str, str]:
        """Choose them by label, or the only one by its name."""
        if len(self.entries) == 1:
            return "", f"metadata.name={self.entries[0].record}"
        names = ",".join(sorted({entry.name for entry in self.entries}))
        versions = ",".join(sorted({str(entry.version) for entry in self.entries}))
        return f"name in ({names}),owner=helm,version in ({versions})", ""


def batches(entries: Sequence[Entry]) -> Iterator[Batch]:
    """Share records among requests, none of which finds more than it is for."""
    of_one_release = len({entry.name for entry in entries}) == 1
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        alike = entry.name if of_one_release else str(entry.version)
        groups.setdefault((entry.namespace, alike), []).append(entry)
    for group in groups.values():
        for start in range(0, len(group), BATCH_RECORDS):
            yield Batch(group[start : start + BATCH_RECORDS])


@dataclass(frozen=True, slots=True)
class Entries:
    """Records in the server's order, as of a version of its store.

    ``complete`` is False where there were more than the bound.
    """

    items: Sequence[Entry]
    resource_version: str = ""
    complete: bool = True


class Storage:
    """Reads release records through a session that can only read."""

    def __init__(self, kubernetes: Kubernetes, driver: str) -> None:
        self._reader = kubernetes.reader
        self._session = kubernetes.session(reading_only)
        self._kind, self._layers = _KINDS[driver]
        self._unpacking = asyncio.Semaphore(1)
        self._lately = Lately()

    async def entries(self, namespace: str | None, name: str = "") -> Entries:
        """Return what the labels say of all records, or of one release's."""
        selector = f"name={name},owner=helm" if name else "owner=helm"
        query = ListQuery(await self._type(), namespace, selector)
        found: list[Entry] = []
        token = ""
        while len(found) < MOST_RECORDS:
            params = {**query.params, "limit": str(PAGE_RECORDS)}
            params |= {"continue": token} if token else {}
            request = Request("GET", query.path, params, accept=_METADATA)
            body = (await self._session.json(request)).body
            found += filter(None, map(_entry, body.get("items") or ()))
            metadata = body.get("metadata") or {}
            token = metadata.get("continue") or ""
            if not token:
                return Entries(found, str(metadata.get("resourceVersion") or ""))
        return Entries(found, complete=False)

    async def release(self, entry: Entry, no_older_than: str = "") -> Release | None:
        """Return a record's release, None if it is gone; raises ``UnreadableRecordError``."""
        data = self._lately.get(entry.content)
        if data is None:
            for now, found in await self._found(Batch([entry]), no_older_than):
                entry, data = now, found
                self._lately.keep(entry.content, data)
        if data is None:
            return None
        return await self._unpacked(entry, data)

    async def records(self, batch: Batch, no_older_than: str = "") -> AsyncIterator[Read]:
        """Yield what one request finds of a batch, one record unpacked after the other."""
        for entry, data in await self._found(batch, no_older_than):
            try:
                yield entry, await self._unpacked(entry, data)
            except UnreadableRecordError as broken:
                yield entry, broken

    async def _found(self, batch: Batch, no_older_than: str) -> list[tuple[Entry, JsonObject]]:
        """Read a batch's records, packed.

        With the version of an earlier list the server may answer from what it keeps in memory.
        """
        query = ListQuery(await self._type(), batch.namespace, *batch.selectors)
        known = {"resourceVersion": no_older_than, "resourceVersionMatch": "NotOlderThan"}
        params = query.params | (known if no_older_than else {})
        request = Request("GET", query.path, params, packed=True)
        items = (await self._session.json(request)).body.get("items") or ()
        wanted = {entry.record for entry in batch.entries}
        found = [(entry, item.get("data") or {}) for item in items if (entry := _entry(item))]
        return [(entry, data) for entry, data in found if entry.record in wanted]

    async def _type(self) -> Any:
        """Resolve the type: the operator's rules know by discovery what lives in namespaces."""
        return await self._reader.kind("v1", self._kind)

    async def _unpacked(self, entry: Entry, data: JsonObject) -> Release:
        size = len(str(data.get("release")))
        return Release(await self._decoded(data, size), entry.created_at, entry.modified_at, size)

    async def _decoded(self, data: JsonObject, size: int) -> JsonObject:
        if size <= INLINE_BYTES:
            return decoded(data, layers=self._layers)
        async with self._unpacking:  # one large one at a time bounds the memory
            return await asyncio.to_thread(decoded, data, layers=self._layers)


def _entry(item: JsonObject) -> Entry | None:
    """Read a record's labels; an object that only looks like a record is none."""
    metadata = item["metadata"]
    labels = metadata.get("labels") or {}
    if not labels.get("name") or not str(labels.get("version", "")).isdecimal():
        return None
    return Entry(
        metadata["name"],
        metadata.get("uid", ""),
        metadata.get("resourceVersion", ""),
        labels["name"],
        metadata.get("namespace", ""),
        int(labels["version"]),
        labels.get("status", ""),
        _seconds(labels.get("createdAt")),
        _seconds(labels.get("modifiedAt")),
    )


def _seconds(label: str | None) -> int:
    return int(label) if label and label.isdecimal() else 0
