"""How long ago: Kubernetes timestamps as the short ages kubectl prints."""

from datetime import UTC, datetime

UNKNOWN = "<unknown>"

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY_HOURS = 24
_YEAR_HOURS = 365 * _DAY_HOURS
_ZERO_TIME = datetime(1, 1, 1, tzinfo=UTC)


def age(timestamp: str | None, now: datetime) -> str:
    """Say how long ago a timestamp was, as kubectl's ``translateTimestampSince``.

    A missing, zero or unreadable timestamp is ``<unknown>``; one more than a second in the future
    is ``<invalid>``.
    """
    moment = _moment(timestamp)
    if moment is None or moment == _ZERO_TIME:
        return UNKNOWN
    return human_duration((now - moment).total_seconds())


def parse_timestamp(timestamp: str) -> datetime:
    """Read a metav1 Time or MicroTime (RFC 3339) as an aware datetime, to the microsecond.

    Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(timestamp)
    if moment.tzinfo is None:
        raise ValueError(f"the timestamp {timestamp!r} has no time zone")
    return moment.astimezone(UTC)


def human_duration(seconds: float) -> str:
    """Shorten a duration to two or three figures: apimachinery's ``duration.HumanDuration``."""
    whole = int(seconds)
    if whole < -1:
        # Clocks differ by a second now and then; more than that is an error worth seeing.
        return "<invalid>"
    if whole < 2 * _MINUTE:
        return f"{max(whole, 0)}s"
    if whole < 3 * _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return _pair(minutes, "m", rest if minutes < 10 else 0, "s")
    hours, rest = divmod(whole, _HOUR)
    return _hours_and_more(hours, rest // _MINUTE)


def short_human_duration(seconds: float) -> str:
    """Shorten a duration to its largest unit: apimachinery's ``duration.ShortHumanDuration``."""
    whole = int(seconds)
    hours = whole // _HOUR
    if whole < -1:
        return "<invalid>"
    if whole < _MINUTE:
        return f"{max(whole, 0)}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m"
    if hours < _DAY_HOURS:
        return f"{hours}h"
    if hours < _YEAR_HOURS:
        return f"{hours // _DAY_HOURS}d"
    return f"{hours // _YEAR_HOURS}y"


def _hours_and_more(hours: int, minutes: int) -> str:
    days = hours // _DAY_HOURS
    if hours < 2 * _DAY_HOURS:
        return _pair(hours, "h", minutes if hours < 8 else 0, "m")
    if hours < 2 * _YEAR_HOURS:
        return _pair(days, "d", hours % _DAY_HOURS if days < 8 else 0, "h")
    years = hours // _YEAR_HOURS
    return _pair(years, "y", days % 365 if years < 8 else 0, "d")


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def _moment(timestamp: str | None) -> datetime | None:
    if not timestamp:
        return None
    try:
        return parse_timestamp(timestamp)
    except ValueError:
        return None
