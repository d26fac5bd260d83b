"""The one loop that all controllers share: what changed is looked at again, at once or when due.

No controller keeps a thread or a task of its own. That makes a run repeatable: the same changes at
the same times of the clock give the same objects, whether the clock is real or a test's.
"""

import asyncio
import heapq
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from sandbox.cluster.changes import Change
from sandbox.controllers.control_plane import ControlPlane

Key = tuple[str, str]
"""Namespace and name of the object that a controller is responsible for."""

PASSES_PER_SETTLING = 10_000  # more means that two controllers undo each other's work
PASSES_BETWEEN_PAUSES = 50  # then other tasks of the event loop have their turn


class Controller(Protocol):
    """Brings the cluster nearer to what one kind of object asks for."""

    def concerned(self, change: Change) -> Iterable[Key]:
        """Name the objects to look at after a change."""

    def reconcile(self, key: Key) -> datetime | None:
        """Do what is to be done now; answer when to look again even if nothing changes."""


class Loop:
    """Remembers what to look at, and looks."""

    def __init__(self, cluster: ControlPlane, controllers: Sequence[Controller]) -> None:
        self._cluster = cluster
        self._controllers = controllers
        self._waiting: dict[tuple[int, Key], None] = {}
        self._due: dict[tuple[int, Key], datetime] = {}
        self._timers: list[tuple[datetime, int, Key]] = []
        self._woken = asyncio.Event()
        self._closed = False
        cluster.store.observe(self._observe)
        for resource, item in cluster.store.everything():
            self._observe(Change("ADDED", resource, item, None, cluster.store.revision))

    def settle(self) -> None:
        """Work until nothing is left to do at the present time of the clock."""
        for _ in range(PASSES_PER_SETTLING):
            if not self._pass():
                return
        raise RuntimeError("the controllers do not come to rest")

    def next_due(self) -> datetime | None:
        """Tell when the next look is due; None while nothing waits for a time."""
        while self._timers and self._due.get(self._timers[0][1:]) != self._timers[0][0]:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    async def run(self) -> None:
        """Work for ever: after each change, and whenever something is due."""
        while True:
            self._woken.clear()
            passes = 0
            while self._pass():
                passes += 1
                if passes % PASSES_BETWEEN_PAUSES == 0:
                    await asyncio.sleep(0)
            await self._wait()

    def close(self) -> None:
        """Look at nothing any more."""
        self._closed = True
        self._waiting.clear()
        self._due.clear()
        self._timers.clear()

    async def _wait(self) -> None:
        due = self.next_due()
        seconds = None if due is None else (due - self._cluster.now()).total_seconds()
        # Not wait_for: before Python 3.12 it may swallow a cancellation.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def _observe(self, change: Change) -> None:
        if self._closed:
            return
        for index, controller in enumerate(self._controllers):
            for key in controller.concerned(change):
                self._waiting[index, key] = None
        self._woken.set()

    def _pass(self) -> bool:
        """Reconcile one object; False when none waits and none is due."""
        self._wake_due()
        if not self._waiting:
            return False
        index, key = next(iter(self._waiting))
        del self._waiting[index, key]
        self._due.pop((index, key), None)
        due = self._controllers[index].reconcile(key)
        if due is not None:
            due = max(due, self._cluster.in_seconds(1))  # nothing is looked at twice in a second
            self._due[index, key] = due
            heapq.heappush(self._timers, (due, index, key))
        return True

    def _wake_due(self) -> None:
        now = self._cluster.now()
        while (due := self.next_due()) is not None and due <= now:
            _, index, key = heapq.heappop(self._timers)
            del self._due[index, key]
            self._waiting[index, key] = None
