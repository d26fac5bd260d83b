"""Logs as text: one as it is, several merged by time with kubectl's prefixes."""

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

Line = tuple[str, str]
Moment = tuple[float, str]

_STAMP = re.compile(r"(.{19})(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
_BEFORE_ALL: Moment = (float("-inf"), "")


@dataclass(frozen=True, slots=True)
class Stream:
    """One container's lines, oldest first: RFC 3339 timestamp or empty, and text."""

    prefix: str
    lines: Sequence[Line]


def merged(streams: Sequence[Stream], *, timestamps: bool) -> list[str]:
    """Return the lines of all streams by time, each with its prefix; of one stream, without.

    The order within a stream is kept: a line without a timestamp, or with an earlier one than the
    line before it, follows that line.
    """
    prefixed = len(streams) > 1
    return [
        (prefix if prefixed else "") + (f"{stamp} " if timestamps and stamp else "") + text
        for _, prefix, (stamp, text) in heapq.merge(*map(_timed, streams), key=itemgetter(0))
    ]


def _timed(stream: Stream) -> Iterator[tuple[Moment, str, Line]]:
    for line in stream.lines:
        yield _moment(line[0]), stream.prefix, line


def _moment(stamp: str) -> Moment:
    """Read to the nanosecond, which datetime cannot hold; nodes may write other time zones."""
    if not (parts := _STAMP.fullmatch(stamp)):
        return _BEFORE_ALL
    second, fraction, zone = parts.groups(default="")
    return datetime.fromisoformat(second + zone).timestamp(), fraction


def newest(lines: Sequence[str], most_bytes: int) -> Sequence[str]:
    """Return the last lines that fit, at least one."""
    left = most_bytes
    for position in range(len(lines) - 1, -1, -1):
        left -= len(lines[position].encode()) + 1
        if left < 0:
            return lines[min(position + 1, len(lines) - 1) :]
    return lines
