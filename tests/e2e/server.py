"""Asking the server over HTTP, with a session for every call, as the Engine does."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastmcp import Client

from tests.conftest import Said
from tests.support.served import Served

Ask = Callable[..., Coroutine[Any, Any, Said]]


@dataclass(frozen=True)
class Asking:
    """Calls tools of a running server by name; nothing of an answer is lost."""

    server: Served

    async def __call__(self, tool: str, /, **arguments: object) -> Said:
        async with Client(self.server.mcp) as client:
            answer = await client.call_tool(tool, arguments, raise_on_error=False)
        [block] = answer.content
        assert answer.structured_content["output"] == block.text
        assert answer.structured_content["error"] is answer.is_error
        return Said(block.text, answer.is_error, answer.structured_content)
