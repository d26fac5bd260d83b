"""The simulated cluster's memory: objects, versions, finalizers and the history of changes.

It does what etcd and the generic registry do for every type (apiserver
`pkg/registry/generic/registry/store.go`, `pkg/registry/rest/delete.go`). Admission, validation
and defaults belong to the server in front of it: story, controllers and tests write here directly.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sandbox.cluster.changes import Change, ChangeType, Subscription
from sandbox.cluster.conversion import to_storage
from sandbox.cluster.history import History, TooOldError
from sandbox.cluster.identifiers import Identifiers
from sandbox.cluster.lifecycle import (
    held,
    keep_identity,
    mark_deleted,
    may_go,
    next_generation,
    shortens_grace,
)
from sandbox.cluster.objects import (
    JsonObject,
    JsonObjects,
    copied,
    name_of,
    namespace_of,
    timestamp,
)
from sandbox.cluster.registry import Registry, ResourceType, storage_key
from sandbox.cluster.shelf import Shelf, key_of

__all__ = [
    "AlreadyExistsError",
    "MissingError",
    "Store",
    "StoreError",
    "TooOldError",
    "UnknownTypeError",
]

FIRST_REVISION = 1000
HISTORY_LENGTH = 10_000


class StoreError(Exception):
    """What the store refuses."""


class UnknownTypeError(StoreError):
    """The object's apiVersion and kind are not served."""


class AlreadyExistsError(StoreError):
    """An object of this type, namespace and name is stored."""


class MissingError(StoreError):
    """No such object is stored."""


class Store:
    """All objects of the cluster by (group, plural, namespace, name).

    What it returns is the caller's own copy, but for `view` and `Change`, which are read-only.
    Identifiers and name suffixes are the same in every run: they come from a seeded generator.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        registry: Registry,
        history_length: int = HISTORY_LENGTH,
    ) -> None:
        self.clock = clock
        self.registry = registry
        self.revision = FIRST_REVISION
        self._shelves: dict[tuple[str, str], Shelf] = {}
        self._history = History(history_length)
        self._observers: list[Callable[[Change], None]] = []
        self._subscriptions: list[Subscription] = []
        self._unannounced: deque[Change] = deque()
        self._announcing = False
        self._identifiers = Identifiers()

    def create(self, obj: JsonObject, dry_run: bool = False) -> JsonObject:
        """Store a new object and return it with uid, creationTimestamp and resourceVersion.

        A given uid or creationTimestamp is kept, so that a story can have a past; `generateName`
        is completed. Raises UnknownTypeError or AlreadyExistsError.
        """
        resource, new = self._prepared(obj)
        metadata = new["metadata"]
        if not metadata.get("name"):
            metadata["name"] = self.generated_name(metadata["generateName"])
        if self._stored(resource, new) is not None:
            raise AlreadyExistsError(f'{resource.qualified} "{name_of(new)}" already exists')
        metadata.setdefault("uid", self.generated_uid())
        metadata.setdefault("creationTimestamp", timestamp(self.clock()))
        if resource.counts_generations:
            metadata.setdefault("generation", 1)
        if dry_run:
            return new
        return self._write("ADDED", resource, new, None)

    def update(self, obj: JsonObject, dry_run: bool = False) -> JsonObject:
        """Replace a stored object and return it; without a difference nothing is written.

        The generation rises when something beside metadata and status changed. An object that
        awaits its deletion goes with its last finalizer. Raises UnknownTypeError or MissingError.
        """
        resource, new = self._prepared(obj)
        current = self._stored(resource, new)
        if current is None:
            raise MissingError(f'{resource.qualified} "{name_of(new)}" not found')
        keep_identity(new["metadata"], current["metadata"])
        if new == current:
            return new
        if resource.counts_generations:
            new["metadata"]["generation"] = next_generation(resource, new, current)
        if dry_run:
            return new
        if may_go(new):
            return self._remove(resource, new, current)
        return self._write("MODIFIED", resource, new, current)

    def delete(
        self,
        group: str,
        plural: str,
        namespace: str | None,
        name: str,
        grace_seconds: int = 0,
        finalizers: tuple[str, ...] = (),
        dry_run: bool = False,
    ) -> JsonObject:
        """Remove an object, or mark it deleted while finalizers or a grace period hold it.

        `finalizers` are added first (`foregroundDeletion`, `orphan`). Returns the last state, or
        the marked one. Raises MissingError.
        """
        current = self._shelf(group, plural).get(namespace, name)
        resource = self.registry.storage_type(group, plural)
        if current is None or resource is None:
            raise MissingError(f'{plural} "{name}" not found')
        new = copied(current)
        metadata = new["metadata"]
        present = metadata.get("finalizers") or []
        if added := [each for each in finalizers if each not in present]:
            metadata["finalizers"] = [*present, *added]
        if not held(new) and not grace_seconds:
            return new if dry_run else self._remove(resource, new, current)
        if not shortens_grace(metadata, grace_seconds) and not added:
            return new
        mark_deleted(metadata, grace_seconds, self.clock())
        if resource.kind == "Namespace":  # has a deletion of its own, without grace
            del metadata["deletionGracePeriodSeconds"]
        return new if dry_run else self._write("MODIFIED", resource, new, current)

    def get(self, group: str, plural: str, namespace: str | None, name: str) -> JsonObject | None:
        """Return a copy of one object, or None."""
        found = self.peek(group, plural, namespace, name)
        return copied(found) if found is not None else None

    def peek(self, group: str, plural: str, namespace: str | None, name: str) -> JsonObject | None:
        """Return one object without copying it, or None: for reading only."""
        return self._shelf(group, plural).get(namespace, name)

    def list(self, group: str, plural: str, namespace: str | None = None) -> JsonObjects:
        """Return copies of the objects of a type, by namespace and name; None means everywhere."""
        return [copied(obj) for obj in self.view(group, plural, namespace)]

    def view(
        self, group: str, plural: str, namespace: str | None = None, start: str = ""
    ) -> JsonObjects:
        """Return the objects themselves, ordered as `list` does: for reading only.

        `start` is the key (`namespace/name`) to begin with.
        """
        return self._shelf(group, plural).ordered(namespace, start)

    def view_at(
        self, group: str, plural: str, namespace: str | None, revision: int, start: str = ""
    ) -> JsonObjects:
        """Return what `view` returned at an earlier revision. Raises TooOldError."""
        storage = storage_key(group, plural)
        later = [each for each in self.since(revision) if each.resource.storage == storage]
        if not later:
            return self.view(group, plural, namespace, start)
        found = {key_of(each): each for each in self.view(group, plural, namespace)}
        for change in reversed(later):
            if namespace not in (None, namespace_of(change.object)):
                continue
            if change.previous is None:
                found.pop(key_of(change.object), None)
            else:
                found[key_of(change.object)] = change.previous
        return [found[key] for key in sorted(found) if key >= start]

    def everything(self) -> Iterator[tuple[ResourceType, JsonObject]]:
        """Yield every stored object with its type: for reading only."""
        for (group, plural), shelf in list(self._shelves.items()):
            resource = self.registry.storage_type(group, plural)
            if resource is not None:
                yield from ((resource, obj) for obj in shelf.ordered())

    def subscribe(self) -> Subscription:
        """Return the changes from now on, to be read with `async for` and closed."""
        subscription = Subscription(self._subscriptions.remove)
        self._subscriptions.append(subscription)
        return subscription

    def observe(self, observer: Callable[[Change], None]) -> None:
        """Call a function after each change, in order, also for changes that observers make."""
        self._observers.append(observer)

    def since(self, revision: int) -> Sequence[Change]:
        """Return the changes after a revision. Raises TooOldError when some are forgotten."""
        return self._history.since(revision)

    def compact(self) -> None:
        """Forget the history, as etcd does every five minutes."""
        self._history.compact(self.revision)

    def generated_uid(self) -> str:
        """Return the next uid of the seeded generator."""
        return self._identifiers.uid()

    def generated_name(self, prefix: str) -> str:
        """Complete a `generateName` with five characters."""
        return self._identifiers.name(prefix)

    def _prepared(self, obj: JsonObject) -> tuple[ResourceType, JsonObject]:
        resource = self.registry.find_kind(obj.get("apiVersion", ""), obj.get("kind", ""))
        if resource is None:
            raise UnknownTypeError(f"no type {obj.get('kind')} in {obj.get('apiVersion')}")
        new = to_storage(copied(obj))
        metadata = new.setdefault("metadata", {})
        if resource.namespaced:
            metadata.setdefault("namespace", "default")
        return resource, new

    def _shelf(self, group: str, plural: str) -> Shelf:
        return self._shelves.setdefault(storage_key(group, plural), Shelf())

    def _stored(self, resource: ResourceType, obj: JsonObject) -> JsonObject | None:
        return self.peek(resource.group, resource.plural, namespace_of(obj), name_of(obj))

    def _write(
        self, change: ChangeType, resource: ResourceType, new: JsonObject, old: JsonObject | None
    ) -> JsonObject:
        self.revision += 1
        new["metadata"]["resourceVersion"] = str(self.revision)
        self._shelf(*resource.storage).put(new)
        self._announce(Change(change, resource, new, old, self.revision))
        return copied(new)

    def _remove(self, resource: ResourceType, new: JsonObject, old: JsonObject) -> JsonObject:
        self.revision += 1
        new["metadata"]["resourceVersion"] = str(self.revision)
        self._shelf(*resource.storage).remove(new)
        self._announce(Change("DELETED", resource, new, old, self.revision))
        return copied(new)

    def _announce(self, change: Change) -> None:
        self._history.add(change)
        self._unannounced.append(change)
        if self._announcing:  # an observer is writing: its change follows the one it reacts to
            return
        self._announcing = True
        try:
            while self._unannounced:
                self._tell(self._unannounced.popleft())
        finally:
            self._announcing = False

    def _tell(self, change: Change) -> None:
        for subscription in list(self._subscriptions):
            subscription.put(change)
        for observer in list(self._observers):
            observer(change)
