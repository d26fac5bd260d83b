"""A record's times as helm prints them, in the zone of whoever wrote them.

Helm prints a zone's name where its own zone has the same offset; here it is the offset always.
"""

import re
from datetime import date

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_ZERO = "0001-01-01T00:00:00"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def go_string(text: str) -> str:
    """Print as Go's ``Time.String``: ``2026-11-20 09:14:11.5 +0000 UTC``; "-" without a time."""
    if _is_zero(text) or not (found := _TIME.fullmatch(text)):
        return "-"
    day, time, fraction, zone = found.groups()
    offset = zone.replace(":", "")
    shown = "+0000 UTC" if zone in ("Z", "+00:00") else f"{offset} {offset}"
    return f"{day} {time}{_fraction(fraction)} {shown}"


def ansic(text: str) -> str:
    """Print as Go's ``time.ANSIC``: ``Fri Nov 20 09:14:11 2026``."""
    found = _TIME.fullmatch(text)
    day, time = (found[1], found[2]) if found else _ZERO.split("T")
    year, month, number = map(int, day.split("-"))
    try:
        name = _DAYS[date(year, month, number).weekday()]
    except ValueError:
        return ansic("")
    return f"{name} {_MONTHS[month - 1]} {number:2} {time} {year:04}"


def rfc3339(text: str) -> str:
    """Print as Go writes a time into JSON: fractions without their last zeros."""
    found = _TIME.fullmatch(text)
    if not found or _is_zero(text):
        return ""
    day, time, fraction, zone = found.groups()
    return f"{day}T{time}{_fraction(fraction)}{'Z' if zone == '+00:00' else zone}"


def _fraction(digits: str | None) -> str:
    kept = (digits or "").rstrip("0")
    return f".{kept}" if kept else ""


def _is_zero(text: str) -> bool:
    return text.startswith(_ZERO)
