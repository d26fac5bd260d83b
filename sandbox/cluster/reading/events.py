"""Which events a watch sees: the objects at its start, then the changes that are selected."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, namespace_of
from sandbox.cluster.reading.collection import selects
from sandbox.cluster.reading.options import ListOptions
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.statuses import bare_error, expired
from sandbox.cluster.store import Store, TooOldError

INITIAL_EVENTS_END = {"k8s.io/initial-events-end": "true"}


@dataclass(frozen=True)
class Event:
    """One event, its object still as it is stored."""

    type: str
    object: JsonObject


@dataclass(frozen=True)
class Selection:
    """What one watch is about; an empty namespace means all of them."""

    store: Store
    resource: ResourceType
    namespace: str
    options: ListOptions

    def initial_events(self) -> list[Event]:
        """Return what precedes live changes. Raises 410 for a version that is forgotten."""
        asked = self.options.resource_version
        if asked not in ("", "0"):
            return self._missed(asked) if self.options.initial_events is not True else self._all()
        return [] if self.options.initial_events is False else self._all()

    def events_of(self, change: Change) -> Iterator[Event]:
        """Yield the event that a change is for this watch, if it is one."""
        if change.resource.storage != self.resource.storage or self._comes_later(change):
            return
        if self.namespace not in ("", namespace_of(change.object)):
            return
        was = change.previous is not None and selects(self.options, change.previous)
        is_selected = change.type != "DELETED" and selects(self.options, change.object)
        if was and not is_selected:
            yield Event("DELETED", _last_state(change))
        elif is_selected:
            yield Event("MODIFIED" if was else "ADDED", change.object)

    def _all(self) -> list[Event]:
        storage, namespace = self.resource.storage, self.namespace or None
        found = self.store.view(*storage, namespace)
        events = [Event("ADDED", each) for each in found if selects(self.options, each)]
        if self.options.bookmarks:
            events.append(bookmark(self.resource, self.store.revision, INITIAL_EVENTS_END))
        return events

    def _missed(self, asked: str) -> list[Event]:
        if not asked.isdigit():
            why = f'strconv.ParseUint: parsing "{asked}": invalid syntax'
            raise bare_error(f'resourceVersion: Invalid value: "{asked}": {why}')
        try:
            changes = self.store.since(int(asked))
        except TooOldError as gone:
            raise expired(str(gone)) from gone
        return [event for change in changes for event in self.events_of(change)]

    def _comes_later(self, change: Change) -> bool:
        """A watch from a version yet to come is silent until then."""
        asked = self.options.resource_version
        return asked.isdigit() and change.revision <= int(asked)


def bookmark(
    resource: ResourceType, revision: int, annotations: dict[str, str] | None = None
) -> Event:
    """Return the event that only says how far the stream has come."""
    metadata: JsonObject = {"resourceVersion": str(revision)}
    if annotations:
        metadata["annotations"] = annotations
    head = {"kind": resource.kind, "apiVersion": resource.api_version}
    return Event("BOOKMARK", {**head, "metadata": metadata})


def _last_state(change: Change) -> JsonObject:
    """An object that leaves the selection is shown as it was, at the version that it left."""
    previous = change.object if change.type == "DELETED" else change.previous or change.object
    version = {"resourceVersion": str(change.revision)}
    return {**previous, "metadata": {**previous["metadata"], **version}}
