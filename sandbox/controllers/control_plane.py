"""What every controller needs of the cluster: objects by owner and node, statuses, events."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import (
    JsonObject,
    JsonObjects,
    copied,
    micro_timestamp,
    name_of,
    namespace_of,
    timestamp,
)
from sandbox.cluster.store import Store
from sandbox.controllers.ownership import controller_of

_Place = tuple[str, str, str, str]  # group, plural, namespace, name


class ControlPlane:
    """The store as controllers use it; keeps indexes so that no look-up walks all objects."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._owned: dict[str, dict[_Place, None]] = {}
        self._on_node: dict[str, dict[_Place, None]] = {}
        store.observe(self._index)
        for resource, item in store.everything():
            self._index(Change("ADDED", resource, item, None, store.revision))

    def now(self) -> datetime:
        """Read the clock."""
        return self.store.clock().astimezone(UTC)

    def stamp(self) -> str:
        """Write the present moment as `metav1.Time`."""
        return timestamp(self.now())

    def micro_stamp(self) -> str:
        """Write the present moment as `metav1.MicroTime`."""
        return micro_timestamp(self.now())

    def in_seconds(self, seconds: float) -> datetime:
        """Tell a moment in the future."""
        return self.now() + timedelta(seconds=seconds)

    def owned(self, owner: JsonObject, group: str, plural: str) -> JsonObjects:
        """Return the objects of a type whose controller is `owner`, oldest first: read-only."""
        places = self._owned.get(owner["metadata"]["uid"], {})
        return self._at(place for place in places if place[:2] == (group, plural))

    def pods_on(self, node: str) -> JsonObjects:
        """Return the pods that are bound to a node, oldest first: read-only."""
        return self._at(self._on_node.get(node, {}))

    def set_status(self, item: JsonObject, status: JsonObject) -> bool:
        """Write an object's status if it differs; True when it did."""
        if item.get("status") == status:
            return False
        self.store.update({**copied(item), "status": status})
        return True

    def remove(self, group: str, plural: str, item: JsonObject, grace_seconds: int = 0) -> None:
        """Delete an object, as a client does that leaves the rest to garbage collection."""
        self.store.delete(group, plural, namespace_of(item), name_of(item), grace_seconds)

    def _at(self, places: Iterable[_Place]) -> JsonObjects:
        found = [self.store.peek(*place) for place in places]
        return sorted((item for item in found if item), key=_age)

    def _index(self, change: Change) -> None:
        item = change.object
        place = (*change.resource.storage, namespace_of(item), name_of(item))
        for was, entry in ((True, change.previous), (False, item)):
            gone = was or change.type == "DELETED"
            self._note(place, entry, gone=gone)

    def _note(self, place: _Place, item: JsonObject | None, *, gone: bool) -> None:
        if item is None:
            return
        owner: Any = controller_of(item)
        if owner is not None:
            _set(self._owned, owner["uid"], place, gone=gone)
        node = item.get("spec", {}).get("nodeName") if place[:2] == ("", "pods") else None
        if node:
            _set(self._on_node, node, place, gone=gone)


def _set(index: dict[str, dict[_Place, None]], value: str, place: _Place, *, gone: bool) -> None:
    if gone:
        index.get(value, {}).pop(place, None)
    else:
        index.setdefault(value, {})[place] = None


def _age(item: JsonObject) -> tuple[str, str]:
    return item["metadata"]["creationTimestamp"], name_of(item)
