"""One process with a beginning, a bound on all it may use, and an end that includes its children.

It leads a process group of its own. The end is SIGTERM to the group, on which helm marks its
release as failed, some grace for it to do so, then SIGKILL.
"""

import asyncio
import os
import resource
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 8.0
# helm needs some 70 MiB; what a chart makes it want beyond this is no chart to render here.
MOST_MEMORY_BYTES = 2**30
MOST_FILE_BYTES = 2**28
MOST_OUT_BYTES = 32 * 2**20
MOST_ERR_BYTES = 2**18
LOWEST_PRIORITY = 19
_PIECE = 2**16


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process wrote, and its exit status; ``stopped`` says why it was not left to end."""

    out: bytes
    err: bytes
    status: int
    stopped: str = ""


class Stopping:
    """Says to a running process that it has to end, and why."""

    def __init__(self) -> None:
        self.why = ""
        self._asked = asyncio.Event()

    def ask(self, why: str) -> None:
        """Ask for the end; the first reason stays."""
        self.why = self.why or why
        self._asked.set()

    async def wait(self, seconds: float) -> None:
        """Return when it is asked for, or when the time is over, which then is the reason."""
        try:
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        except TimeoutError:
            self.ask("deadline")


async def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    given: bytes | None,
    seconds: float,
    stopping: Stopping,
    grace: float = GRACE_SECONDS,
    niceness: int = 0,
) -> Ended:
    """Run without a shell, to the end: its own, the deadline's, or the one asked for.

    ``niceness`` is how far it stands back from the server: 0, as the server itself, to 19.
    Raises ``OSError`` if it cannot be started. Cancelled, it leaves no process behind.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _limit(process.pid)
    _stand_back(process.pid, niceness)
    watching = asyncio.create_task(_watched(process, seconds, stopping, grace))
    out, err = bytearray(), bytearray()
    try:
        async with asyncio.timeout(seconds + 2 * grace):
            await asyncio.gather(
                _fed(process, given),
                _drained(process.stdout, out, MOST_OUT_BYTES),
                _drained(process.stderr, err, MOST_ERR_BYTES),
            )
            await process.wait()
    except TimeoutError:
        stopping.ask("deadline")  # a child that left the group keeps the pipes open
    finally:
        watching.cancel()
        _signal(process, signal.SIGKILL)  # whatever is left of the group
        process._transport.close()  # type: ignore[attr-defined]  # pipes that others keep open
    status = -signal.SIGKILL if process.returncode is None else process.returncode
    return Ended(bytes(out), bytes(err), status, stopping.why)


def _limit(pid: int) -> None:
    """Bound memory and files, and leave no core dump: it would hold secrets; Linux only."""
    if not hasattr(resource, "prlimit"):
        return
    with suppress(OSError):  # it has ended already
        for limit, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, MOST_FILE_BYTES),
            (resource.RLIMIT_DATA, MOST_MEMORY_BYTES),
        ):
            resource.prlimit(pid, limit, (most, most))


def _stand_back(group: int, niceness: int) -> None:
    """Lower a group's priority; a process's own would be that of its first thread only."""
    if niceness:
        with suppress(OSError):  # it has ended already, or nobody may
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PGRP, group, min(own + niceness, LOWEST_PRIORITY))


async def _watched(
    process: asyncio.subprocess.Process, seconds: float, stopping: Stopping, grace: float
) -> None:
    await stopping.wait(seconds)
    _signal(process, signal.SIGTERM)
    await asyncio.sleep(grace)
    _signal(process, signal.SIGKILL)


async def _fed(process: asyncio.subprocess.Process, given: bytes | None) -> None:
    if process.stdin is None or given is None:
        return
    with suppress(ConnectionError):  # it ended without reading them
        process.stdin.write(given)
        await process.stdin.drain()
    process.stdin.close()


async def _drained(stream: asyncio.StreamReader | None, kept: bytearray, most: int) -> None:
    """Read to the end, so that the writer never waits, and keep what the bound allows."""
    while stream is not None and (piece := await stream.read(_PIECE)):
        kept += piece[: most - len(kept)]


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
