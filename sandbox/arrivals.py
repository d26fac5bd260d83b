"""What both simulated servers have: the requests that came, and the faults that tests ordered."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

R = TypeVar("R")


class Arrivals(Generic[R]):
    """Every request since the start or the last `clear`, in order of arrival."""

    def __init__(self) -> None:
        self._requests: list[R] = []
        self._arrival = asyncio.Condition()

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def __getitem__(self, index: int) -> R:
        return self._requests[index]

    async def add(self, request: R) -> None:
        """Remember a request, and tell who waits for it."""
        self._requests.append(request)
        async with self._arrival:
            self._arrival.notify_all()

    async def arrived(self, count: int) -> None:
        """Wait until so many requests have come since the start or the last `clear`."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self._requests) >= count)

    def clear(self) -> None:
        """Forget all requests."""
        self._requests.clear()


class OrderedFault(Protocol):
    """A fault that is used up by the requests it matches, and may let one wait."""

    times: int | None
    event: asyncio.Event | None

    def matches(self, request: Any) -> bool:
        """Whether it is not used up and concerns this request."""


F = TypeVar("F", bound=OrderedFault)


class OrderedFaults(Generic[F, R]):
    """The faults in force, in the order given."""

    def __init__(self) -> None:
        self._faults: list[F] = []

    def add(self, fault: F) -> F:
        """Put a fault in force."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Lift all faults, and let held requests go on."""
        for each in self._faults:
            if each.event is not None:
                each.event.set()
        self._faults.clear()

    def take(self, request: R, wanted: Callable[[F], bool]) -> F | None:
        """Return the first fault of a wanted kind that matches, counting it as used."""
        fault = next((f for f in self._faults if wanted(f) and f.matches(request)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
        return fault
