"""PersistentVolumes and the claims on them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels, write_name
from tools.render.describe.persistent_volume_sources import write_source
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.times import age, timestamp

JsonObject = dict[str, Any]

ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
BETA_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


@describes("", "PersistentVolume")
def describe_persistent_volume(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write a volume, who claims it, which nodes reach it, and its source."""
    metadata, spec = obj["metadata"], obj["spec"]
    lines.field("Name", metadata["name"])
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("Finalizers", go_value(metadata.get("finalizers") or []))
    lines.field("StorageClass", storage_class(obj))
    lines.field("Status", _phase(obj, now))
    claim = spec.get("claimRef")
    lines.field("Claim", f"{claim.get('namespace', '')}/{claim['name']}" if claim else "")
    lines.field("Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    lines.field("Access Modes", access_modes(spec.get("accessModes")))
    if "volumeMode" in spec:
        lines.field("VolumeMode", spec["volumeMode"])
    lines.field("Capacity", (spec.get("capacity") or {}).get("storage", "0"))
    _write_node_affinity(lines, (spec.get("nodeAffinity") or {}).get("required"))
    lines.field("Message", obj.get("status", {}).get("message", ""))
    write_source(lines, spec)


def storage_class(obj: JsonObject) -> str:
    """Give the class of a volume, claim or claim template; the beta annotation goes first."""
    annotations = obj.get("metadata", {}).get("annotations") or {}
    named = obj.get("spec", {}).get("storageClassName") or ""
    return str(annotations.get(BETA_CLASS_ANNOTATION, named))


def access_modes(modes: Iterable[str] | None) -> str:
    """Print access modes in their short form, always in the same order."""
    given = set(modes or ())
    return ",".join(short for mode, short in ACCESS_MODES.items() if mode in given)


def _phase(obj: JsonObject, now: datetime) -> str:
    if deleted := obj["metadata"].get("deletionTimestamp"):
        return f"Terminating (lasts {age(deleted, now)})"
    return str(obj.get("status", {}).get("phase", ""))


def _write_node_affinity(lines: Lines, required: JsonObject | None) -> None:
    lines.field("Node Affinity", "<none>" if required is None else "")
    if required is None:
        return
    terms = required.get("nodeSelectorTerms") or ()
    lines.field("Required Terms", "" if terms else "<none>", level=1)
    for number, term in enumerate(terms):
        requirements = map(_requirement, term.get("matchExpressions") or ())
        lines.several(f"Term {number}", requirements, level=2)


def _requirement(requirement: JsonObject) -> str:
    text = f"{requirement['key']} {requirement['operator'].lower()}"
    values = requirement.get("values")
    return f"{text} [{', '.join(values)}]" if values else text


@describes("", "PersistentVolumeClaim")
def describe_persistent_volume_claim(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write a claim. Asks for all ``pods`` of its namespace to tell which use it."""
    metadata, spec = obj["metadata"], obj["spec"]
    write_name(lines, obj)
    lines.field("StorageClass", storage_class(obj))
    lines.field("Status", _phase(obj, now))
    lines.field("Volume", spec.get("volumeName", ""))
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("Finalizers", go_value(metadata.get("finalizers") or []))
    _write_what_was_bound(lines, obj)
    if "volumeMode" in spec:
        lines.field("VolumeMode", spec["volumeMode"])
    _write_data_source(lines, spec.get("dataSource"))
    lines.several("Used By", sorted(_users(obj, related.of("pods"))))
    _write_claim_conditions(lines, obj.get("status", {}).get("conditions") or ())


def _write_what_was_bound(lines: Lines, obj: JsonObject) -> None:
    """Write capacity and access modes of the volume; a claim without one has neither."""
    status = obj.get("status", {}) if obj["spec"].get("volumeName") else None
    capacity = "" if status is None else (status.get("capacity") or {}).get("storage", "0")
    lines.field("Capacity", capacity)
    lines.field("Access Modes", access_modes((status or {}).get("accessModes")))


def _write_data_source(lines: Lines, source: JsonObject | None) -> None:
    if not source:
        return
    lines.text("DataSource:")
    if (group := source.get("apiGroup")) is not None:
        lines.field("APIGroup", group, level=1)
    lines.field("Kind", source["kind"], level=1)
    lines.field("Name", source["name"], level=1)


def _users(claim: JsonObject, pods: Sequence[JsonObject]) -> list[str]:
    """Name the pods that mount the claim, and the pods that own it without mounting it."""
    users = [pod for pod in pods for name in _claim_names(pod) if name == claim["metadata"]["name"]]
    used_by = {pod["metadata"].get("uid") for pod in users}
    owners = {
        owner["uid"]
        for owner in claim["metadata"].get("ownerReferences") or ()
        if owner["kind"] == "Pod"
    }
    users += [pod for pod in pods if pod["metadata"].get("uid") in owners - used_by]
    return [pod["metadata"]["name"] for pod in users]


def _claim_names(pod: JsonObject) -> list[str]:
    volumes = pod["spec"].get("volumes") or ()
    return [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in volumes
        if volume.get("persistentVolumeClaim")
    ]


def _write_claim_conditions(lines: Lines, conditions: Sequence[JsonObject]) -> None:
    """Write kubectl's table of its own kind: a space ends each cell but the last."""
    if not conditions:
        return
    lines.text("Conditions:")
    lines.row("Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message")
    lines.row("----", "------", "-----------------", "------------------", "------", "-------")
    for condition in conditions:
        cells = (
            condition["type"],
            condition["status"],
            timestamp(condition.get("lastProbeTime")),
            timestamp(condition.get("lastTransitionTime")),
            condition.get("reason", ""),
        )
        lines.row(*(f"{cell} " for cell in cells), condition.get("message", ""))
