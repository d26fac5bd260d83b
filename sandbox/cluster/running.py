"""Starts and stops the simulated API server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.cluster.bootstrap import bootstrap
from sandbox.cluster.serving.application import Application
from sandbox.cluster.state import Cluster, utc_now
from sandbox.cluster.upkeep import start_upkeep

LARGEST_BODY_BYTES = 3 * 1024 * 1024  # apiserver MaxRequestBodyBytes
HOST = "127.0.0.1"


@asynccontextmanager
async def running_cluster(
    port: int = 0,
    clock: Callable[[], datetime] = utc_now,
    kubelets: bool = False,
) -> AsyncIterator[Cluster]:
    """Serve a simulated cluster on the loopback address until the context ends.

    Port 0 picks a free one. `kubelets=True` leaves pods that are deleted with grace to whoever
    plays their nodes; else they go at once.
    """
    cluster = Cluster(clock=clock, kubelets=kubelets)
    start_upkeep(cluster)
    bootstrap(cluster)
    server = web.Server(Application(cluster), request_factory=_request, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        cluster.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield cluster
    finally:
        cluster.faults.clear()
        await runner.cleanup()


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """Make a request with the API server's own bound on bodies instead of aiohttp's."""
    loop, bound = asyncio.get_running_loop(), LARGEST_BODY_BYTES
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=bound)
