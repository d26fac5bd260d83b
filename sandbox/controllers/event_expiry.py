"""Events are kept for an hour after their last change, as kube-apiserver keeps them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.controllers.conditions import moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import KEPT_SECONDS
from sandbox.controllers.loop import Key


class EventExpiry:
    """Removes an Event when its time is over."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at an Event after its change."""
        if change.resource.storage != ("", "events") or change.type == "DELETED":
            return []
        return [(namespace_of(change.object), name_of(change.object))]

    def reconcile(self, key: Key) -> datetime | None:
        """Remove it, or tell when that is due."""
        event = self._cluster.store.peek("", "events", *key)
        if event is None:
            return None
        due = last_seen(event) + timedelta(seconds=KEPT_SECONDS)
        if due > self._cluster.now():
            return due
        self._cluster.remove("", "events", event)
        return None


def last_seen(event: JsonObject) -> datetime:
    """Tell when an Event was last observed, whichever API it was written with."""
    series = (event.get("series") or {}).get("lastObservedTime")
    created = event["metadata"]["creationTimestamp"]
    return moment(series or event.get("lastTimestamp") or event.get("eventTime") or created)
