"""The HTTP side: MCP at /mcp, stateless; probes; who may ask; an end that finishes its calls."""

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import Any

import structlog
import uvicorn
from fastmcp import FastMCP
from fastmcp.server.http import StarletteWithLifespan
from fastmcp.tools import Tool
from fastmcp.utilities.versions import VersionSpec
from sse_starlette.sse import AppStatus

from mcp_server.health import Readiness
from mcp_server.settings import Settings

log = structlog.get_logger("skyflo.http")
CLOSE = (b"connection", b"close")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class GuardedServer(FastMCP[Any]):
    """A FastMCP server that is stateless and guarded however it is served, ``fastmcp run`` too.

    Its tools are fixed when it is made: no versions, no transforms, no rules of a session. Looking
    them up in one dictionary spares each call a tenth of its time.
    """

    settings: Settings
    offered: Mapping[str, Tool]
    readiness: Readiness

    async def get_tool(self, name: str, version: VersionSpec | None = None) -> Tool | None:
        """Return a tool by its name."""
        _ = version
        return self.offered.get(name)

    async def list_tools(self, *, run_middleware: bool = True) -> Sequence[Tool]:
        """Return every tool, in the order of their registration."""
        _ = run_middleware
        return list(self.offered.values())

    def http_app(self, *_: Any, **given: Any) -> StarletteWithLifespan:
        """Return the ASGI app; it keeps no state between calls, so any replica can answer."""
        settings = self.settings
        return super().http_app(
            path="/mcp",
            middleware=given.get("middleware"),
            stateless_http=True,
            json_response=settings.json_response,
            host_origin_protection=True,
            allowed_hosts=[*settings.allowed_hosts, *own_hosts(settings.host)],
            allowed_origins=list(settings.allowed_origins),
        )


def own_hosts(host: str) -> list[str]:
    """Return the names under which this machine may be asked."""
    hosts = {*LOOPBACK, host, socket.gethostname()}
    return sorted(hosts - {"0.0.0.0", "::"})  # noqa: S104 - the two that are no address to ask at


async def serve(server: GuardedServer, listening: Callable[[int], None] = lambda _: None) -> None:
    """Serve until SIGTERM or SIGINT, then answer the calls in flight and return."""
    settings = server.settings
    AppStatus.enable_automatic_graceful_drain = (
        False  # it would cut running answers off at the signal
    )
    if settings.host not in LOOPBACK:
        log.warning("listening beyond loopback", host=settings.host, guard=settings.allowed_hosts)
    config = uvicorn.Config(
        server.http_app(),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=settings.shutdown_grace,
        ws="none",
    )
    with _listening(settings) as listener:
        port = listener.getsockname()[1]
        log.info("serving", url=f"http://{settings.host}:{port}/mcp")
        listening(port)
        leaving = _Leaving(server.readiness, settings.shutdown_delay)
        await _Server(config, leaving).serve(sockets=[listener])
    log.info("stopped")


def _listening(settings: Settings) -> socket.socket:
    """Bind before anything is started, so that a taken port is an error of the caller's."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


class _Leaving:
    """Between SIGTERM and the end of listening: not ready, but still taking calls.

    A balancer hears of the end a moment later than the server; what it sends meanwhile is answered,
    and no connection is kept for more.
    """

    def __init__(self, readiness: Readiness, seconds: float) -> None:
        self._readiness = readiness
        self._seconds = seconds
        self._ends_at = float("inf")

    def begin(self) -> bool:
        """Return whether there is a while left; a second signal leaves none."""
        if not self._seconds or self.begun:
            return False
        self._readiness.leave()
        self._ends_at = time.monotonic() + self._seconds
        log.info("leaving", seconds=self._seconds)
        return True

    @property
    def begun(self) -> bool:
        """Whether there was a signal."""
        return self._ends_at < float("inf")

    @property
    def over(self) -> bool:
        """Whether listening may end."""
        return time.monotonic() >= self._ends_at


class _Server(uvicorn.Server):
    """uvicorn, except for its end: not at once, and with status 0 once the calls are answered."""

    def __init__(self, config: uvicorn.Config, leaving: _Leaving) -> None:
        super().__init__(config)
        self._leaving = leaving

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at once on SIGINT; on SIGTERM after the delay."""
        if sig != signal.SIGTERM or not self._leaving.begin():
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Look, ten times a second, whether to end; while leaving, keep no connection open."""
        ends = await super().on_tick(counter)
        headers = self.server_state.default_headers
        if self._leaving.begun and CLOSE not in headers:
            self.server_state.default_headers = [*headers, CLOSE]
        return ends or self._leaving.over

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals without raising them again at the end."""
        handlers = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
