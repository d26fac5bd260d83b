"""The patches of a rollout: spec and status each where the API server keeps it.

Rollouts have a status subresource: there, and nowhere else, a status can be patched. Controllers up
to v0.9 came without one, and experiments and analysis runs still do: then the status is a part of
the object itself. What follows from a state that was read carries that state's
``resourceVersion``, and is decided again when somebody was faster.
"""

from collections.abc import Callable

from clients.errors import ConflictError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.writer import MERGE, KubernetesWriter

MOST_TRIES = 5
STATUS = "status"
Decide = Callable[[JsonObject], JsonObject | None]


async def patch_spec(
    writing: KubernetesWriter, ref: ObjectRef, before: JsonObject, spec: JsonObject
) -> JsonObject:
    """Merge fields into the spec."""
    return await writing.patch_known(ref, before, {"spec": spec}, MERGE)


async def patch_status(
    writing: KubernetesWriter, ref: ObjectRef, before: JsonObject, status: JsonObject | None
) -> JsonObject:
    """Merge fields into the status, whatever its present version; None empties it."""
    return await _patched(writing, ref, before, {"status": status})


async def decide_status(
    writing: KubernetesWriter, ref: ObjectRef, before: JsonObject, decide: Decide
) -> JsonObject | None:
    """Merge what ``decide`` makes of the present state, None being nothing; return the object.

    A conflict has the object read and decided on again; the last one is raised.
    """
    for tries_left in reversed(range(MOST_TRIES)):
        status = decide(before)
        if status is None:
            return None
        version = {"resourceVersion": before["metadata"]["resourceVersion"]}
        try:
            return await _patched(writing, ref, before, {"metadata": version, "status": status})
        except ConflictError:
            if not tries_left:
                raise
        before = await writing.read.get(ref)
    return None


async def _patched(
    writing: KubernetesWriter, ref: ObjectRef, before: JsonObject, patch: JsonObject
) -> JsonObject:
    apart = STATUS in ref.type.subresources
    return await writing.patch_known(
        ref, before, patch, MERGE, subresource=STATUS, inside=not apart
    )
