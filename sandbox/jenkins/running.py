"""Starts and stops the simulated controller."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from sandbox.jenkins.serving.application import Application
from sandbox.jenkins.state import Jenkins, utc_now
from sandbox.serving import serving

LARGEST_BODY_BYTES = 16 * 1024 * 1024
LARGEST_LINE_BYTES = 64 * 1024  # above Jenkins' own bound, which answers itself


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
    lines = {"max_line_size": LARGEST_LINE_BYTES, "max_field_size": LARGEST_LINE_BYTES}
    async with serving(Application(jenkins), port, LARGEST_BODY_BYTES, **lines) as url:
        jenkins.url = f"{url}{prefix}"
        try:
            yield jenkins
        finally:
            jenkins.faults.clear()
