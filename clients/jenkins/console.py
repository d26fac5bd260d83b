"""A build's console log: a part of it by offset, its end, or the lines that match.

Offsets are of the log as Jenkins stores it: one is taken from ``X-Text-Size`` where that says it,
and kept behind what was shown otherwise: going on may repeat some text, and never leaves any out.
No more than a piece is held in memory.
"""

from collections import deque
from collections.abc import Callable

from clients.jenkins.log_text import Console, LogText, opened_at, opened_end
from clients.jenkins.paths import Build
from clients.jenkins.reader import JenkinsReader

MOST_SEARCHED = 512 * 2**20
MOST_GROWN = 2**20  # how much of what a log grows by while it is read is read too


async def part(
    jenkins: JenkinsReader,
    build: Build,
    start: int,
    most_bytes: int,
    most_lines: int | None = None,
) -> Console:
    """Return the log from an offset on, as many whole lines as fit into ``most_bytes``."""
    taken = 0
    async with opened_at(jenkins, build, start) as (console, text):
        async for told in text.told():
            for length, line in told:
                full = console.lines and taken + length > most_bytes
                if line is not None and (full or len(console.lines) == most_lines):
                    console.next = start + taken
                    return console
                taken += length
                if line is not None:
                    console.lines.append(line)
    console.next = console.size if console.running else None
    return console


async def tail(
    jenkins: JenkinsReader, build: Build, most_bytes: int, num_lines: int | None = None
) -> Console:
    """Return the last lines that fit into ``most_bytes``, or fewer; the rest is never sent."""
    async with opened_end(jenkins, build, most_bytes) as (console, text):
        return await _end(console, text, _Newest(most_bytes, num_lines))


async def _end(console: Console, text: LogText, newest: "_Newest") -> Console:
    left = console.size - console.start + MOST_GROWN
    async for told in text.told():
        for length, line in told:
            left -= length
            if line is not None:
                newest.add(line)
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
    newest, left = _Newest(most), MOST_SEARCHED
    async with opened_at(jenkins, build, start) as (console, text):
        async for told in text.told():
            for length, line in told:
                console.searched += 1
                left -= length
                if line is not None and matches(line):
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
