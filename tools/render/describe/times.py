"""Points in time as kubectl describes them; ages are those of ``tools.render.ages``."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tools.render import ages
from tools.render.ages import age, parse_timestamp

__all__ = ["age", "age_of", "human_duration", "parsed", "timestamp"]

_ZERO = datetime(1, 1, 1, tzinfo=UTC)


def parsed(text: str | None) -> datetime:
    """Read the API's RFC 3339 time; a missing one is Go's zero time, as in kubectl."""
    return parse_timestamp(text) if text else _ZERO


def timestamp(text: str | None) -> str:
    """Print as Go's RFC1123Z in UTC: ``Tue, 24 Nov 2026 14:56:09 +0000``, whatever the locale."""
    return format_datetime(parsed(text))


def age_of(obj: dict[str, Any], now: datetime) -> str:
    """Say how long ago an object was created."""
    return age(obj["metadata"].get("creationTimestamp"), now)


def human_duration(duration: timedelta) -> str:
    """Shorten a duration as kubectl does."""
    return ages.human_duration(duration.total_seconds())
