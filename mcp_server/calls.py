"""What happens around every call: one log line, and an answer for a tool that does not exist."""

import time
from collections.abc import Sequence
from typing import Any

import structlog
from fastmcp.exceptions import DisabledError, NotFoundError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams

from clients.kubernetes.names import shown
from clients.suggestions import did_you_mean
from tools.results import Answer, result

log = structlog.get_logger("skyflo.calls")


class Calls(Middleware):
    """Logs tool, outcome, duration, bytes and client; argument values only at DEBUG."""

    def __init__(self, tool_names: Sequence[str]) -> None:
        self._tool_names = tool_names

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Time the call and say how it ended, cancellation included."""
        started, outcome, size = time.perf_counter(), "cancelled", 0
        try:
            answer = await self._answered(context, call_next)
            outcome = "error" if answer.is_error else "ok"
            size = sum(len(getattr(block, "text", "")) for block in answer.content)
            return answer
        finally:
            log.info(
                "call",
                tool=context.message.name,
                outcome=outcome,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
                bytes=size,
                client=_client_name(context),
            )
            log.debug("arguments", tool=context.message.name, given=context.message.arguments)

    async def _answered(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        try:
            return await call_next(context)
        except (NotFoundError, DisabledError):
            name = context.message.name
            near = did_you_mean(name, self._tool_names)
            return result(Answer(f"Unknown tool {shown(name)}.{near}", error=True))


def _client_name(context: MiddlewareContext[Any]) -> str:
    """Return the name the client gave in the handshake, where there was one."""
    fastmcp_context = context.fastmcp_context
    session = (
        fastmcp_context.session if fastmcp_context and fastmcp_context.request_context else None
    )
    params = getattr(session, "client_params", None)
    info = getattr(params, "client_info", None)
    return str(getattr(info, "name", "") or "")[:80]
