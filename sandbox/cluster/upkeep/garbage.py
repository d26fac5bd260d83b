"""Owner references: dependents go after their owners, as the garbage collector makes them."""

from collections.abc import Iterator

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.state import Cluster

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


class GarbageCollector:
    """Deletes dependents of what is gone, and lets go of what waits for its dependents."""

    def __init__(self, cluster: Cluster) -> None:
        self._store = cluster.store
        self._grace = 30 if cluster.kubelets else 0

    def react(self, change: Change) -> None:
        """Look after the dependents of an object that is gone or that awaits its deletion."""
        metadata = change.object["metadata"]
        if change.type == "DELETED":
            self._delete_dependents(metadata["uid"])
            self._release_waiting_owners(metadata)
        elif "deletionTimestamp" in metadata:
            self._begin(change.resource, change.object)

    def _begin(self, resource: ResourceType, owner: JsonObject) -> None:
        held = owner["metadata"].get("finalizers") or []
        uid = owner["metadata"]["uid"]
        if ORPHAN in held:
            self._orphan_dependents(uid)
            self._release(resource, owner, ORPHAN)
        elif FOREGROUND in held:
            self._delete_dependents(uid, (FOREGROUND,))
            self._release_if_alone(resource, owner)

    def _delete_dependents(self, uid: str, finalizers: tuple[str, ...] = ()) -> None:
        for resource, dependent in list(self._dependents(uid)):
            if len(dependent["metadata"]["ownerReferences"]) > 1 and not finalizers:
                self._store.update(_without_owner(dependent, uid))
            elif "deletionTimestamp" not in dependent["metadata"]:
                self._delete(resource, dependent, finalizers)

    def _delete(self, resource: ResourceType, obj: JsonObject, finalizers: tuple[str, ...]) -> None:
        is_pod = (resource.group, resource.plural) == ("", "pods")
        self._store.delete(
            resource.group,
            resource.plural,
            namespace_of(obj) or None,
            name_of(obj),
            grace_seconds=self._grace if is_pod else 0,
            finalizers=finalizers,
        )

    def _orphan_dependents(self, uid: str) -> None:
        for _, dependent in list(self._dependents(uid)):
            self._store.update(_without_owner(dependent, uid))

    def _dependents(self, uid: str) -> Iterator[tuple[ResourceType, JsonObject]]:
        for resource, obj in self._store.everything():
            references = obj["metadata"].get("ownerReferences") or []
            if any(each["uid"] == uid for each in references):
                yield resource, obj

    def _release_waiting_owners(self, gone: JsonObject) -> None:
        owners = {each["uid"] for each in gone.get("ownerReferences") or []}
        if not owners:
            return
        for resource, obj in list(self._store.everything()):
            held = obj["metadata"].get("finalizers") or []
            if obj["metadata"]["uid"] in owners and FOREGROUND in held:
                self._release_if_alone(resource, obj)

    def _release_if_alone(self, resource: ResourceType, owner: JsonObject) -> None:
        blocking = (
            each
            for _, dependent in self._dependents(owner["metadata"]["uid"])
            for each in dependent["metadata"]["ownerReferences"]
            if each["uid"] == owner["metadata"]["uid"] and each.get("blockOwnerDeletion")
        )
        if "deletionTimestamp" in owner["metadata"] and next(blocking, None) is None:
            self._release(resource, owner, FOREGROUND)

    def _release(self, resource: ResourceType, obj: JsonObject, finalizer: str) -> None:
        stored = self._store.get(
            resource.group, resource.plural, namespace_of(obj) or None, name_of(obj)
        )
        if stored is None or finalizer not in (stored["metadata"].get("finalizers") or []):
            return
        stored["metadata"]["finalizers"].remove(finalizer)
        self._store.update(stored)


def _without_owner(obj: JsonObject, uid: str) -> JsonObject:
    new = copied(obj)
    references = [each for each in new["metadata"]["ownerReferences"] if each["uid"] != uid]
    if references:
        new["metadata"]["ownerReferences"] = references
    else:
        del new["metadata"]["ownerReferences"]
    return new
