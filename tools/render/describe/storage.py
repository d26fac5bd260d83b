"""StorageClasses, VolumeAttributesClasses and CSINodes."""

from datetime import datetime
from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import labels_text, write_annotations, write_labels
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.times import timestamp

JsonObject = dict[str, Any]

DEFAULT_CLASS_ANNOTATIONS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


@describes("storage.k8s.io", "StorageClass")
def describe_storage_class(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a StorageClass; annotations stand in one line, last-applied ones too, as in kubectl."""
    annotations = obj["metadata"].get("annotations") or {}
    is_default = any(annotations.get(key) == "true" for key in DEFAULT_CLASS_ANNOTATIONS)
    expansion = obj.get("allowVolumeExpansion")
    lines.field("Name", obj["metadata"]["name"])
    lines.field("IsDefaultClass", "Yes" if is_default else "No")
    lines.field("Annotations", labels_text(annotations))
    lines.field("Provisioner", obj.get("provisioner", ""))
    lines.field("Parameters", labels_text(obj.get("parameters")))
    lines.field("AllowVolumeExpansion", "<unset>" if expansion is None else str(bool(expansion)))
    _write_mount_options(lines, obj.get("mountOptions"))
    if "reclaimPolicy" in obj:
        lines.field("ReclaimPolicy", obj["reclaimPolicy"])
    if "volumeBindingMode" in obj:
        lines.field("VolumeBindingMode", obj["volumeBindingMode"])
    if (topologies := obj.get("allowedTopologies")) is not None:
        _write_topologies(lines, topologies)


def _write_mount_options(lines: Lines, options: list[str] | None) -> None:
    if not options:
        lines.field("MountOptions", "<none>")
        return
    lines.text("MountOptions:")
    for option in options:
        lines.text(option, level=1)


def _write_topologies(lines: Lines, topologies: list[JsonObject]) -> None:
    lines.field("AllowedTopologies", "" if topologies else "<none>")
    for number, term in enumerate(topologies):
        requirements = map(_requirement, term.get("matchLabelExpressions") or ())
        lines.several(f"Term {number}", requirements, level=1)


def _requirement(expression: JsonObject) -> str:
    values = expression.get("values")
    text = f"{expression['key']} in"
    return f"{text} [{', '.join(values)}]" if values else text


@describes("storage.k8s.io", "VolumeAttributesClass")
def describe_volume_attributes_class(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write the driver and its parameters."""
    lines.field("Name", obj["metadata"]["name"])
    lines.field("Annotations", labels_text(obj["metadata"].get("annotations")))
    lines.field("DriverName", obj.get("driverName", ""))
    lines.field("Parameters", labels_text(obj.get("parameters")))


@describes("storage.k8s.io", "CSINode")
def describe_csi_node(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write the storage drivers of a node and how many volumes each can attach."""
    metadata = obj["metadata"]
    lines.field("Name", metadata["name"])
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("CreationTimestamp", timestamp(metadata.get("creationTimestamp")))
    lines.text("Spec:")
    if (drivers := obj.get("spec", {}).get("drivers")) is None:
        return
    lines.text("Drivers:", level=1)
    for driver in drivers:
        _write_driver(lines, driver)


def _write_driver(lines: Lines, driver: JsonObject) -> None:
    lines.text(f"{driver['name']}:", level=2)
    lines.field("Node ID", driver.get("nodeID", ""), level=3)
    count = (driver.get("allocatable") or {}).get("count")
    if count is not None:
        lines.text("Allocatables:", level=3)
        lines.field("Count", count, level=4)
    if (keys := driver.get("topologyKeys")) is not None:
        lines.field("Topology Keys", go_value(keys), level=3)
