"""Lets a controller go on by itself: one tick a second, in a task that its block owns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sandbox.jenkins.state import Jenkins


@asynccontextmanager
async def ticking(jenkins: Jenkins, seconds: float = 1.0) -> AsyncIterator[None]:
    """Tick until the block is left; what goes wrong in it is raised then."""
    task = asyncio.create_task(_tick(jenkins, seconds), name="sandbox jenkins")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _tick(jenkins: Jenkins, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        jenkins.tick()
