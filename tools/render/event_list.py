"""Events as ``kubectl events`` prints them: what says the same is one line, warnings come first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tools.render import JsonObject
from tools.render.ages import human_duration, parse_timestamp
from tools.render.tabwriter import align

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_HEADER = "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE"


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to one object, however often it was told."""

    namespace: str
    object: str
    type: str
    reason: str
    message: str
    count: int
    first: datetime
    last: datetime


def happenings(events: Iterable[JsonObject]) -> list[Happening]:
    """Join events of one object, reason and message; warnings first, then the newest first.

    kubectl prints each by itself, the oldest first.
    """
    joined: dict[tuple[str, ...], Happening] = {}
    for event in events:
        new = _happening(event)
        key = (new.namespace, new.object, new.type, new.reason, new.message)
        joined[key] = _together(joined[key], new) if key in joined else new
    newest_first = sorted(joined.values(), key=lambda each: each.last, reverse=True)
    return sorted(newest_first, key=lambda each: each.type != "Warning")


def event_table(
    shown: Sequence[Happening], now: datetime, *, with_namespace: bool = False
) -> list[str]:
    """Print kubectl's columns; LAST SEEN has the count: ``2m (x14 over 51m)``."""
    rows = [_row(each, now) for each in shown]
    if not with_namespace:
        return align([_HEADER, *rows])
    spaces = (each.namespace for each in shown)
    return align(
        [
            f"NAMESPACE\t{_HEADER}",
            *(f"{space}\t{row}" for space, row in zip(spaces, rows, strict=True)),
        ]
    )


def _row(each: Happening, now: datetime) -> str:
    seen = _since(each.last, now)
    if each.count > 1:
        seen = f"{seen} (x{each.count} over {_since(each.first, now)})"
    return f"{seen}\t{each.type}\t{each.reason}\t{each.object}\t{each.message}"


def _happening(event: JsonObject) -> Happening:
    involved, series = event.get("involvedObject") or {}, event.get("series") or {}
    first = _moment(event.get("eventTime") or event.get("firstTimestamp"))
    last = _moment(series.get("lastObservedTime") or event.get("lastTimestamp"))
    return Happening(
        namespace=event["metadata"].get("namespace", ""),
        object=f"{involved.get('kind', '')}/{involved.get('name', '')}",
        type=str(event.get("type", "")),
        reason=str(event.get("reason", "")),
        message=" ".join(str(event.get("message", "")).split()),
        count=int(series.get("count") or event.get("count") or 1),
        first=first,
        last=max(first, last),
    )


def _together(one: Happening, other: Happening) -> Happening:
    return replace(
        one,
        count=one.count + other.count,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
    )


def _moment(timestamp: str | None) -> datetime:
    return parse_timestamp(timestamp) if timestamp else _NEVER


def _since(moment: datetime, now: datetime) -> str:
    return "<unknown>" if moment == _NEVER else human_duration((now - moment).total_seconds())
