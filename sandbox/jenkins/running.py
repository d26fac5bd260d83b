"""Starts and stops the simulated controller."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.jenkins.serving.application import Application
from sandbox.jenkins.state import Jenkins, utc_now

LARGEST_BODY_BYTES = 16 * 1024 * 1024
LARGEST_LINE_BYTES = 64 * 1024  # above Jenkins' own bound, which answers itself
HOST = "127.0.0.1"


@asynccontextmanager
async def running_jenkins(
    port: int = 0,
    clock: Callable[[], datetime] = utc_now,
    prefix: str = "/jenkins",
) -> AsyncIterator[Jenkins]:
    """Serve a simulated controller on the loopback address until the context ends.

    Port 0 picks a free one. It is empty, knows no user, and moves only when told to (`tick`).
    """
    jenkins = Jenkins(prefix=prefix, clock=clock)
    server = web.Server(
        Application(jenkins),
        request_factory=_request,
        handler_cancellation=True,
        max_line_size=LARGEST_LINE_BYTES,
        max_field_size=LARGEST_LINE_BYTES,
    )
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        jenkins.url = f"http://{HOST}:{runner.addresses[0][1]}{prefix}"
        yield jenkins
    finally:
        jenkins.faults.clear()
        await runner.cleanup()


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Make a request with a bound of our own on bodies instead of aiohttp's."""
    loop, bound = asyncio.get_running_loop(), LARGEST_BODY_BYTES
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=bound)
