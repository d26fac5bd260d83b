"""Ages and spans as the API server prints them in Table cells.

Follows `k8s.io/apimachinery/pkg/util/duration.HumanDuration`: two or three significant figures.
"""

from datetime import datetime, timedelta
from typing import Any

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86_400, 365 * 86_400

# Below these spans the smaller unit is printed too: 7h15m, but 9h.
_FINE_MINUTES, _FINE_HOURS, _FINE_DAYS, _FINE_YEARS = 10, 8, 8, 8
_ALMOST_NOW_SECONDS = -1  # clocks may differ this much before a span counts as invalid


def parsed(timestamp: str) -> datetime:
    """Read an RFC 3339 time as the API server writes it (`…Z`, with or without fractions)."""
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00"))


def age(timestamp: Any, now: datetime) -> str:
    """Print the time since `timestamp` (a string, or nothing: `<unknown>`)."""
    if not timestamp:
        return "<unknown>"
    return human(now - parsed(timestamp))


def human(span: timedelta) -> str:
    """Print a span as `HumanDuration` does: 119s, 9m30s, 7h15m, 47h, 7d3h, 400d, 3y20d."""
    seconds = int(span.total_seconds())
    if seconds < _ALMOST_NOW_SECONDS:
        return "<invalid>"
    if seconds < 2 * MINUTE:
        return f"{max(seconds, 0)}s"
    if seconds < 3 * HOUR:
        fine = seconds < _FINE_MINUTES * MINUTE
        return _two(seconds, (MINUTE, "m"), (1, "s"), fine=fine)
    if seconds < 2 * DAY:
        return _two(seconds, (HOUR, "h"), (MINUTE, "m"), fine=seconds < _FINE_HOURS * HOUR)
    if seconds < 2 * YEAR:
        return _two(seconds, (DAY, "d"), (HOUR, "h"), fine=seconds < _FINE_DAYS * DAY)
    return _two(seconds, (YEAR, "y"), (DAY, "d"), fine=seconds < _FINE_YEARS * YEAR)


def _two(seconds: int, large: tuple[int, str], small: tuple[int, str], *, fine: bool) -> str:
    whole, rest = divmod(seconds, large[0])
    parts = rest // small[0]
    return f"{whole}{large[1]}{parts}{small[1]}" if fine and parts else f"{whole}{large[1]}"
