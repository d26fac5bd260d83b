"""A build's console log: a part of it by offset, its end, or the lines that match.

Protocol followed: stapler's ``LargeText`` (``logText/progressiveText``). Offsets are of the log as
Jenkins stores it; the text sent is shorter (annotations stripped) or longer (line ends CRLF), so an
offset is taken from ``X-Text-Size`` where that says it, and kept behind what was shown otherwise:
going on may repeat some text, and never leaves any out. No more than a piece is held in memory.
"""

import asyncio
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
from clients.masking import mask_free_text, may_need_masking

ENDPOINT = ("logText", "progressiveText")
LONGEST_LINE = 16 * 2**10
MOST_SEARCHED = 512 * 2**20
MOST_GROWN = 2**20  # how much of what a log grows by while it is read is read too
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
        async for batch in batches(response, behind=start > 0):
            for length, line in batch.told(jenkins):
                full = console.lines and taken + length > most_bytes
                if full or len(console.lines) == most_lines:
                    console.next = start + taken
                    return console
                taken += length
                console.lines.append(line)
    console.next = console.size if console.running else None
    return console


async def tail(
    jenkins: JenkinsReader, build: Build, most_bytes: int, num_lines: int | None = None
) -> Console:
    """Return the last lines that fit into ``most_bytes``, or fewer; the rest is never sent."""
    async with opened_end(jenkins, build, most_bytes) as (response, console):
        return await _end(jenkins, response, console, _Newest(most_bytes, num_lines))


@asynccontextmanager
async def opened_end(
    jenkins: JenkinsReader, build: Build, most_bytes: int
) -> AsyncIterator[tuple[httpx.Response, Console]]:
    """Open a log's end: its size is in the headers, so a long one's beginning is never read."""
    async with _opened(jenkins, build, 0) as (response, console):
        if console.size <= most_bytes:
            yield response, console
            return
    start = console.size - most_bytes
    async with _opened(jenkins, build, start) as (response, console):
        console.start = start
        yield response, console


async def _end(
    jenkins: JenkinsReader, response: httpx.Response, console: Console, newest: "_Newest"
) -> Console:
    left = console.size - console.start + MOST_GROWN
    first = console.start > 0  # a part of a line, most likely
    async for batch in batches(response):
        for length, line in batch.told(jenkins):
            left -= length
            if not first:
                newest.add(line)
            first = False
        if left < 0:
            break
    console.lines = list(newest.lines)
    console.earlier = console.start > 0 or newest.dropped
    console.next = console.size if console.running else None
    return console


async def search(
    jenkins: JenkinsReader, build: Build, matches: Callable[[str], bool], start: int, most: int
) -> Console:
    """Return the last matching lines that fit into ``most`` bytes, each with its line's number."""
    newest = _Newest(most)
    async with _opened(jenkins, build, start) as (response, console):
        console.start, left = start, MOST_SEARCHED
        async for batch in batches(response):
            for length, line in batch.told(jenkins):
                console.searched += 1
                left -= length
                if matches(line):
                    console.matched += 1
                    newest.add(line if start else f"{console.searched}: {line}")
            if left < 0:
                console.unfinished = True
                break
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


@dataclass(slots=True)
class Batch:
    """Lines that came together, and whether an end of line follows the last of them."""

    lines: list[bytes]
    ended: bool

    def told(self, jenkins: JenkinsReader) -> list[tuple[int, str]]:
        """Return the lines to be shown, each with the bytes that it took of the log.

        Most batches have nothing to mask in them, and are looked through at once.
        """
        text = jenkins.cleaned(b"\n".join(self.lines)).decode("utf-8", "replace")
        texts = text.split("\n")
        if may_need_masking(text):
            texts = [mask_free_text(each[:LONGEST_LINE]) for each in texts]
        ends = 1 if self.ended else 0
        return [(len(raw) + ends, each) for raw, each in zip(self.lines, texts, strict=True)]


async def batches(response: httpx.Response, *, behind: bool = False) -> AsyncIterator[Batch]:
    """Yield lines as they come, many at once; very long ones in parts.

    ``behind``: the body begins one byte early, which is no text.
    """
    rest = b""
    async for piece in pieces(response):
        block, newline, rest = (rest + piece).rpartition(b"\n")
        lines = block.split(b"\n") if newline else []
        if behind and (lines or len(rest) > LONGEST_LINE):
            lines, rest = _after_cut(lines, rest)
            behind = False
        if lines:
            yield Batch([line.removesuffix(b"\r") for line in lines], ended=True)
        while len(rest) > LONGEST_LINE:
            yield Batch([rest[:LONGEST_LINE]], ended=False)
            rest = rest[LONGEST_LINE:]
        await asyncio.sleep(0)  # a piece was at hand: give the others their turn
    if behind:
        _, rest = _after_cut([], rest)
    if rest:
        yield Batch([rest], ended=False)


def _after_cut(lines: list[bytes], rest: bytes) -> tuple[list[bytes], bytes]:
    """Take the byte before the start away, and the end of an annotation that was cut."""
    if not lines:
        return lines, _CUT_NOTE.sub(b"", rest[1:])
    first, *others = lines
    if first in (b"", b"\r"):  # it was the end of the line before
        return others, rest
    return [_CUT_NOTE.sub(b"", first[1:]), *others], rest
