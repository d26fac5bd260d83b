"""A build's console log: a part of it by offset, its end, or the lines that match.

Protocol followed: stapler's ``LargeText`` (``logText/progressiveText``). Offsets are of the log as
Jenkins stores it; the text sent is shorter (annotations stripped) or longer (line ends CRLF), so an
offset is taken from ``X-Text-Size`` where that says it, and kept behind what was shown otherwise:
going on may repeat some text, and never leaves any out. No more than a piece is held in memory.
"""

import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from clients.errors import InvalidError
from clients.jenkins.bodies import pieces
from clients.jenkins.paths import Build
from clients.jenkins.reader import JenkinsReader
from clients.masking import mask_free_text

ENDPOINT = ("logText", "progressiveText")
LONGEST_LINE = 16 * 2**10
MOST_SEARCHED = 512 * 2**20
# What a stripped annotation leaves when an offset falls into it (hudson.console.ConsoleNote).
_CUT_NOTE = re.compile(rb"^[A-Za-z0-9+/=]{40,}\x1b\[0m")


@dataclass(slots=True)
class Console:
    """Lines of a log, and where they stand in it; offsets in bytes."""

    lines: list[str] = field(default_factory=list)
    size: int = 0
    start: int = 0
    next: int | None = None  # where to go on; None: nothing follows
    running: bool = False
    searched: int = 0
    matched: int = 0
    earlier: bool = False  # lines before these are not shown
    unfinished: bool = False  # the log is longer than what was searched


async def part(
    jenkins: JenkinsReader,
    build: Build,
    start: int,
    most_bytes: int,
    most_lines: int | None = None,
) -> Console:
    """Return the log from an offset on, as many whole lines as fit into ``most_bytes``."""
    async with _opened(jenkins, build, max(start - 1, 0)) as (response, console):
        console.start = start
        if console.size < start:  # Jenkins would begin anew; that is not what was asked for
            raise InvalidError(
                f"The log of {build} has {console.size:,} bytes so far: start={start:,} is past "
                "its end."
            )
        taken = 0
        async for line, whole in _lines(jenkins, response, behind=start > 0):
            full = console.lines and taken + len(line) > most_bytes
            if full or len(console.lines) == most_lines:
                console.next = start + taken
                return console
            taken += len(line) + whole
            console.lines.append(_shown(line))
    console.next = console.size if console.running else None
    return console


async def tail(
    jenkins: JenkinsReader, build: Build, most_bytes: int, num_lines: int | None = None
) -> Console:
    """Return the last lines that fit into ``most_bytes``, or fewer; the rest is never sent.

    The size is in the headers: of a longer log the first answer is ended before its body.
    """
    async with _opened(jenkins, build, 0) as (response, console):
        if console.size <= most_bytes:
            return await _end(jenkins, response, console, _Newest(most_bytes, num_lines))
    start = console.size - most_bytes
    async with _opened(jenkins, build, start) as (response, console):
        console.start = start
        return await _end(jenkins, response, console, _Newest(most_bytes, num_lines))


async def _end(
    jenkins: JenkinsReader, response: httpx.Response, console: Console, newest: "_Newest"
) -> Console:
    partial = console.start > 0
    async for line, _ in _lines(jenkins, response):
        if not partial:
            newest.add(_shown(line))
        partial = False
    console.lines = list(newest.lines)
    console.earlier = console.start > 0 or newest.dropped
    console.next = console.size if console.running else None
    return console


async def search(
    jenkins: JenkinsReader, build: Build, matches: Callable[[str], bool], start: int, most: int
) -> Console:
    """Return the last matching lines that fit into ``most`` bytes, each with its line's number."""
    async with _opened(jenkins, build, start) as (response, console):
        console.start = start
        newest = _Newest(most)
        seen = 0
        async for line, whole in _lines(jenkins, response):
            console.searched += 1
            seen += len(line) + whole
            if seen > MOST_SEARCHED:
                console.unfinished = True
                break
            if not matches(text := _shown(line)):
                continue
            console.matched += 1
            newest.add(text if start else f"{console.searched}: {text}")
    console.lines = list(newest.lines)
    console.earlier = newest.dropped
    return console


class _Newest:
    """The last lines that fit into a bound, however many come."""

    def __init__(self, most_bytes: int, most_lines: int | None = None) -> None:
        self.lines: deque[str] = deque()
        self.dropped = False
        self._bytes = 0
        self._most_bytes = most_bytes
        self._most_lines = most_lines or most_bytes

    def add(self, line: str) -> None:
        self.lines.append(line)
        self._bytes += len(line.encode()) + 1
        while len(self.lines) > self._most_lines or (
            self._bytes > self._most_bytes and len(self.lines) > 1
        ):
            self._bytes -= len(self.lines.popleft().encode()) + 1
            self.dropped = True


@asynccontextmanager
async def _opened(
    jenkins: JenkinsReader, build: Build, start: int
) -> AsyncIterator[tuple[httpx.Response, Console]]:
    async with jenkins.stream(build, ENDPOINT, {"start": str(start)}) as response:
        size = response.headers.get("x-text-size", "")
        more = response.headers.get("x-more-data", "").lower() == "true"
        yield response, Console(size=int(size) if size.isdecimal() else 0, running=more)


async def _lines(
    jenkins: JenkinsReader, response: httpx.Response, *, behind: bool = False
) -> AsyncIterator[tuple[bytes, int]]:
    """Yield lines without their ends, very long ones in parts, and whether an end followed (1, 0).

    ``behind``: the body begins one byte early; if that is a line's end, it is no line.
    """
    rest = b""
    first = behind
    async for piece in pieces(response):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            line = line.removesuffix(b"\r")
            if not first or line:
                yield jenkins.cleaned(_after_cut(line) if first else line), 1
            first = False
        while len(rest) > LONGEST_LINE:
            yield (
                jenkins.cleaned(_after_cut(rest[:LONGEST_LINE]) if first else rest[:LONGEST_LINE]),
                0,
            )
            rest, first = rest[LONGEST_LINE:], False
    if rest:
        yield jenkins.cleaned(_after_cut(rest) if first else rest), 0


def _after_cut(line: bytes) -> bytes:
    """Return a first line without the byte before it and the end of an annotation."""
    return _CUT_NOTE.sub(b"", line[1:])


def _shown(line: bytes) -> str:
    return mask_free_text(line[:LONGEST_LINE].decode("utf-8", "replace"))
