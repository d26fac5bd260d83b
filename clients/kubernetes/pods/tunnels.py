"""One TCP connection to a port of a pod, over a websocket of its own.

Sources followed: kubelet ``portforward/websocket.go``. ``v4.channel.k8s.io`` has a data and an
error channel for the port, each beginning with the port's number, and no half-close.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from clients.errors import UnavailableError
from clients.kubernetes.wire.websockets import FRAME_BYTES, WebSocket

DATA, ERROR = 0, 1
_PORT_BYTES = 2
# A refused connection is told within milliseconds; an open one mostly says nothing.
PROBE_SECONDS = 0.5
# How long to go on after the local side has said that it sends nothing more: it may wait for an
# answer or be gone for good, which look the same. The second figure is for after an answer.
LINGER_SECONDS = 30.0
ANSWERED_SECONDS = 3.0
# So that no balancer in between takes the connection for dead.
PING_SECONDS = 30.0


class UnconnectedError(UnavailableError):
    """The kubelet could not connect to the port."""


class Opens(Protocol):
    """Opens a websocket to a port of the pod."""

    def __call__(self, port: int) -> AbstractAsyncContextManager[WebSocket]:
        """Connect."""
        ...


async def received(socket: WebSocket) -> AsyncIterator[bytes]:
    """Yield what the port sends; raise what the kubelet says when it cannot connect."""
    left = {DATA: _PORT_BYTES, ERROR: _PORT_BYTES}
    async for channel, data in socket.frames():
        skipped = min(left.get(channel, 0), len(data))
        left[channel] = left.get(channel, 0) - skipped
        rest = data[skipped:]
        if rest and channel == ERROR:
            raise UnconnectedError(_reason(rest.decode("utf-8", "replace")))
        if rest and channel == DATA:
            yield rest


def _reason(said: str) -> str:
    """Keep what the dial says, or the end of a long text, which tells most."""
    _, dial, address = said.partition("dial tcp")
    text = f"{dial}{address}" if dial else said
    return text.splitlines()[0].strip()[-300:]


async def probe(opens: Opens, port: int, seconds: float = PROBE_SECONDS) -> None:
    """Connect once and raise if nothing listens; quiet is a good sign."""
    async with opens(port) as socket:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for _ in received(socket):
                    return


class Tunnel:
    """Carries one local connection to its end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        linger: float = LINGER_SECONDS,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._linger = linger
        self._pieces = 0
        self._answered = False

    async def carry(self, opens: Opens, port: int) -> None:
        """Pass bytes both ways; raises ``ClientError`` if the pod's side cannot be reached."""
        async with opens(port) as socket:
            sending = asyncio.create_task(self._send(socket))
            try:
                async for data in received(socket):
                    self._pieces, self._answered = self._pieces + 1, True
                    self._writer.write(data)
                    await self._writer.drain()
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, socket: WebSocket) -> None:
        """Send what comes until the local side ends; then wait for the rest of the answer."""
        with contextlib.suppress(ConnectionError):
            while (data := await self._next(socket)) != b"":
                self._answered = False
                await socket.send(DATA, data)
            await self._quiet()
        await socket.close()

    async def _next(self, socket: WebSocket) -> bytes:
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    return await self._reader.read(FRAME_BYTES)
            except TimeoutError:
                await socket.ping()

    async def _quiet(self) -> None:
        """Return when nothing has come for a while."""
        seen = -1
        while seen != self._pieces:
            seen = self._pieces
            most = ANSWERED_SECONDS if self._answered else self._linger
            await asyncio.sleep(min(most, self._linger))
