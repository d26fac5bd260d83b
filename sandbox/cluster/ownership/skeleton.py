"""What a typed object holds before anything is set: the base that a create is compared with."""

from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.schemas import Schema


def skeleton(schema: Schema) -> JsonObject:
    """Return the members that Go structs always have.

    Structs that are no pointers are `{}` (their schema declares that default), required values
    are null. That is why `f:template` has no `.` of its own while `f:labels` has.
    """
    return {
        name: value
        for name in schema.properties
        if (value := _member(schema, name)) is not _NOTHING
    }


_NOTHING = object()


def _member(schema: Schema, name: str) -> Any:
    child = schema.field(name)
    if child is None:
        return _NOTHING
    if child.default == {} and child.shape == "map":
        return skeleton(child)
    return None if name in schema.required else _NOTHING
