"""Callers in a process of their own: ``python -m benchmarks.load`` reads a Load, prints a Report.

Each caller does the same again and again, one after the other, until the time or the count is up.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Literal

import aiohttp
import orjson
import uvloop

from benchmarks.mcp_client import McpClient

WARM_UP_CALLS = 3
Kind = Literal["session reused", "session per call", "kubectl", "raw request"]
Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Load:
    """What is done, by how many at once, for ``seconds`` or ``calls`` in total."""

    kind: Kind
    url: str = ""
    callers: int = 1
    seconds: float = 0.0
    calls: int = 0
    tool: str = "k8s_get"
    arguments: dict[str, Any] | None = None
    command: tuple[str, ...] = ()
    kubeconfig: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """How many were answered, how fast; milliseconds."""

    calls: int
    seconds: float
    p50: float
    p95: float

    @property
    def per_second(self) -> float:
        """Answered per second, all callers together."""
        return self.calls / self.seconds


async def reported(load: Load) -> Report:
    """Run the load in a new process and return what it measured."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(orjson.dumps(asdict(load)))
    if process.returncode:
        raise RuntimeError(f"The load ended with status {process.returncode}: {load.kind}")
    return Report(**orjson.loads(out))


async def run(load: Load) -> Report:
    """Measure in this process."""
    async with AsyncExitStack() as stack:
        acts = [await stack.enter_async_context(_act(load)) for _ in range(load.callers)]
        for act in acts:
            for _ in range(WARM_UP_CALLS if load.seconds else 0):
                await act()
        begun = time.perf_counter()
        until = begun + load.seconds if load.seconds else float("inf")
        each = load.calls // load.callers or sys.maxsize
        spans = await asyncio.gather(*(_repeated(act, until, each) for act in acts))
    taken = time.perf_counter() - begun
    all_spans = [span for one in spans for span in one]
    percentiles = statistics.quantiles(all_spans, n=20) if len(all_spans) > 1 else all_spans * 19
    return Report(len(all_spans), taken, percentiles[9] * 1000, percentiles[18] * 1000)


async def _repeated(act: Act, until: float, most: int) -> list[float]:
    spans: list[float] = []
    while len(spans) < most and (now := time.perf_counter()) < until:
        await act()
        spans.append(time.perf_counter() - now)
    return spans


@asynccontextmanager
async def _act(load: Load) -> AsyncIterator[Act]:
    """Prepare one caller and yield what it repeats."""
    match load.kind:
        case "session reused":
            async with McpClient(load.url) as client:
                await client.initialize()
                yield lambda: client.call(load.tool, load.arguments or {})
        case "session per call":
            yield lambda: _whole_session(load)
        case "kubectl":
            yield lambda: _spawned(load.command)
        case "raw request":
            async with _api_session(load.kubeconfig) as (http, host):
                yield lambda: _fetched(http, host + load.url, load.accept)


async def _whole_session(load: Load) -> None:
    async with McpClient(load.url) as client:
        await client.initialize()
        await client.call(load.tool, load.arguments or {})
        await client.end()


async def _spawned(command: tuple[str, ...]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with status {process.returncode}")


@asynccontextmanager
async def _api_session(kubeconfig: str) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    # Only here: a process that plays the MCP client needs none of the server's code.
    from clients.kubernetes.configuration.config import ClusterSource, load_config

    config = await load_config(ClusterSource(kubeconfig=kubeconfig))
    connector = aiohttp.TCPConnector(ssl=config.ssl or True)
    async with aiohttp.ClientSession(connector=connector, headers=config.headers()) as http:
        yield http, config.host


async def _fetched(http: aiohttp.ClientSession, url: str, accept: str) -> None:
    async with http.get(url, headers={"Accept": accept}) as response:
        response.raise_for_status()
        await response.read()


def _main() -> None:
    given = orjson.loads(sys.stdin.buffer.read())
    load = Load(**{**given, "command": tuple(given["command"])})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.buffer.write(orjson.dumps(asdict(runner.run(run(load)))))


if __name__ == "__main__":
    _main()
