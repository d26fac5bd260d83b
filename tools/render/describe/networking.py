"""ServiceCIDRs and the IPAddresses taken from them."""

from datetime import datetime
from typing import Any

from tools.render.describe.conditions import DATED, write_conditions
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]


@describes("networking.k8s.io", "ServiceCIDR")
def describe_service_cidr(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write the ranges of addresses and the conditions."""
    _write_metadata(lines, obj)
    lines.field("CIDRs", ", ".join(obj.get("spec", {}).get("cidrs") or ()))
    if obj.get("status", {}).get("conditions"):
        lines.text("Status:")
    write_conditions(lines, obj, DATED)


@describes("networking.k8s.io", "IPAddress")
def describe_ip_address(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write which object the address belongs to."""
    _write_metadata(lines, obj)
    if not (parent := obj.get("spec", {}).get("parentRef")):
        return
    lines.text("Parent Reference:")
    for field in ("group", "resource", "namespace", "name"):
        lines.field(field.capitalize(), parent.get(field, ""), level=1)


def _write_metadata(lines: Lines, obj: JsonObject) -> None:
    lines.field("Name", obj["metadata"]["name"])
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))
