"""Points in time and ages in kubectl's words."""

from datetime import UTC, datetime, timedelta
from typing import Any

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZERO = datetime(1, 1, 1, tzinfo=UTC)


def parsed(text: str | None) -> datetime:
    """Read the API's RFC 3339 time; a missing one is Go's zero time, as in kubectl."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else _ZERO


def timestamp(text: str | None) -> str:
    """Print as Go's RFC1123Z in UTC: ``Tue, 24 Nov 2026 14:56:09 +0000``, whatever the locale."""
    time = parsed(text)
    day, month = _DAYS[time.weekday()], _MONTHS[time.month - 1]
    return f"{day}, {time.day:02} {month} {time.year:04} {time:%H:%M:%S} +0000"


def age(text: str | None, now: datetime) -> str:
    """Say how long ago, ``<unknown>`` when never."""
    return human_duration(now - parsed(text)) if text else "<unknown>"


def age_of(obj: dict[str, Any], now: datetime) -> str:
    """Say how long ago an object was created."""
    return age(obj.get("metadata", {}).get("creationTimestamp"), now)


def human_duration(duration: timedelta) -> str:
    """Round as apimachinery/pkg/util/duration ``HumanDuration``: two units at most."""
    seconds = int(duration.total_seconds())
    if seconds < 120:
        return "<invalid>" if seconds < -1 else f"{max(seconds, 0)}s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 10:
        return _two_units(minutes, "m", seconds % 60, "s")
    if hours < 3:
        return f"{minutes}m"
    if hours < 8:
        return _two_units(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two_units(days, "d", hours % 24, "h")
    if days < 365 * 2:
        return f"{days}d"
    if days < 365 * 8:
        return _two_units(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two_units(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"
