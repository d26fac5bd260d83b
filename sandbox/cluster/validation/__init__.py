"""What is checked of an object's content, in the server's words.

Not every rule of Kubernetes is here: those that a person or a model commonly breaks.
"""

from collections.abc import Iterator

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.statuses import Cause
from sandbox.cluster.validation.custom import changed_faults, custom_faults
from sandbox.cluster.validation.kinds import KIND_FAULTS
from sandbox.cluster.validation.metadata import metadata_faults
from sandbox.cluster.validation.updates import immutable_faults


def creation_faults(resource: ResourceType, obj: JsonObject) -> Iterator[Cause]:
    """Yield what is wrong with a new object."""
    yield from metadata_faults(resource, obj["metadata"])
    yield from content_faults(resource, obj)


def update_faults(
    resource: ResourceType, live: JsonObject, obj: JsonObject, part: str = ""
) -> Iterator[Cause]:
    """Yield what is wrong with an object in place of the live one; `part` is `status` or all."""
    yield from metadata_faults(resource, obj["metadata"])
    yield from content_faults(resource, obj, part)
    yield from immutable_faults(resource, live, obj)
    if resource.custom is not None:
        yield from changed_faults(resource, live, obj)


def content_faults(resource: ResourceType, obj: JsonObject, part: str = "") -> Iterator[Cause]:
    """Yield what is wrong beside metadata."""
    if resource.custom is not None:
        yield from custom_faults(resource, obj, part)
    elif check := KIND_FAULTS.get((resource.group, resource.kind)):
        yield from check(obj)
