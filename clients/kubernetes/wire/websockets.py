"""A websocket to the API server: channels of bytes, each frame led by its channel's number.

Sources followed: apimachinery ``remotecommand/constants.go``, apiserver ``wsstream``. The library
does not read what a handshake is refused with, ``refuse_upgrade`` does; and it repeats a lost one,
which ``sent_once`` forbids.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import aiohttp

from clients.errors import UnavailableError
from clients.kubernetes.wire.refusals import body_of

V5 = "v5.channel.k8s.io"
V4 = "v4.channel.k8s.io"
CLOSE_SECONDS = 1.0
FRAME_BYTES = 2**15


class UpgradeRefused(Exception):  # noqa: N818 - an answer, told as an error further up
    """The answer to a handshake that was refused."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body


async def refuse_upgrade(response: aiohttp.ClientResponse) -> None:
    """Raise a refused handshake with its body; for a session's ``raise_for_status``."""
    if response.status >= 400:
        body = await body_of(response)
        response.close()
        raise UpgradeRefused(response.status, response.headers, body)


class HandshakeLost(aiohttp.ClientError):
    """The connection ended before the answer to a handshake came; nothing the library repeats."""


async def sent_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep the library from sending a lost GET, and with it the command, a second time."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as lost:
        raise HandshakeLost from lost


class WebSocket:
    """An open websocket and the client session that carries nothing else."""

    def __init__(
        self, http: aiohttp.ClientSession, socket: "aiohttp.ClientWebSocketResponse[bool]"
    ) -> None:
        self._http = http
        self._socket = socket

    @classmethod
    async def opened(
        cls, http: aiohttp.ClientSession, url: str, protocols: Sequence[str], **request: Any
    ) -> "WebSocket":
        """Open one; the session is closed with it, and also when it is refused."""
        timeout = aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS)
        try:
            socket = await http.ws_connect(url, protocols=protocols, timeout=timeout, **request)
        except aiohttp.WSServerHandshakeError as odd:
            await http.close()
            raise UnavailableError(
                f"{odd.request_info.url.origin()} did not open a websocket (it answered "
                f"{odd.status}): a proxy in between may not pass them on."
            ) from odd
        except BaseException:
            await http.close()
            raise
        return cls(http, socket)

    @property
    def protocol(self) -> str:
        """The subprotocol the server chose; empty if it named none."""
        return self._socket.protocol or ""

    async def send(self, channel: int, data: bytes) -> None:
        """Send on a channel, in frames as large as the server's own; raises ConnectionError."""
        prefix = bytes([channel])
        for start in range(0, len(data), FRAME_BYTES):
            await self._socket.send_bytes(prefix + data[start : start + FRAME_BYTES])

    async def ping(self) -> None:
        """Show whatever lies in between that the connection is used; raises ConnectionError."""
        await self._socket.ping()

    async def frames(self) -> AsyncIterator[tuple[int, bytes]]:
        """Yield channel and data until the end, which mostly comes without a close frame."""
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.BINARY:
                return
            if message.data:
                yield message.data[0], message.data[1:]

    async def close(self) -> None:
        """Close the connection, once."""
        with contextlib.suppress(aiohttp.ClientError, OSError):
            await self._socket.close()
        await self._http.close()
