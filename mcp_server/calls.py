"""What happens around every call: one log line, and an answer for a tool that does not exist."""

import time
from collections.abc import Sequence
from typing import Any

import structlog
from fastmcp.exceptions import DisabledError, NotFoundError
from fastmcp.server.dependencies import get_http_headers
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
            size = sum(len(getattr(block, "text", "").encode()) for block in answer.content)
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
            given = _loggable(context.message.arguments)
            log.debug("arguments", tool=context.message.name, given=given)

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


def _loggable(arguments: dict[str, Any] | None) -> dict[str, Any]:
    """Leave the values of a build's parameters out: only its job knows which are secret."""
    given = dict(arguments or {})
    if "parameters" in given:
        values = given["parameters"]
        given["parameters"] = list(values) if isinstance(values, dict) else "<redacted>"
    return given


def _client_name(context: MiddlewareContext[Any]) -> str:
    """Return the name from the handshake; a session of one call has none, so its User-Agent."""
    fastmcp_context = context.fastmcp_context
    in_request = fastmcp_context is not None and fastmcp_context.request_context is not None
    session = fastmcp_context.session if fastmcp_context is not None and in_request else None
    info = getattr(getattr(session, "client_params", None), "client_info", None)
    name = getattr(info, "name", "") or get_http_headers().get("user-agent", "")
    return str(name)[:80]
