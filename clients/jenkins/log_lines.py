"""All lines of a build's log as they come, or those of its end: for who looks at every line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from clients.jenkins.console import Console, batches, opened_end
from clients.jenkins.paths import Build
from clients.jenkins.reader import JenkinsReader


@asynccontextmanager
async def log_lines(
    jenkins: JenkinsReader, build: Build, most_bytes: int
) -> AsyncIterator[tuple[Console, AsyncIterator[bytes]]]:
    """Yield where a log stands, and its lines without their ends: of its last bytes at most.

    The first line of an end is a part of one, and left out.
    """
    async with opened_end(jenkins, build, most_bytes) as (response, log):
        yield log, _whole_lines(jenkins, response, cut=log.start > 0)


async def _whole_lines(
    jenkins: JenkinsReader, response: httpx.Response, *, cut: bool
) -> AsyncIterator[bytes]:
    async for batch in batches(response):
        for line in batch.lines:
            if not cut:
                yield jenkins.cleaned(line)
            cut = False
