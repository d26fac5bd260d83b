"""Jenkins' milliseconds as times and durations to read."""

from datetime import UTC, datetime

from tools.render.ages import human_duration

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def moment(milliseconds: object, now: datetime) -> str:
    """Write when something was, in UTC, and how long ago: ``2026-11-20 09:14:11Z (3h ago)``."""
    if not isinstance(milliseconds, int) or milliseconds <= 0:
        return "unknown"
    try:
        when = datetime.fromtimestamp(milliseconds // 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return "unknown"
    ago = human_duration((now - when).total_seconds())
    return f"{when:%Y-%m-%d %H:%M:%S}Z ({ago} ago)"


def span(milliseconds: object) -> str:
    """Write a duration in its two largest units, as Jenkins does: ``6 min 12 s``."""
    if not isinstance(milliseconds, int) or milliseconds < 0:
        return "unknown"
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    left = milliseconds // 1000
    parts: list[str] = []
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(part for part in parts[:2] if part)
