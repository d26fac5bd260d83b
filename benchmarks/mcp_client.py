"""A thin MCP client over aiohttp, so that the client is not what is measured.

Protocol 2025-06-18, as older clients speak it; an answer is read whole, JSON or SSE alike.
"""

from types import TracebackType
from typing import Any

import aiohttp
import orjson

PROTOCOL = "2025-06-18"
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": PROTOCOL,
}
_INITIALIZE = {
    "protocolVersion": PROTOCOL,
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "1"},
}


class McpClient:
    """One TCP connection to one server; a session on it is opened with ``initialize``.

    ``host`` is the name to ask for, where the URL has but an address.
    """

    def __init__(self, url: str, host: str = "") -> None:
        self._url = url
        self._http = aiohttp.ClientSession(
            headers={**HEADERS, **({"Host": host} if host else {})},
            timeout=aiohttp.ClientTimeout(total=300),
        )

    async def __aenter__(self) -> "McpClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def initialize(self) -> None:
        """Shake hands: ``initialize``, then ``notifications/initialized``."""
        await self._ask("initialize", _INITIALIZE)
        await self._post(_message("notifications/initialized"))

    async def end(self) -> None:
        """DELETE the session, whatever the server says to it."""
        async with self._http.delete(self._url) as response:
            await response.read()

    async def tools(self) -> list[dict[str, Any]]:
        """Return ``tools/list``."""
        listed = await self._ask("tools/list", {})
        return list(listed["tools"])

    async def call(self, tool: str, arguments: dict[str, Any]) -> str:
        """Return the text of an answer; raise if it is an error."""
        result = await self._ask("tools/call", {"name": tool, "arguments": arguments})
        text = str(result["content"][0]["text"])
        if result["isError"]:
            raise RuntimeError(f"{tool}: {text}")
        return text

    async def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        message = orjson.loads(await self._post(_message(method, params, id_=1)))
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return dict(message["result"])

    async def _post(self, body: bytes) -> bytes:
        async with self._http.post(self._url, data=body) as response:
            answer = await response.read()
            response.raise_for_status()
        if response.content_type == "text/event-stream":
            return _last_event(answer)
        return answer


def _message(method: str, params: dict[str, Any] | None = None, id_: int | None = None) -> bytes:
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    if params is not None:
        message["params"] = params
    if id_ is not None:
        message["id"] = id_
    return orjson.dumps(message)


def _last_event(stream: bytes) -> bytes:
    """Return the data of the last event: the response; those before it are notifications."""
    return stream.rpartition(b"data: ")[2].partition(b"\r\n")[0]
