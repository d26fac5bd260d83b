"""What happens to an object's metadata when it is replaced or deleted."""

from datetime import datetime, timedelta

from sandbox.cluster.objects import JsonObject, timestamp
from sandbox.cluster.registry import ResourceType

# Set once by the server and never changed by an update.
IDENTITY = ("uid", "creationTimestamp", "generation", "resourceVersion")
DELETION = ("deletionTimestamp", "deletionGracePeriodSeconds")


def keep_identity(new: JsonObject, current: JsonObject) -> None:
    """Carry over what an update cannot change."""
    for key in (*IDENTITY, *DELETION):
        new.pop(key, None)
        if key in current:
            new[key] = current[key]


def next_generation(resource: ResourceType, new: JsonObject, current: JsonObject) -> int:
    """Count a change of anything but metadata and status.

    Without a status subresource the status of a custom resource counts too, as do a Deployment's
    annotations (kubernetes pkg/registry/apps/deployment/strategy.go).
    """
    generation = int(current["metadata"].get("generation") or 0)
    changed = _desired(new) != _desired(current)
    if resource.custom is not None and resource.subresource("status") is None:
        changed = changed or new.get("status") != current.get("status")
    if resource.qualified == "deployments.apps":
        changed = changed or _annotations(new) != _annotations(current)
    return generation + 1 if changed else generation


def may_go(obj: JsonObject) -> bool:
    """Tell whether an object that awaits its deletion is held by nothing any more."""
    metadata = obj["metadata"]
    awaits = "deletionTimestamp" in metadata
    return awaits and not held(obj) and not metadata.get("deletionGracePeriodSeconds")


def held(obj: JsonObject) -> list[str]:
    """Return the finalizers of an object; a namespace has some in its spec, too."""
    finalizers = list(obj["metadata"].get("finalizers") or [])
    if obj.get("kind") == "Namespace":
        finalizers += (obj.get("spec") or {}).get("finalizers") or []
    return finalizers


def shortens_grace(metadata: JsonObject, grace_seconds: int) -> bool:
    """Tell whether a delete is the first one or asks for less time than the one before."""
    if "deletionTimestamp" not in metadata:
        return True
    return grace_seconds < int(metadata.get("deletionGracePeriodSeconds") or 0)


def mark_deleted(metadata: JsonObject, grace_seconds: int, now: datetime) -> None:
    """Set when and with how much grace the object shall go (apiserver registry/rest/delete.go)."""
    metadata["deletionTimestamp"] = timestamp(now + timedelta(seconds=grace_seconds))
    metadata["deletionGracePeriodSeconds"] = grace_seconds
    if metadata.get("generation"):
        metadata["generation"] += 1


def _desired(obj: JsonObject) -> JsonObject:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}


def _annotations(obj: JsonObject) -> JsonObject:
    return obj["metadata"].get("annotations") or {}
