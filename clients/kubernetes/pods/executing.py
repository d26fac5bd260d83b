"""Run a command in a container: argv exactly, its output within bounds, its exit code as data.

Sources followed: kubectl ``cmd/exec``, client-go ``remotecommand``, kubelet ``remotecommand``.
v5 is offered first, then v4 (servers before 1.30), which cannot end standard input. A terminal is
never asked for: it merges the outputs, and v4 loses some of them.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import orjson

from clients.errors import ForbiddenError, InvalidError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.pods.channel_rights import completed
from clients.kubernetes.pods.choosing import why_not_running
from clients.kubernetes.wire.websockets import V4, V5, WebSocket
from clients.kubernetes.writer import KubernetesWriter

STDIN, STDOUT, STDERR, STATUS, CLOSE = 0, 1, 2, 3, 255
TELL_EVERY_SECONDS = 5.0
_STATUS_BYTES = 2**16
_RUNTIME = "OCI runtime exec failed: "

Told = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """What to run where, for how long, and how many bytes of each output to keep."""

    pod: ObjectRef
    container: str
    argv: Sequence[str]
    stdin: bytes | None = None
    seconds: float = 60.0
    most_bytes: int = 100_000

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query: one ``command`` for each word."""
        words = [("command", word) for word in self.argv]
        stdin = [("stdin", "true")] if self.stdin is not None else []
        return [
            *words,
            ("container", self.container),
            ("stdout", "true"),
            ("stderr", "true"),
            *stdin,
        ]


class Captured:
    """The beginning and the end of an output; what lies between is counted and dropped."""

    def __init__(self, most_bytes: int) -> None:
        self._half = most_bytes // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.size = 0

    def add(self, data: bytes) -> None:
        """Take more of the output."""
        self.size += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def fitting(self, most_bytes: int) -> tuple[str, str, int]:
        """Return beginning, end, and how many bytes are missing in between, as text that fits."""
        half = min(most_bytes // 2, self._half)
        kept = bytes(self._head + self._tail)
        if self.size <= 2 * half:
            return kept.decode("utf-8", "replace"), "", 0
        head, tail = kept[:half], kept[len(kept) - half :]
        missing = self.size - 2 * half
        return head.decode("utf-8", "replace"), tail.decode("utf-8", "replace"), missing


@dataclass(slots=True)
class Execution:
    """How a command ended, as far as is known: without a status its exit code is unknown."""

    stdout: Captured
    stderr: Captured
    timed_out: bool = False
    status: bytearray = field(default_factory=bytearray)

    @property
    def exit_code(self) -> int | None:
        """The exit code that the kubelet reported; None if it has reported none."""
        said = self.said
        if said.get("status") == "Success":
            return 0
        causes = (said.get("details") or {}).get("causes") or ()
        codes = [c.get("message", "") for c in causes if c.get("reason") == "ExitCode"]
        return int(codes[0]) if codes and codes[0].lstrip("-").isdigit() else None

    @property
    def said(self) -> JsonObject:
        """The Status of the last channel; empty without one."""
        try:
            said = orjson.loads(self.status)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    def refuse_unstarted(self) -> None:
        """Raise what the kubelet says of a command that it could not start."""
        said = str(self.said.get("message", ""))
        if said and self.exit_code is None:
            reason = said.rpartition(_RUNTIME)[2].strip()
            raise InvalidError(f"The command could not be started: {reason}")


async def execute(writing: KubernetesWriter, command: Command, tell: Told) -> Execution:
    """Run a command to its end or the deadline; the command itself goes on after a deadline."""
    execution = Execution(Captured(command.most_bytes), Captured(command.most_bytes))
    try:
        async with asyncio.timeout(command.seconds):
            await _run(writing, command, execution, tell)
    except TimeoutError:
        execution.timed_out = True
    except ForbiddenError as refusal:
        raise _explained(refusal, command) from refusal
    except InvalidError as refusal:
        raise await _why_refused(writing, command, refusal) from refusal
    execution.refuse_unstarted()
    return execution


async def _run(
    writing: KubernetesWriter, command: Command, execution: Execution, tell: Told
) -> None:
    # Only v5 can end standard input; offered v4, an old server would let the command wait for ever.
    protocols = (V5, V4) if command.stdin is None else (V5,)
    async with writing.websocket(command.pod, "exec", command.params, protocols) as socket:
        beside = [asyncio.create_task(_tell(execution, tell))]
        if command.stdin is not None:
            beside.append(asyncio.create_task(_feed(socket, command.stdin)))
        try:
            await _collect(socket, execution)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


async def _collect(socket: WebSocket, execution: Execution) -> None:
    async for channel, data in socket.frames():
        if channel == STDOUT:
            execution.stdout.add(data)
        elif channel == STDERR:
            execution.stderr.add(data)
        elif channel == STATUS:
            execution.status += data[:_STATUS_BYTES]
            return  # newer servers wait for us to close


async def _feed(socket: WebSocket, stdin: bytes) -> None:
    """Send standard input beside reading; a command that ends early closes it, which is fine."""
    with contextlib.suppress(ConnectionError):
        await socket.send(STDIN, stdin)
        await socket.send(CLOSE, bytes([STDIN]))


async def _tell(execution: Execution, tell: Told) -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    while True:
        await asyncio.sleep(TELL_EVERY_SECONDS)
        size = execution.stdout.size + execution.stderr.size
        await tell(f"running for {clock() - began:.0f} s, {size:,} bytes of output so far")


def _explained(refusal: ForbiddenError, command: Command) -> ForbiddenError | InvalidError:
    if command.stdin is not None and str(refusal).endswith("no reason given"):
        return InvalidError(
            "This API server speaks no v5.channel.k8s.io (before Kubernetes 1.30): it cannot end "
            'standard input. Leave "stdin" out.'
        )
    return completed(refusal, "exec", command.pod.where)


async def _why_refused(
    writing: KubernetesWriter, command: Command, refusal: InvalidError
) -> InvalidError:
    """Explain "container not found", which the kubelet says of any container that does not run."""
    if "container not found" not in str(refusal):
        return refusal
    pod = await writing.read.get(command.pod)
    return InvalidError(why_not_running(pod, command.container) or str(refusal))
