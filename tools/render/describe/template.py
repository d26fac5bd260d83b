"""Pod templates, as the describers of all workloads show them."""

from typing import Any

from tools.render.describe.containers import write_template_containers
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels
from tools.render.describe.scheduling_rules import (
    write_scheduling_group,
    write_spread,
    write_tolerations,
)
from tools.render.describe.volumes import write_volumes

JsonObject = dict[str, Any]

INDENT = "  "


def write_pod_template(lines: Lines, template: JsonObject | None) -> None:
    """Write the pods that a workload makes."""
    lines.text("Pod Template:")
    if template is None:
        lines.text("<unset>", level=1)
        return
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    write_labels(lines, metadata.get("labels"), f"{INDENT}Labels")
    if annotations := metadata.get("annotations"):
        write_annotations(lines, annotations, f"{INDENT}Annotations")
    if account := spec.get("serviceAccountName"):
        lines.field("Service Account", account, level=1)
    write_template_containers(lines, spec)
    write_volumes(lines, spec.get("volumes"), in_template=True)
    write_spread(lines, spec.get("topologySpreadConstraints"), INDENT)
    if priority_class := spec.get("priorityClassName"):
        lines.field("Priority Class Name", priority_class, level=1)
    write_labels(lines, spec.get("nodeSelector"), f"{INDENT}Node-Selectors")
    write_tolerations(lines, spec.get("tolerations"), INDENT)
    write_scheduling_group(lines, spec.get("schedulingGroup"), INDENT)
