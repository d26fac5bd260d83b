"""Schedules of CronJobs: five fields, as robfig/cron reads them."""

from datetime import datetime, timedelta

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: dict[int, dict[str, int]] = {
    3: {name: number for number, name in enumerate(_MONTHS, 1)},
    4: {name: number for number, name in enumerate(_WEEKDAYS)},
}
_FARTHEST = timedelta(days=5 * 366)


class Schedule:
    """The minutes at which a CronJob is due; raises ValueError for a text that is none."""

    def __init__(self, text: str) -> None:
        fields = _MACROS.get(text.strip(), text).lower().split()
        if len(fields) != len(_RANGES):
            raise ValueError(f"expected exactly 5 fields, found {len(fields)}: {text}")
        parts = [_values(field, index) for index, field in enumerate(fields)]
        self._minutes, self._hours, self._days, self._months, self._weekdays = parts
        # With both given, either day is enough; a star leaves the choice to the other.
        self._either_day = "*" not in (fields[2][0], fields[4][0])

    def after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment; None when there is none in five years."""
        found = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        last = moment + _FARTHEST
        while found <= last:
            if not self._day_fits(found):
                found = found.replace(hour=0, minute=0) + timedelta(days=1)
            elif found.hour not in self._hours:
                found = found.replace(minute=0) + timedelta(hours=1)
            elif found.minute not in self._minutes:
                found += timedelta(minutes=1)
            else:
                return found
        return None

    def _day_fits(self, moment: datetime) -> bool:
        if moment.month not in self._months:
            return False
        fits = (moment.day in self._days, (moment.weekday() + 1) % 7 in self._weekdays)
        return any(fits) if self._either_day else all(fits)


def _values(field: str, index: int) -> set[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, last = _span(span, index, stepped=bool(step))
        values |= set(range(first, last + 1, int(step or 1)))
    if not values:
        raise ValueError(f"empty field in a schedule: {field}")
    return {value % 7 for value in values} if index == 4 else values


def _span(text: str, index: int, *, stepped: bool) -> tuple[int, int]:
    low, high = _RANGES[index]
    if text in ("*", "?"):
        return low, high
    first, dash, last = text.partition("-")
    start = _number(first, index)
    if dash:
        return start, _number(last, index)
    return start, high if stepped else start


def _number(text: str, index: int) -> int:
    value = _NAMES.get(index, {}).get(text)
    number = int(text) if value is None else value
    low, high = _RANGES[index]
    if not low <= number <= high + (index == 4):
        raise ValueError(f"{number} is not between {low} and {high}")
    return number
