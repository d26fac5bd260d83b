"""The releases of one cluster, read from their records; no executable is needed.

What is returned as ``Release`` holds secrets in the clear and stays inside ``clients``; what tools
get is masked: ``Revision`` here, and what ``Secrecy`` gives.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from clients.errors import ClientError, NotFoundError, UnavailableError
from clients.helm.computed import computed_values
from clients.helm.names import check_release_name
from clients.helm.records import UnreadableRecordError
from clients.helm.release import JsonObject, Release
from clients.helm.revisions import Revision, Revisions, unreadable
from clients.helm.secrecy import Secrecy
from clients.helm.storage import INLINE_BYTES, Batch, Entries, Entry, Storage, batches
from clients.kubernetes import Kubernetes
from clients.suggestions import did_you_mean

AT_ONCE = 4
INLINE_CHARACTERS = 16_000  # of YAML, which take about as many microseconds
_GOOD = ("deployed", "superseded")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """The latest revision of each release, by name; ``total`` counts those not shown too.

    ``notes`` say what could not be read.
    """

    revisions: Sequence[Revision]
    total: int
    notes: Sequence[str] = field(default=())


class Releases:
    """Reads releases; incapable of changing one."""

    def __init__(self, kubernetes: Kubernetes, driver: str) -> None:
        self._reader = kubernetes.reader
        self._storage = Storage(kubernetes, driver)
        self._revisions = Revisions()

    async def listed(self, namespace: str | None, most: int) -> Listing:
        """Return the latest revision of each release, in every namespace without one given."""
        entries = await self._storage.entries(namespace)
        latest = _latest(entries.items)
        shown = await self._read(replace(entries, items=latest[:most]))
        notes = [note for revision in shown for note in revision.notes]
        if not latest and namespace and (why := await self._reader.missing_namespace(namespace)):
            notes.append(f"{why[:1].upper()}{why[1:]}")
        if not entries.complete:
            notes.append(
                f"Only the first {len(entries.items):,} records were looked at: give a namespace."
            )
        return Listing(shown, len(latest), notes)

    async def revisions(self, namespace: str, name: str, most: int) -> Sequence[Revision]:
        """Return the last revisions of a release, oldest first."""
        entries = await self._storage.entries(namespace, check_release_name(name))
        if not entries.items:
            raise await self._missing(namespace, name)
        last = sorted(entries.items, key=_by_version)[-most:]
        return await self._read(replace(entries, items=last))

    async def get(self, namespace: str, name: str, revision: int | None = None) -> Release:
        """Return the latest or the given revision; a missing one is refused with what there is."""
        if revision is not None:
            return await self.revision(namespace, name, revision)
        if found := await self.last(namespace, name):
            return found
        raise await self._missing(namespace, name)

    async def last(self, namespace: str, name: str) -> Release | None:
        """Return the latest revision, or None where there is no such release."""
        entries = await self._storage.entries(namespace, check_release_name(name))
        latest = max(entries.items, key=_by_version, default=None)
        return await self._release(latest, entries.resource_version) if latest else None

    async def revision(self, namespace: str, name: str, revision: int) -> Release:
        """Return one revision; a missing one is refused with those there are."""
        entries = await self._entries(namespace, name)
        for entry in entries:
            if entry.version == revision and (found := await self._release(entry)):
                return found
        known = ", ".join(str(entry.version) for entry in entries)
        raise NotFoundError(
            f'release "{name}" in namespace "{namespace}" has no revision {revision}; '
            f"it has: {known}."
        )

    async def history(self, namespace: str, name: str, most: int = 256) -> Sequence[Release]:
        """Return the last ``most`` revisions, oldest first; empty where there is no release."""
        found = (await self._storage.entries(namespace, check_release_name(name))).items
        entries = sorted(found, key=_by_version)[-most:]
        read = [await self._release(entry) for entry in entries]
        return [release for release in read if release]

    async def states(self, namespace: str, name: str) -> Sequence[Entry]:
        """Return what the labels tell of each revision, oldest first; no payload is read."""
        found = (await self._storage.entries(namespace, check_release_name(name))).items
        return sorted(found, key=_by_version)

    async def current(self, namespace: str, name: str) -> tuple[Release, Sequence[int]]:
        """Return the latest revision, and those it can go back to, the best first."""
        entries = await self._entries(namespace, name)
        release = await self._release(entries[-1])
        if release is None:
            raise await self._missing(namespace, name)
        good = [each for each in reversed(entries[:-1]) if each.status in _GOOD]
        good.sort(key=lambda each: each.status != "deployed")
        return release, [each.version for each in good]

    async def values(self, release: Release, *, computed: bool = False) -> JsonObject | None:
        """Return the user's values, or all that templates were rendered with; masked."""
        values = release.user_values
        if computed:
            values = computed_values(release.config, release.chart_values)
        return await self.shown(release, lambda secrecy: secrecy.values(values))

    async def shown(self, release: Release, show: Callable[[Secrecy], T]) -> T:
        """Show something of a release, its secrets masked; of a large one in a thread."""
        secrecy = Secrecy(self._reader.masking, release)
        if release.size <= INLINE_BYTES and len(release.manifest) <= INLINE_CHARACTERS:
            return show(secrecy)
        return await asyncio.to_thread(show, secrecy)

    async def _entries(self, namespace: str, name: str) -> Sequence[Entry]:
        if entries := await self.states(namespace, name):
            return entries
        raise await self._missing(namespace, name)

    async def _release(self, entry: Entry, no_older_than: str = "") -> Release | None:
        try:
            return await self._storage.release(entry, no_older_than)
        except UnreadableRecordError as broken:
            raise UnavailableError(unreadable(entry, broken)) from broken

    async def _read(self, entries: Entries) -> Sequence[Revision]:
        """Read some records at a time; those read before are known as long as they are the same."""
        known = {each.place: self._revisions.known(each) for each in entries.items}
        slots = asyncio.Semaphore(AT_ONCE)

        async def read(batch: Batch) -> None:
            async with slots:
                found = self._storage.records(batch, entries.resource_version)
                async for entry, record in found:
                    known[entry.place] = await self._revisions.made(entry, record, self.shown)

        unknown = [each for each in entries.items if known[each.place] is None]
        try:
            async with asyncio.TaskGroup() as group:
                for batch in batches(unknown):
                    group.create_task(read(batch))
        except ExceptionGroup as several:  # the first one ended the others
            raise several.exceptions[0] from several
        return [revision for revision in known.values() if revision]

    async def _missing(self, namespace: str, name: str) -> NotFoundError:
        """Say what is missing, which name is near, and where the name does exist."""
        missing = f'release "{name}" not found in namespace "{namespace}"'
        try:
            here = {entry.name for entry in (await self._storage.entries(namespace)).items}
            if not here and (why := await self._reader.missing_namespace(namespace)):
                return NotFoundError(f"{missing}: {why}")
            near = did_you_mean(name, sorted(here))
            return NotFoundError(f"{missing}.{near}{await self._elsewhere(name)}")
        except ClientError:  # a suggestion is a courtesy: the refusal stands without it
            return NotFoundError(f"{missing}.")

    async def _elsewhere(self, name: str) -> str:
        try:
            found = (await self._storage.entries(None, name)).items
        except ClientError:  # whoever may read one namespace still gets the nearest name
            return ""
        where = ", ".join(sorted({entry.namespace for entry in found})[:20])
        return f" (It exists in: {where}.)" if where else ""


def _latest(entries: Sequence[Entry]) -> list[Entry]:
    """Keep the highest revision of each release; sort by name, then namespace."""
    highest: dict[tuple[str, str], Entry] = {}
    for entry in sorted(entries, key=_by_version):
        highest[entry.name, entry.namespace] = entry
    return [highest[key] for key in sorted(highest)]


def _by_version(entry: Entry) -> int:
    return entry.version
