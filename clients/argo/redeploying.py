"""Set image and undo: give a rollout, or the workload it refers to, another pod template.

Follows ``cmd/set/set_image.go`` and ``cmd/undo/undo.go``. Where the plugin replaces the whole
object to set an image, a json patch that tests what it replaces is as safe and loses nothing.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from clients.argo.finding import rollout_of
from clients.argo.reading import REPLICA_SETS, replica_sets_of, workload_of
from clients.argo.rollout import entries, part, revision, status, workload_ref
from clients.argo.templates import HASH, is_derived, without_hash
from clients.errors import ConflictError, InvalidError, NotFoundError
from clients.kubernetes.names import shown
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.workloads.images import IMAGE
from clients.kubernetes.writer import JSON_PATCH, KubernetesWriter
from clients.suggestions import did_you_mean

LISTS = ("initContainers", "containers")
MOST_TRIES = 5
_IMAGE = re.compile(IMAGE)


class ImageChange(NamedTuple):
    """One container's image before and after."""

    container: str
    before: str
    after: str


async def set_image(
    writing: KubernetesWriter, rollout: ObjectRef, image: str, container: str | None
) -> tuple[ObjectRef, Sequence[ImageChange]]:
    """Change a container's image, of all with ``*``; return what was patched, and what changed."""
    if not _IMAGE.fullmatch(image):
        raise InvalidError(f'Argument "image": {shown(image)} is no image.')
    for tries_left in reversed(range(MOST_TRIES)):
        ref, template = await _holder(writing, rollout)
        before = await writing.read.get(ref)
        places = _places(rollout, before, template, container)
        changes = [ImageChange(name, old, image) for _, name, old in places if old != image]
        operations = [o for path, name, old in places if old != image
                      for o in _replacing(path, name, old, image)]  # fmt: skip
        if not operations:
            return ref, []
        try:
            await writing.patch_known(ref, before, operations, JSON_PATCH)
        except InvalidError as refusal:
            if not _was_a_test(refusal):
                raise
            if not tries_left:
                raise ConflictError(f"{ref} is changed faster than it can be patched.") from refusal
            continue
        return ref, changes
    raise AssertionError("unreachable")


class Undone(NamedTuple):
    """The revision that it went back to, its ReplicaSet, and whether that was the stable one."""

    revision: int
    replica_set: str
    stable: bool


async def undo(writing: KubernetesWriter, rollout: ObjectRef, to_revision: int | None) -> Undone:
    """Go back to a revision, the second newest without a number."""
    found = await rollout_of(writing.read, rollout)
    kept = {revision(each): each for each in await replica_sets_of(writing.read, found)}
    number = _chosen(rollout, sorted(kept), to_revision)
    kind = await writing.read.resource_type(REPLICA_SETS)
    keeper = ObjectRef(kind, kept[number]["metadata"]["name"], rollout.namespace)
    source = (await writing.unmasked(keeper))["spec"]["template"]
    ref, path = await _holder(writing, rollout)
    present = _at(await writing.unmasked(ref), path)
    if is_derived(without_hash(present), without_hash(source)):
        raise ConflictError(f"Nothing to do: {ref} has the template of revision {number} already.")
    where = "/" + "/".join(path)
    operation = {"op": "replace", "path": where, "value": without_hash(source)}
    await writing.patch_known(ref, await writing.read.get(ref), [operation], JSON_PATCH)
    return Undone(number, keeper.name, _is_stable(found, kept[number]))


def _is_stable(rollout: JsonObject, replica_set: JsonObject) -> bool:
    """Whether a ReplicaSet is the version that all traffic goes back to."""
    labels = part(replica_set, "metadata", "labels")
    return bool(labels.get(HASH)) and labels.get(HASH) == status(rollout).get("stableRS")


async def _holder(
    writing: KubernetesWriter, rollout: ObjectRef
) -> tuple[ObjectRef, tuple[str, ...]]:
    """Say which object holds the pod template, and at which path."""
    found = await rollout_of(writing.read, rollout)
    if not workload_ref(found):
        return rollout, ("spec", "template")
    ref = await workload_of(writing.read, found)
    return ref, ("template",) if ref.type.kind == "PodTemplate" else ("spec", "template")


def _places(
    rollout: ObjectRef, obj: JsonObject, template: Sequence[str], container: str | None
) -> list[tuple[str, str, str]]:
    """Return path, name and image of each container that is meant."""
    every = list(_containers(obj, template))
    names = [name for _, name, _ in every]
    if not names:
        raise InvalidError(f"{rollout} has no pod template, so no containers.")
    if container is None:
        main = [each for each in every if "/containers/" in each[0]]
        if len(main) == 1:
            return main
        raise InvalidError(
            f'{rollout} has several containers: {", ".join(names)}. Give container_name, or "*" '
            "for all."
        )
    if container == "*":
        return every
    found = [each for each in every if each[1] == container]
    if not found:
        near = did_you_mean(container, names)
        raise NotFoundError(
            f"{rollout} has no container {shown(container)}.{near} It has: {', '.join(names)}."
        )
    return found


def _containers(obj: JsonObject, template: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    pod = part(_at(obj, template), "spec")
    for kind in LISTS:
        for position, each in enumerate(entries(pod, kind)):
            path = "/".join(["", *template, "spec", kind, str(position)])
            yield path, str(each.get("name")), str(each.get("image") or "")


def _replacing(path: str, name: str, old: str, image: str) -> list[JsonObject]:
    operation = "replace" if old else "add"
    tests = [{"op": "test", "path": f"{path}/name", "value": name}]
    if old:
        tests.append({"op": "test", "path": f"{path}/image", "value": old})
    return [*tests, {"op": operation, "path": f"{path}/image", "value": image}]


def _was_a_test(refusal: InvalidError) -> bool:
    """Whether a json patch was refused as a whole: the API server does not say which test."""
    return not refusal.causes and "rejected our request" in str(refusal)


def _chosen(ref: ObjectRef, numbers: Sequence[int], wanted: int | None) -> int:
    there = ", ".join(map(str, numbers)) or "none"
    if wanted is None:
        if len(numbers) < 2:
            raise NotFoundError(f"{ref} has no earlier revision to go back to; it has: {there}.")
        return numbers[-2]
    if wanted not in numbers:
        raise NotFoundError(
            f"{ref} has no revision {wanted}; it has: {there}. Going back gives a revision a new "
            "number."
        )
    return wanted


def _at(obj: Any, path: Sequence[str]) -> JsonObject:
    return part(obj, *path)
