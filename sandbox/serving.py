"""Serves an application on the loopback address, over real HTTP, until its context ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

HOST = "127.0.0.1"
Answering = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    answer: Answering, port: int = 0, largest_body_bytes: int = 2**20, **server: Any
) -> AsyncIterator[str]:
    """Yield the URL that is served; port 0 picks a free one. ``server`` is aiohttp's own."""

    def request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> Any:
        """Make a request with a bound on bodies of the application's own instead of aiohttp's."""
        loop, bound = asyncio.get_running_loop(), largest_body_bytes
        return web.BaseRequest(
            message, payload, protocol, writer, task, loop, client_max_size=bound
        )

    made = web.Server(answer, request_factory=request, handler_cancellation=True, **server)
    runner = web.ServerRunner(made, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
