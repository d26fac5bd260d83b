"""Requests to the API server with retries, and the door that keeps a read-only session reading.

Retried: reads on 429 (after what Retry-After asks), 5xx and lost connections; any request that was
never sent; never a write that may have arrived. All bounded, with jitter.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import orjson
import stamina

from clients import errors
from clients.kubernetes.wire.connection import Connection, Request, Transient
from clients.kubernetes.wire.websockets import WebSocket

Door = Callable[[Request], None]
T = TypeVar("T")
MOST_BODY_BYTES = 256 * 2**20
_CHUNK = 2**16
_UNCHANGED = " Nothing was changed."


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long apart; ``attempts`` counts the first."""

    attempts: int = 3
    base_delay: float = 0.2
    max_delay: float = 5.0
    exponential_base: float = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A decoded body and the ``Warning`` headers that came with it."""

    body: dict[str, Any]
    status: int
    headers: Any
    warnings: tuple[str, ...] = ()


def open_door(_: Request) -> None:
    """Let every request through."""


class Session:
    """Sends requests through a door; ``with_door`` gives the same connection a narrower one."""

    def __init__(self, connection: Connection, retries: Retries, door: Door = open_door) -> None:
        self.connection = connection
        self._retries = retries
        self._door = door

    def with_door(self, door: Door) -> "Session":
        """Return a session over the same connection whose requests must pass ``door`` as well."""

        def both(request: Request) -> None:
            self._door(request)
            door(request)

        return Session(self.connection, self._retries, both)

    async def json(self, request: Request) -> Answer:
        """Send and decode a JSON object."""

        async def once() -> Answer:
            async with self.connection.exchange(request) as response:
                body = await _whole_body(response)
                return Answer(
                    _decoded(body, response), response.status, response.headers, _warnings(response)
                )

        return await self._trying(request, once)

    async def text(self, request: Request, most_bytes: int) -> bytes:
        """Send and return the body's first ``most_bytes``; the rest is not read."""

        async def once() -> bytes:
            async with self.connection.exchange(request) as response:
                return await _first_bytes(response, most_bytes)

        return await self._trying(request, once)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[aiohttp.StreamReader]:
        """Send and yield the body as it comes; opened once, never again behind the reader."""
        self._door(request)
        try:
            async with self.connection.exchange(request) as response:
                yield response.content
        except Transient as transient:
            raise transient.cause from transient

    @asynccontextmanager
    async def relay(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send once and yield the answer whatever its status, to be passed on as it is."""
        self._door(request)
        try:
            async with self.connection.relayed(request) as response:
                yield response
        except Transient as transient:
            raise transient.cause from transient

    @asynccontextmanager
    async def websocket(self, request: Request) -> AsyncIterator[WebSocket]:
        """Open a websocket, and close it in the end; what it carried is never sent again."""
        socket = await self._trying(request, lambda: self.connection.websocket(request))
        try:
            yield socket
        finally:
            await socket.close()

    async def _trying(self, request: Request, once: Callable[[], Awaitable[T]]) -> T:
        self._door(request)
        try:
            return await once()
        except Transient as first:
            if self._retries.attempts <= 1:
                raise first.cause from first
            return await self._again(once, first)

    async def _again(self, once: Callable[[], Awaitable[T]], first: Transient) -> T:
        """Go on after a first failure; the common case never builds a retry loop."""
        caller = stamina.AsyncRetryingCaller(
            attempts=self._retries.attempts,
            timeout=None,
            wait_initial=self._retries.base_delay,
            wait_max=self._retries.max_delay,
            wait_jitter=self._retries.base_delay,
            wait_exp_base=self._retries.exponential_base,
        )
        failures = iter([first])

        async def after_the_first() -> T:
            if failed := next(failures, None):
                raise failed
            return await once()

        try:
            return await caller(self._pause_before, after_the_first)
        except Transient as last:
            raise _after(self._retries.attempts, last.cause) from last

    def _pause_before(self, failure: Exception) -> bool | float:
        """Say to stamina whether to go on, and when: what the server asked, within the bound."""
        if not isinstance(failure, Transient):
            return False
        if failure.wait is None:
            return True
        return min(failure.wait, self._retries.max_delay) or 0.001  # 0 would mean: give up


def _after(tries: int, cause: errors.ClientError) -> errors.ClientError:
    """Say the tries with what happened, before what follows from it."""
    happened, unchanged, _ = str(cause).partition(_UNCHANGED)
    if not unchanged:
        return type(cause)(f"{happened} ({tries} tries)")
    return type(cause)(f"{happened.removesuffix('.')} ({tries} tries).{_UNCHANGED}")


async def _whole_body(response: aiohttp.ClientResponse) -> bytes:
    body = await _first_bytes(response, MOST_BODY_BYTES + 1)
    if len(body) > MOST_BODY_BYTES:
        raise errors.UnavailableError(
            f"The answer is larger than {MOST_BODY_BYTES >> 20} MiB; narrow the request."
        )
    return body


async def _first_bytes(response: aiohttp.ClientResponse, most: int) -> bytes:
    pieces: list[bytes] = []
    left = most
    async for piece in response.content.iter_chunked(_CHUNK):
        pieces.append(piece[:left])
        left -= len(pieces[-1])
        if left <= 0:
            break
    return b"".join(pieces)


def _decoded(body: bytes, response: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        parsed = orjson.loads(body)
    except ValueError as garbled:
        raise errors.UnavailableError(
            f"{response.url.origin()} answered with something that is not JSON: "
            "is it a Kubernetes API server?"
        ) from garbled
    if not isinstance(parsed, dict):
        raise errors.UnavailableError(f"{response.url.origin()} answered JSON that is no object.")
    return parsed


def _warnings(response: aiohttp.ClientResponse) -> tuple[str, ...]:
    """Read ``Warning: 299 - "text"`` headers (RFC 7234 §5.5), each text once."""
    texts = (
        value.partition('"')[2].rpartition('"')[0]
        for value in response.headers.getall("Warning", ())
    )
    return tuple(dict.fromkeys(text.replace('\\"', '"') for text in texts if text))
