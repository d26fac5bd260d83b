"""Follow a selection until the caller has seen enough, or the time is over.

A watch is never trusted alone: an API server that is being stopped leaves it open and mute for a
minute, and a proxy may do so for ever. So each round lists, then watches for ``RECHECK_SECONDS``
at most; what a broken watch missed, the next list shows. Without the right
to watch, it lists more often.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

from clients.errors import ForbiddenError, InvalidError, UnavailableError
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.wire.watching import Change, Silence

RECHECK_SECONDS = 20.0
PAUSE_SECONDS = 1.0
POLL_SECONDS = 3.0
LAST_LOOK_SECONDS = 2.0
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
    poll: float = POLL_SECONDS


class _MayNotWatchError(Exception):
    """The type may be listed, not watched."""


async def follow(
    kubernetes: KubernetesReader,
    query: ListQuery,
    patience: Patience,
    enough: Enough,
    silence: Silence | None = None,
) -> bool:
    """Show ``enough`` the present objects, at once and after each change, until it says so.

    Returns False when the time is over first. An API server that stops answering meanwhile is
    waited for; one that does not answer the first time is a refusal. ``silence`` tells in the end
    how long there has been no answer; to be sure of it, a mute server is asked once more.
    """
    return await _Following(kubernetes, query, patience, enough, silence).followed()


class _Following:
    """One call of ``follow``: until when, and what the API server has left unanswered."""

    def __init__(
        self,
        kubernetes: KubernetesReader,
        query: ListQuery,
        patience: Patience,
        enough: Enough,
        silence: Silence | None,
    ) -> None:
        self._kubernetes = kubernetes
        self._query = query
        self._patience = patience
        self._enough = enough
        self._looks_again = silence is not None and patience.seconds > 0
        self._silence = silence or Silence()
        self._watches = True
        self._clock = asyncio.get_running_loop().time
        self._end = self._clock() + patience.seconds

    async def followed(self) -> bool:
        listed: ObjectList | None = await _listed(self._kubernetes, self._query)
        while listed is not None:
            present = {key_of(obj): obj for obj in listed.items}
            if await self._enough(present) or await self._changed(listed, present):
                return True
            listed = await self._listed_again()
        return self._looks_again and await self._last_look()

    async def _changed(self, listed: ObjectList, present: dict[Key, JsonObject]) -> bool:
        """Watch until the next list is due; without the right to, only wait for it."""
        if self._watches:
            until = min(self._end, self._clock() + self._patience.recheck)
            try:
                return await self._watched(listed.resource_version, present, until)
            except _MayNotWatchError:
                self._watches = False
        await asyncio.sleep(max(0.0, min(self._end - self._clock(), self._patience.poll)))
        return False

    async def _watched(
        self, resource_version: str, present: dict[Key, JsonObject], until: float
    ) -> bool:
        if self._clock() >= until:
            return False
        watch = self._kubernetes.watch(self._query, resource_version, self._silence)
        async with watch as changes:
            while change := await _next(changes, until):
                if change.type == "DELETED":
                    present.pop(key_of(change.object), None)
                else:
                    present[key_of(change.object)] = change.object
                if await self._enough(present):
                    return True
        return False

    async def _listed_again(self) -> ObjectList | None:
        """List for the next round; None when there is no time left for one."""
        while (left := self._end - self._clock()) > 0:
            if listed := await self._listed_within(left):
                return listed
            await asyncio.sleep(max(0.0, min(self._patience.pause, self._end - self._clock())))
        return None

    async def _listed_within(self, seconds: float) -> ObjectList | None:
        asked = self._clock()
        try:
            async with asyncio.timeout(seconds):
                listed = await _listed(self._kubernetes, self._query)
        except (TimeoutError, UnavailableError):
            self._silence.begins(asked)
            return None
        self._silence.ends()
        return listed

    async def _last_look(self) -> bool:
        """Ask once more at the end: an open watch that said nothing proves nothing."""
        listed = await self._listed_within(LAST_LOOK_SECONDS)
        return listed is not None and await self._enough({key_of(obj): obj for obj in listed.items})


async def _next(changes: AsyncIterator[Change], until: float) -> Change | None:
    try:
        async with asyncio.timeout_at(until):
            return await anext(changes)
    except TimeoutError:
        return None
    except ForbiddenError as refusal:
        raise _MayNotWatchError from refusal


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
