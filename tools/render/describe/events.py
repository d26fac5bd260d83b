"""The Events section."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tools.render.ages import age
from tools.render.describe.lines import Lines
from tools.render.describe.times import parsed

JsonObject = dict[str, Any]


def write_events(lines: Lines, events: Sequence[JsonObject], now: datetime) -> None:
    """Write events in the order of their last occurrence, as kubectl's ``DescribeEvents``."""
    if not events:
        lines.field("Events", "<none>")
        return
    lines.text("Events:")
    lines.row("Type", "Reason", "Age", "From", "Message")
    lines.row("----", "------", "----", "----", "-------")
    for event in sorted(events, key=lambda event: parsed(event.get("lastTimestamp"))):
        lines.row(
            event.get("type", ""),
            event.get("reason", ""),
            interval(event, now),
            (event.get("source") or {}).get("component") or event.get("reportingComponent", ""),
            message(event),
        )


def interval(event: JsonObject, now: datetime) -> str:
    """Say when it happened: ``3m``, or ``3m (x7 over 10m)`` for a repeated event."""
    first = age(event.get("eventTime") or event.get("firstTimestamp"), now)
    if series := event.get("series"):
        return (
            f"{age(series.get('lastObservedTime'), now)} (x{series.get('count', 0)} over {first})"
        )
    if (count := event.get("count", 0)) > 1:
        return f"{age(event.get('lastTimestamp'), now)} (x{count} over {first})"
    return first


def message(event: JsonObject) -> str:
    """Give the message, after the part of the object that it is about, if any."""
    text = str(event.get("message", "")).strip()
    field_path = event.get("involvedObject", {}).get("fieldPath", "")
    return f"{field_path}: {text}" if field_path else text
