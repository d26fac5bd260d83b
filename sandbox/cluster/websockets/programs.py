"""What simulated containers can run: a handful of programs, and `sh -c` of a line of them.

A program yields outputs, `(1, data)` and `(2, data)`, and its exit code last, if that is not 0.
"""

import asyncio
import re
import shlex
from collections.abc import AsyncIterator, Callable

from sandbox.cluster.objects import JsonObject, name_of

Output = tuple[int, bytes] | int
OUT, ERR = 1, 2
PATH = "/usr/local/bin:/usr/bin:/bin"
DIRECTORIES = "bin dev etc home proc root run sys tmp usr var"
_SIGNAL = re.compile(r"-(\d+)")


class Process:
    """A program's argv, standard input, and the container it runs in."""

    def __init__(self, argv: list[str], pod: JsonObject, container: JsonObject) -> None:
        self.argv = argv
        self.pod = pod
        self.container = container
        self.stdin: asyncio.Queue[bytes] = asyncio.Queue()

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that the container's spec gives a value."""
        given = {
            each["name"]: each["value"]
            for each in self.container.get("env") or []
            if "value" in each
        }
        return {"PATH": PATH, "HOSTNAME": name_of(self.pod), "HOME": "/root", **given}

    def running(self, argv: list[str]) -> "Process":
        """Return another program in the same container, on the same standard input."""
        other = Process(argv, self.pod, self.container)
        other.stdin = self.stdin
        return other


Program = Callable[[Process], AsyncIterator[Output]]


async def _echo(process: Process) -> AsyncIterator[Output]:
    yield OUT, (" ".join(process.argv[1:]) + "\n").encode()


async def _cat(process: Process) -> AsyncIterator[Output]:
    for name in process.argv[1:]:
        yield ERR, f"cat: can't open '{name}': No such file or directory\n".encode()
    if process.argv[1:]:
        yield 1
        return
    while data := await process.stdin.get():
        yield OUT, data


async def _true(_: Process) -> AsyncIterator[Output]:
    yield 0


async def _false(_: Process) -> AsyncIterator[Output]:
    yield 1


async def _sleep(process: Process) -> AsyncIterator[Output]:
    await asyncio.sleep(float(process.argv[1]))
    yield 0


async def _env(process: Process) -> AsyncIterator[Output]:
    for name, value in process.environment.items():
        yield OUT, f"{name}={value}\n".encode()


async def _printenv(process: Process) -> AsyncIterator[Output]:
    values = [process.environment.get(name) for name in process.argv[1:]]
    yield OUT, "".join(f"{value}\n" for value in values if value is not None).encode()
    yield int(None in values)


async def _hostname(process: Process) -> AsyncIterator[Output]:
    yield OUT, f"{name_of(process.pod)}\n".encode()


async def _pwd(_: Process) -> AsyncIterator[Output]:
    yield OUT, b"/\n"


async def _id(_: Process) -> AsyncIterator[Output]:
    yield OUT, b"uid=0(root) gid=0(root) groups=0(root)\n"


async def _ls(_: Process) -> AsyncIterator[Output]:
    yield OUT, DIRECTORIES.replace(" ", "\n").encode() + b"\n"


async def _seq(process: Process) -> AsyncIterator[Output]:
    numbers = range(1, int(process.argv[1]) + 1)
    yield OUT, "".join(f"{number}\n" for number in numbers).encode()


async def _kill(process: Process) -> AsyncIterator[Output]:
    """End the calling shell by a signal, the only process there is."""
    found = _SIGNAL.fullmatch(process.argv[1]) if process.argv[1:] else None
    yield 128 + (int(found[1]) if found else 15)


async def _shell(process: Process) -> AsyncIterator[Output]:
    """Run `sh -c` of commands between semicolons, `>&2` at their ends; no other syntax."""
    script = process.argv[2] if process.argv[1:2] == ["-c"] and process.argv[2:] else ""
    code = 0
    for line in re.split(r"[;\n]", script):
        words = shlex.split(line)
        if not words:
            continue
        if words[0] == "exit":
            yield int(words[1]) if words[1:] else code
            return
        code = 0
        async for output in _one(process, words):
            if isinstance(output, int):
                code = output
            else:
                yield output
        if words[0] == "kill":
            break
    yield code


async def _one(process: Process, words: list[str]) -> AsyncIterator[Output]:
    to_error = words[-1] == ">&2"
    argv = words[:-1] if to_error else words
    program = PROGRAMS.get(argv[0])
    if program is None:
        yield ERR, f"sh: {argv[0]}: not found\n".encode()
        yield 127
        return
    async for output in program(process.running(argv)):
        yield (ERR, output[1]) if to_error and not isinstance(output, int) else output


PROGRAMS: dict[str, Program] = {
    "cat": _cat,
    "echo": _echo,
    "env": _env,
    "false": _false,
    "hostname": _hostname,
    "id": _id,
    "kill": _kill,
    "ls": _ls,
    "printenv": _printenv,
    "pwd": _pwd,
    "seq": _seq,
    "sh": _shell,
    "sleep": _sleep,
    "true": _true,
}
