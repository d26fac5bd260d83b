"""The server as its users start it: ``python main.py`` in a process of its own, over real HTTP."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20.0


@dataclass
class Served:
    """A running server: where it listens, its process, what it logged."""

    url: str
    process: asyncio.subprocess.Process
    log: Path

    @property
    def mcp(self) -> str:
        return f"{self.url}/mcp"

    async def logs(self, text: str, within: float = 5.0) -> None:
        """Wait until the log has ``text``; it is another process, so there is nothing to await."""
        async with asyncio.timeout(within):
            while text not in self.logged():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def logged(self) -> str:
        return self.log.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def served(folder: Path, *flags: str, **environment: str) -> AsyncIterator[Served]:
    """Start the server, wait until it listens, end it afterwards."""
    port, log = free_port(), folder / "server.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SKYFLO_")}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "main.py", "--port", str(port), *flags,
            cwd=ROOT, env={**clean, "SKYFLO_LOG_FORMAT": "json", **environment},
            stdout=output, stderr=output, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    server = Served(f"http://127.0.0.1:{port}", process, log)
    try:
        await _listening(server)
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 10)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _listening(server: Served) -> None:
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
        while True:
            if server.process.returncode is not None:
                raise RuntimeError(server.logged())
            with contextlib.suppress(aiohttp.ClientConnectorError):
                async with http.get(f"{server.url}/health") as answer:
                    assert answer.status == 200
                    return
            await asyncio.sleep(0.02)
