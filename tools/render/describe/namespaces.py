"""Namespaces with their quotas and limits."""

from datetime import datetime
from typing import Any

from tools.render.describe.conditions import DATED, write_conditions
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels
from tools.render.describe.quotas import write_limits_of_namespace, write_quotas_of_namespace
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]


@describes("", "Namespace")
def describe_namespace(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a Namespace. Asks for its ``resourcequotas`` and ``limitranges``.

    A list that could not be read is left out, where kubectl gives up altogether.
    """
    metadata = obj["metadata"]
    lines.field("Name", metadata["name"])
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("Status", obj.get("status", {}).get("phase", ""))
    write_conditions(lines, obj, DATED)
    if "resourcequotas" in related.objects:
        lines.text()
        write_quotas_of_namespace(lines, related.of("resourcequotas"))
    if "limitranges" in related.objects:
        lines.text()
        write_limits_of_namespace(lines, related.of("limitranges"))
