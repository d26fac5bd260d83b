"""Follow a selection until the caller has seen enough, or the time is over.

A watch is never trusted alone: an API server that is being stopped leaves it open and mute for a
minute, and a proxy may do so for ever. So each round lists, then watches for ``RECHECK_SECONDS``
at most; what a broken watch missed, the next list shows.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from clients.errors import InvalidError, UnavailableError
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.watching import Change

RECHECK_SECONDS = 20.0
PAUSE_SECONDS = 1.0
MOST_FOLLOWED = 500

Key = tuple[str, str]
Present = Mapping[Key, JsonObject]
Enough = Callable[[Present], Awaitable[bool]]
Told = Callable[[str], Awaitable[None]]


def key_of(obj: JsonObject) -> Key:
    """Give namespace (``""`` for cluster-scoped) and name."""
    metadata = obj["metadata"]
    return metadata.get("namespace") or "", metadata["name"]


def only(ref: ObjectRef) -> ListQuery:
    """Select one object: a watch on a single object's own path is answered with a plain GET."""
    ref.path()  # refuses what is no name, which would select something else
    return ListQuery(ref.type, ref.namespace, field_selector=f"metadata.name={ref.name}")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to follow; ``seconds=0`` looks once."""

    seconds: float
    recheck: float = RECHECK_SECONDS
    pause: float = PAUSE_SECONDS


async def follow(
    kubernetes: KubernetesReader, query: ListQuery, patience: Patience, enough: Enough
) -> bool:
    """Show ``enough`` the present objects, at once and after each change, until it says so.

    Returns False when the time is over first. An API server that stops answering meanwhile is
    waited for; one that does not answer the first time is a refusal.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + patience.seconds
    listed = await _listed(kubernetes, query)
    while True:
        present = {key_of(obj): obj for obj in listed.items}
        if await enough(present):
            return True
        until = min(end, clock() + patience.recheck)
        if await _watched(kubernetes, query, listed.resource_version, present, until, enough):
            return True
        again = await _listed_again(kubernetes, query, end, patience.pause)
        if again is None:
            return False
        listed = again


async def _watched(
    kubernetes: KubernetesReader,
    query: ListQuery,
    resource_version: str,
    present: dict[Key, JsonObject],
    until: float,
    enough: Enough,
) -> bool:
    if asyncio.get_running_loop().time() >= until:
        return False
    async with kubernetes.watch(query, resource_version) as changes:
        while change := await _next(changes, until):
            if change.type == "DELETED":
                present.pop(key_of(change.object), None)
            else:
                present[key_of(change.object)] = change.object
            if await enough(present):
                return True
    return False


async def _next(changes: AsyncIterator[Change], until: float) -> Change | None:
    try:
        async with asyncio.timeout_at(until):
            return await anext(changes)
    except TimeoutError:
        return None


async def _listed_again(
    kubernetes: KubernetesReader, query: ListQuery, end: float, pause: float
) -> ObjectList | None:
    """List for the next round; None when there is no time left for one."""
    while (left := end - asyncio.get_running_loop().time()) > 0:
        try:
            async with asyncio.timeout(left):
                return await _listed(kubernetes, query)
        except TimeoutError:
            return None
        except UnavailableError:
            await asyncio.sleep(min(pause, left))
    return None


async def _listed(kubernetes: KubernetesReader, query: ListQuery) -> ObjectList:
    listed = await kubernetes.list(query, MOST_FOLLOWED)
    if not listed.complete:
        raise InvalidError(
            f"The selection has more than {MOST_FOLLOWED} {query.type.plural}; narrow it."
        )
    return listed


async def pause(
    seconds: float,
    tell: Told,
    *,
    every: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Wait, saying every few seconds how much is left."""
    left = seconds
    while left > 0:
        step = min(every, left)
        await sleep(step)
        left -= step
        await tell(f"{seconds - left:g} of {seconds:g} s")
