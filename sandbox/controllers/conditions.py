"""Status conditions, and the moments in them."""

from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject, JsonObjects


def condition(item: JsonObject, kind: str) -> JsonObject | None:
    """Find a condition in an object's status."""
    found = (item.get("status") or {}).get("conditions") or []
    return next((each for each in found if each["type"] == kind), None)


def is_true(item: JsonObject, kind: str) -> bool:
    """Tell whether a condition is there and `True`."""
    found = condition(item, kind)
    return found is not None and found["status"] == "True"


def with_condition(conditions: JsonObjects, new: JsonObject, now: str) -> JsonObjects:
    """Put a condition in its place; its time of transition is kept while its status stays."""
    old = next((each for each in conditions if each["type"] == new["type"]), None)
    since = now
    if old is not None and old["status"] == new["status"]:
        since = old["lastTransitionTime"]
    placed = {**new, "lastTransitionTime": since}
    if old is None:
        return [*conditions, placed]
    return [placed if each["type"] == new["type"] else each for each in conditions]


def moment(stamp: Any) -> datetime:
    """Read a time that the API server wrote."""
    return datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
