"""The objects of a release's manifest as the cluster has them; some at a time, and not for ever."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clients.errors import ClientError
from clients.helm.manifest import Document, documents
from clients.helm.release import Release
from clients.kubernetes import JsonObject, KubernetesReader, ObjectRef, ResourceType

AT_ONCE = 8
MOST_OBJECTS = 200
MOST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class LiveObject:
    """One object: ``deployment.apps/web``; its namespace if another than the release's.

    ``obj`` is masked, None where there is none; ``unread`` says why it could not be read.
    """

    name: str
    elsewhere: str = ""
    obj: JsonObject | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class LiveObjects:
    """In the manifest's order; ``left_out`` says what was not looked at."""

    objects: Sequence[LiveObject]
    left_out: Sequence[str] = field(default=())


Kinds = dict[tuple[str, str], ResourceType | str]


async def live_objects(kubernetes: KubernetesReader, release: Release) -> LiveObjects:
    """Read every object that a release's manifest names."""
    named, odd = await asyncio.to_thread(_told_apart, release.manifest)
    shown = named[:MOST_OBJECTS]
    kinds = await _kinds(kubernetes, shown)
    found: list[LiveObject] = [_unseen(document, release) for document in shown]
    slots = asyncio.Semaphore(AT_ONCE)

    async def look(position: int) -> None:
        async with slots:
            found[position] = await _looked(
                kubernetes, shown[position], kinds, found[position], release.namespace
            )

    try:
        async with asyncio.timeout(MOST_SECONDS), asyncio.TaskGroup() as group:
            for position in range(len(shown)):
                group.create_task(look(position))
    except TimeoutError:  # those that were not reached say so themselves
        pass
    return LiveObjects(found, _left_out(len(named) - len(shown), odd))


def _told_apart(manifest: str) -> tuple[list[Document], int]:
    """Return the documents that name one object, and how many there are that do not."""
    every = [each for each in documents(manifest) if each.node is None or each.field("kind")]
    named = [each for each in every if each.field("metadata", "name")]
    return named, len(every) - len(named)


def _unseen(document: Document, release: Release) -> LiveObject:
    name = f"{document.field('kind').lower()}/{document.field('metadata', 'name')}"
    namespace = document.field("metadata", "namespace")
    elsewhere = namespace if namespace != release.namespace else ""
    return LiveObject(name, elsewhere, unread=f"no answer within {MOST_SECONDS:g} s")


async def _kinds(kubernetes: KubernetesReader, documents: Sequence[Document]) -> Kinds:
    """Resolve each type once; why one cannot be is kept in its place."""
    found: Kinds = {}
    for document in documents:
        if (key := _kind(document)) not in found:
            try:
                found[key] = await kubernetes.kind(*key)
            except ClientError as refusal:
                found[key] = str(refusal)
    return found


def _kind(document: Document) -> tuple[str, str]:
    return document.field("apiVersion"), document.field("kind")


async def _looked(
    kubernetes: KubernetesReader,
    document: Document,
    kinds: Kinds,
    unseen: LiveObject,
    namespace: str,
) -> LiveObject:
    kind = kinds[_kind(document)]
    if isinstance(kind, str):
        return replace(unseen, unread=kind)
    ref = ObjectRef(kind, document.field("metadata", "name"), unseen.elsewhere or namespace)
    there = replace(unseen, name=ref.qualified_name, unread="")
    try:
        return replace(there, obj=await kubernetes.get_or_none(ref))
    except ClientError as refusal:
        return replace(there, unread=str(refusal))


def _left_out(more: int, odd: int) -> Sequence[str]:
    said = []
    if more:
        said.append(f"… and {more} more objects, which were not looked at")
    if odd:
        said.append(f"… and {odd} documents that name no single object")
    return said
