"""The queue as a table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tools.render.ages import human_duration
from tools.render.tabwriter import align


def queue(items: Sequence[Any], now: datetime, *, more: bool) -> str:
    """List what waits, for how long, and for what."""
    if not items:
        return "Nothing waits in the queue."
    rows = ["ID\tJOB\tWAITING\tSTATE\tWHY"]
    for item in items:
        state = f"{item.state}, stuck" if item.stuck else item.state
        why = item.why.rstrip(".") or "-"
        values = f" ({item.parameters})" if item.parameters else ""
        rows.append(f"{item.id}\t{item.job}\t{_age(item.since, now)}\t{state}\t{why}{values}")
    lines = align(rows)
    if more:
        lines.append(f"… more than these {len(items)} wait.")
    return "\n".join(lines)


def _age(milliseconds: int | None, now: datetime) -> str:
    if milliseconds is None:
        return "-"
    since = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return human_duration((now - since).total_seconds())
