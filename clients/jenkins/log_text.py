"""A build's log on the wire: opened at an offset or near its end, taken in batches, masked.

Protocol followed: stapler's ``LargeText`` (``logText/progressiveText``). What is sent from an
offset on says nothing of what stands before it. So some bytes before are asked for as well, and
the beginning of what was asked for is looked up in them: offsets do not say where it is, for what
is sent is shorter than the log (annotations stripped) or longer (line ends CRLF).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from clients.errors import InvalidError
from clients.jenkins.bodies import first_bytes, pieces
from clients.jenkins.log_masking import CUT, LONGEST_LINE, Batch, LogMasking, Told, open_key
from clients.jenkins.paths import Build
from clients.jenkins.reader import JenkinsReader

ENDPOINT = ("logText", "progressiveText")
LOOKED_BACK = 16 * 2**10
PROBE = 4 * 2**10
MOST_PLACES = 16
_SEAM = 2**10
# What a stripped annotation leaves when an offset falls into it (hudson.console.ConsoleNote).
_CUT_NOTE = re.compile(rb"^[A-Za-z0-9+/=]{40,}\x1b\[0m")
_LAST_GAP = re.compile(rb"[\s,;&][^\s,;&]*\Z")


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


@dataclass(slots=True)
class LogText:
    """The text of a log from somewhere on."""

    _pieces: AsyncIterator[bytes]
    _masking: LogMasking

    async def told(self, wanted: Callable[[str], bool] | None = None) -> AsyncIterator[list[Told]]:
        """Yield lines as they come, many at once, fit to be shown."""
        more = (wanted,) if wanted else ()
        async for batch in batches(self._pieces):
            yield self._masking.told(batch, *more)
        yield self._masking.rest()


@asynccontextmanager
async def opened_at(
    jenkins: JenkinsReader, build: Build, start: int
) -> AsyncIterator[tuple[Console, LogText]]:
    """Open a log at an offset; one past its end is refused."""
    async with _opened(jenkins, build, max(start - 1, 0)) as (response, console):
        console.start = start
        if console.size < start:  # Jenkins would begin anew; that is not what was asked for
            raise InvalidError(
                f"The log of {build} has {console.size:,} bytes so far: start={start:,} is past "
                "its end."
            )
        body = pieces(response)
        if start == 0:
            yield console, LogText(body, LogMasking(jenkins.cleaned))
            return
        head, cut = _behind_one_byte(await _head(body))
        masking = await _looked_back(jenkins, build, start, head, cut=cut)
        yield console, LogText(_chained(head, body), masking)


@asynccontextmanager
async def opened_end(
    jenkins: JenkinsReader, build: Build, most_bytes: int
) -> AsyncIterator[tuple[Console, LogText]]:
    """Open a log's end: its size is in the headers, so a long one's beginning is never read.

    The first line of an end is a part of one, and not told.
    """
    async with _opened(jenkins, build, 0) as (response, console):
        if console.size <= most_bytes:
            yield console, LogText(pieces(response), LogMasking(jenkins.cleaned))
            return
    start = console.size - most_bytes
    async with _opened(jenkins, build, start) as (response, console):
        console.start = start
        masking = LogMasking(jenkins.cleaned, doubtful=True, cut=True)
        yield console, LogText(pieces(response), masking)


@asynccontextmanager
async def _opened(
    jenkins: JenkinsReader, build: Build, start: int
) -> AsyncIterator[tuple[httpx.Response, Console]]:
    async with jenkins.stream(build, ENDPOINT, {"start": str(start)}) as response:
        size = response.headers.get("x-text-size", "")
        more = response.headers.get("x-more-data", "").lower() == "true"
        yield response, Console(size=int(size) if size.isdecimal() else 0, running=more)


async def _head(body: AsyncIterator[bytes]) -> bytes:
    """Take as much of a body as it needs to know its beginning again."""
    head = b""
    async for piece in body:
        head += piece
        if len(head) > PROBE:
            break
    return head


async def _chained(head: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for piece in body:
        yield piece


def _behind_one_byte(head: bytes) -> tuple[bytes, bool]:
    """Take away the byte before the start; say whether it leaves a part of a line."""
    for end in (b"\n", b"\r\n"):
        if head.startswith(end):
            return head.removeprefix(end), False
    return _CUT_NOTE.sub(b"", head[1:]), True


async def _looked_back(
    jenkins: JenkinsReader, build: Build, start: int, head: bytes, *, cut: bool
) -> LogMasking:
    """Look at what stands before; where that cannot be told, nothing is shown on trust."""
    probe, at = head[:PROBE], max(start - LOOKED_BACK, 0)
    async with _opened(jenkins, build, at) as (response, _):
        context = await first_bytes(response, 2 * LOOKED_BACK + len(probe))
    befores = [context[:place] for place in _places(context, probe, start - at)]
    lines = {before.rpartition(b"\n")[2] for before in befores}
    if len(lines) != 1 or not befores:
        return LogMasking(jenkins.cleaned, doubtful=True, cut=cut, first=CUT)
    key = max(map(open_key, befores))
    return LogMasking(jenkins.cleaned, before=lines.pop() if cut else b"", key=key)


def _places(context: bytes, probe: bytes, distance: int) -> list[int]:
    """Return where a text may stand: where it has to without annotations, else everywhere."""
    longer = distance
    while (more := distance + context.count(b"\n", 0, longer)) != longer:
        longer = more
    for place in (longer, distance):
        if context.startswith(probe, place):
            return [place]
    places = [*_occurrences(context, probe)]
    return places if len(places) <= MOST_PLACES else []


def _occurrences(context: bytes, probe: bytes) -> Iterator[int]:
    place = context.find(probe)
    for _ in range(MOST_PLACES + 1):
        if place < 0:
            return
        yield place
        place = context.find(probe, place + 1)


async def batches(body: AsyncIterator[bytes]) -> AsyncIterator[Batch]:
    """Yield lines as they come, many at once; very long ones in parts."""
    rest = b""
    async for piece in body:
        block, newline, rest = (rest + piece).rpartition(b"\n")
        if newline:
            yield Batch([line.removesuffix(b"\r") for line in block.split(b"\n")], ended=True)
        while len(rest) > LONGEST_LINE:
            end = _part(rest)
            yield Batch([rest[:end]], ended=False)
            rest = rest[end:]
        await asyncio.sleep(0)  # a piece was at hand: give the others their turn
    if rest:
        yield Batch([rest], ended=False)


def _part(line: bytes) -> int:
    """Return where to part a line: in a gap, if there is one, rather than inside of a word."""
    gap = _LAST_GAP.search(line, LONGEST_LINE - _SEAM, LONGEST_LINE)
    return gap.start() + 1 if gap else LONGEST_LINE
