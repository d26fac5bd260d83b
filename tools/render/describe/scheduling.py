"""PriorityClasses."""

from datetime import datetime
from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import labels_text
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]


@describes("scheduling.k8s.io", "PriorityClass")
def describe_priority_class(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a PriorityClass."""
    lines.field("Name", obj["metadata"]["name"])
    lines.field("Value", obj.get("value", 0))
    lines.field("GlobalDefault", go_value(obj.get("globalDefault", False)))
    lines.field("PreemptionPolicy", obj.get("preemptionPolicy", "PreemptLowerPriority"))
    lines.field("Description", obj.get("description", ""))
    lines.field("Annotations", labels_text(obj["metadata"].get("annotations")))
