"""Tables of conditions with their reasons and messages."""

from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.times import timestamp

JsonObject = dict[str, Any]

COLUMNS = {
    "Type": "type",
    "Status": "status",
    "LastTransitionTime": "lastTransitionTime",
    "Reason": "reason",
    "Message": "message",
}
UNDATED = ("Type", "Status", "Reason", "Message")
DATED = ("Type", "Status", "LastTransitionTime", "Reason", "Message")


def write_conditions(lines: Lines, obj: JsonObject, titles: tuple[str, ...] = UNDATED) -> None:
    """Write ``status.conditions`` as a table with these columns; nothing if there are none."""
    conditions = obj.get("status", {}).get("conditions")
    if not conditions:
        return
    lines.text("Conditions:")
    lines.header(*titles)
    for condition in conditions:
        lines.row(*(_cell(condition, COLUMNS[title]) for title in titles))


def _cell(condition: JsonObject, field: str) -> str:
    text = condition.get(field)
    return timestamp(text) if field.endswith("Time") else str(text or "")
