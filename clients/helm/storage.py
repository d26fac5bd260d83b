"""Where Helm keeps releases: one Secret or ConfigMap for each revision, found by its labels.

Labels are read first, as metadata alone; a payload only of the records that are shown. Both are
lists, by label and by name, so that ``list`` on secrets is all that is needed, as for helm itself.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clients.helm.records import UnreadableRecordError, decoded
from clients.helm.release import Release
from clients.kubernetes import Kubernetes, ListQuery
from clients.kubernetes.connection import Request
from clients.kubernetes.doors import reading_only

JsonObject = dict[str, Any]

_METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
PAGE_RECORDS = 500
MOST_RECORDS = 50_000
# Larger ones are taken apart in a thread, so that no other call waits for it.
INLINE_BYTES = 64 * 1024
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


@dataclass(frozen=True, slots=True)
class Entries:
    """Records in the server's order; ``complete`` is False where there were more than the bound."""

    items: Sequence[Entry]
    complete: bool = True


class Storage:
    """Reads release records through a session that can only read."""

    def __init__(self, kubernetes: Kubernetes, driver: str) -> None:
        self._reader = kubernetes.reader
        self._session = kubernetes.session(reading_only)
        self._kind, self._layers = _KINDS[driver]
        self._unpacking = asyncio.Semaphore(1)

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
            token = (body.get("metadata") or {}).get("continue") or ""
            if not token:
                return Entries(found)
        return Entries(found, complete=False)

    async def release(self, entry: Entry) -> Release | None:
        """Return a record's release, None if it is gone; raises ``UnreadableRecordError``."""
        selector = f"metadata.name={entry.record}"
        query = ListQuery(await self._type(), entry.namespace, field_selector=selector)
        body = (await self._session.json(Request("GET", query.path, query.params))).body
        for item in body.get("items") or ():
            data = item.get("data") or {}
            size = len(str(data.get("release")))
            record = await self._unpacked(data, size)
            return Release(record, entry.created_at, entry.modified_at, size)
        return None

    async def _type(self) -> Any:
        """Resolve the type: the operator's rules know by discovery what lives in namespaces."""
        return await self._reader.kind("v1", self._kind)

    async def _unpacked(self, data: JsonObject, size: int) -> JsonObject:
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


__all__ = ["Entries", "Entry", "Storage", "UnreadableRecordError"]
