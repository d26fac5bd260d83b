"""The server as a process of its own: started, looked at through /proc, ended by its pid."""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
START_SECONDS = 30.0
END_SECONDS = 35.0  # longer than the grace that the server gives its calls
POLL_SECONDS = 0.01
KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``started`` is ``time.monotonic()`` just before the process was."""

    process: asyncio.subprocess.Process
    port: int
    started: float
    log: Path

    @property
    def url(self) -> str:
        """Where it serves MCP."""
        return f"http://127.0.0.1:{self.port}/mcp"

    @property
    def rss_mib(self) -> float:
        """Resident memory now."""
        return self._kib("VmRSS") / KIB_PER_MIB

    @property
    def peak_rss_mib(self) -> float:
        """Most resident memory since the process began."""
        return self._kib("VmHWM") / KIB_PER_MIB

    @property
    def descriptors(self) -> int:
        """How many files, sockets and pipes are open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    @property
    def cpu_seconds(self) -> float:
        """Processor time used so far, in the program and in the kernel for it."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _kib(self, field: str) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
        raise LookupError(field)


@asynccontextmanager
async def serving(
    kubeconfig: str | None,
    *,
    launcher: Sequence[str] = ("main.py",),
    environment: Mapping[str, str] | None = None,
    until: str | None = "/health",
) -> AsyncIterator[Server]:
    """Run the server until the block ends; enter it once ``until`` answers 200."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = await _start(kubeconfig, launcher, environment or {}, Path(folder) / "log")
        try:
            if until:
                await answering(server, until)
            yield server
        finally:
            await _end(server.process)


async def _start(
    kubeconfig: str | None, launcher: Sequence[str], environment: Mapping[str, str], log: Path
) -> Server:
    port = free_port()
    arguments = [*launcher, "--port", str(port)]
    if kubeconfig:
        arguments += ["--kubeconfig", kubeconfig]
    with log.open("wb") as file:
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            env=_clean(environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=file,
        )
    return Server(process, port, started, log)


def _clean(more: Mapping[str, str]) -> dict[str, str]:
    """Leave out what would change the server's settings; KUBECONFIG is given as a flag."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SKYFLO_", "APP_", "KUBE", "RETRY_"))
        and name not in ("DEBUG", "LOG_LEVEL", "MAX_RETRY_ATTEMPTS")
    }
    return {**kept, **more}


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def answering(server: Server, path: str) -> None:
    """Wait until the path answers 200; raise with the server's log if it never does."""
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < server.started + START_SECONDS:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with http.get(f"http://127.0.0.1:{server.port}{path}") as response:
                    if response.status == 200:
                        return
            if server.process.returncode is not None:
                break
            await asyncio.sleep(POLL_SECONDS)
    raise RuntimeError(f"{path} was not answered:\n{server.log.read_text()[-2000:]}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
