"""Watches: a stream of events from a version on (apiserver `pkg/endpoints/handlers/watch.go`)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson
from aiohttp import web

from sandbox.cluster.changes import Subscription
from sandbox.cluster.faults import Fault
from sandbox.cluster.objects import JsonObject
from sandbox.cluster.reading.documents import presented
from sandbox.cluster.reading.events import Event, Selection, bookmark
from sandbox.cluster.reading.negotiation import Representation
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import ApiError, expired

DEFAULT_TIMEOUT_SECONDS = 1800
BOOKMARK_SECONDS = 60


@dataclass
class Watch:
    """One watch being served."""

    call: Call
    selection: Selection
    shape: Representation
    _response: web.StreamResponse = field(init=False)
    _written: int = 0

    async def serve(self) -> web.StreamResponse:
        """Stream events until the timeout, the client's end or an ordered fault."""
        with self.call.cluster.store.subscribe() as subscription:
            try:
                initial = self.selection.initial_events()
            except ApiError as refusal:  # too old a version is an event, not an answer
                if refusal.code != 410:
                    raise
                initial = [Event("ERROR", refusal.status)]
                subscription.close()
            self._response = web.StreamResponse(headers={"Content-Type": "application/json"})
            await self._response.prepare(self.call.http)
            await self._stream(initial, subscription)
        return self._response

    async def _stream(self, initial: list[Event], subscription: Subscription) -> None:
        fault = self.call.cluster.faults.take(self.call.request, _breaks_watches)
        async for event in self._events(initial, subscription):
            if fault is not None and self._written >= fault.after:
                return await self._break_off(fault)
            await self._write(event)
        return None

    async def _events(
        self, initial: list[Event], subscription: Subscription
    ) -> AsyncIterator[Event]:
        for event in initial:
            yield event
        loop = asyncio.get_running_loop()
        end = loop.time() + (self.selection.options.timeout_seconds or DEFAULT_TIMEOUT_SECONDS)
        while (left := end - loop.time()) > 0:
            try:
                change = await asyncio.wait_for(anext(subscription), min(left, BOOKMARK_SECONDS))
            except StopAsyncIteration:
                return
            except TimeoutError:
                if self.selection.options.bookmarks and left > BOOKMARK_SECONDS:
                    yield bookmark(self.call.resource, self.call.cluster.store.revision)
                continue
            for event in self.selection.events_of(change):
                yield event

    async def _write(self, event: Event) -> None:
        content = {"type": event.type, "object": self._presented(event)}
        self._written += 1
        await self._response.write(orjson.dumps(content) + b"\n")

    def _presented(self, event: Event) -> JsonObject:
        if event.type == "ERROR":
            return event.object
        include = self.call.query.text("includeObject")
        now = self.call.cluster.clock()
        shown = presented(event.object, self.call.resource, self.shape, now, include)
        if self.shape.transformed == "Table" and self._written:
            shown["columnDefinitions"] = None  # only the first event of a stream has them
        return shown

    async def _break_off(self, fault: Fault) -> None:
        if fault.kind == "watch_error":
            why = "The provided resource version is too old."
            await self._write(Event("ERROR", expired(why).status))
        elif self.call.http.transport is not None:
            self.call.http.transport.abort()


def _breaks_watches(fault: Fault) -> bool:
    return fault.kind in ("drop_watch", "watch_error")
