"""Frames of a websocket whose first byte is the channel."""

from collections.abc import Sequence

from aiohttp import WSMsgType, web

from sandbox.cluster.serving.call import Call

FRAME_BYTES = 2**15
CLOSE = 255


class Channels:
    """A websocket of one call; `closed` are the channels that the client has ended."""

    def __init__(self, call: Call, protocols: Sequence[str]) -> None:
        self._http = call.http
        self._socket = web.WebSocketResponse(protocols=protocols)
        self.closed: set[int] = set()

    async def open(self) -> web.WebSocketResponse:
        """Answer the handshake."""
        await self._socket.prepare(self._http)
        return self._socket

    async def send(self, channel: int, data: bytes) -> None:
        """Send on a channel, in frames of the kubelet's size; an empty one is sent, too."""
        for start in range(0, max(len(data), 1), FRAME_BYTES):
            await self._socket.send_bytes(bytes([channel]) + data[start : start + FRAME_BYTES])

    async def receive(self) -> tuple[int, bytes] | None:
        """Return the next channel and data; None at the end of the connection."""
        message = await self._socket.receive()
        if message.type is not WSMsgType.BINARY:
            return None
        channel, data = message.data[0], message.data[1:]
        if channel == CLOSE and self._socket.ws_protocol == "v5.channel.k8s.io":
            self.closed |= set(data)
        return channel, data

    def break_off(self) -> None:
        """End the connection without a close frame, as the server mostly does."""
        if self._http.transport is not None:
            self._http.transport.close()
