"""Changes of the store, as watches and controllers see them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]


@dataclass(frozen=True)
class Change:
    """One change; `object` is what is stored now (the last state for DELETED): do not modify it."""

    type: ChangeType
    resource: ResourceType
    object: JsonObject
    previous: JsonObject | None
    revision: int


class Subscription:
    """An endless asynchronous iterator over changes, from the moment it was made until closed."""

    def __init__(self, forget: Callable[["Subscription"], None]) -> None:
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._forget = forget

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, change: Change) -> None:
        """Add a change for the reader."""
        self._queue.put_nowait(change)

    def close(self) -> None:
        """End the iteration; changes already waiting are still delivered."""
        self._forget(self)
        self._queue.put_nowait(None)
