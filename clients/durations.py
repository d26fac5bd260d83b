"""How far back a caller wants to look: ``90s``, ``1h30m``, ``2d``, or a moment in RFC 3339."""

import re
from datetime import UTC, datetime, timedelta

import durationpy

from clients.errors import InvalidError
from clients.kubernetes.names import shown

# Go's time.ParseDuration, and days and weeks, which Go has not.
_DURATION = re.compile(r"\+?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+|\+?0")


def looking_back(text: str, argument: str = "since") -> timedelta | datetime:
    """Read a duration, or an aware moment in UTC; a date or a time without zone is UTC's."""
    said = text.strip()
    try:
        if _DURATION.fullmatch(said):
            return _duration(said)
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise InvalidError(
            f'Argument "{argument}": {shown(text)} is neither a duration (90s, 1h30m, 2d) '
            "nor a time (2026-11-20T09:00:00Z)."
        ) from wrong


def _duration(text: str) -> timedelta:
    duration: timedelta = durationpy.from_str(text)
    return duration
