"""Nodes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels
from tools.render.describe.node_resources import write_allocated, write_pods
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.scheduling_rules import write_taints
from tools.render.describe.times import timestamp

JsonObject = dict[str, Any]

ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"
MOST_POOLS = 10
SYSTEM_INFO = {
    "Machine ID": "machineID",
    "System UUID": "systemUUID",
    "Boot ID": "bootID",
    "Kernel Version": "kernelVersion",
    "OS Image": "osImage",
    "Operating System": "operatingSystem",
    "Architecture": "architecture",
    "Container Runtime Version": "containerRuntimeVersion",
    "Kubelet Version": "kubeletVersion",
}


@describes("", "Node")
def describe_node(lines: Lines, node: JsonObject, related: Related, now: datetime) -> None:
    """Write a node and what runs on it.

    Asks for its ``pods`` that have not ended, its lease in ``leases`` and its ``resourceslices``.
    """
    metadata, status = node["metadata"], node.get("status", {})
    lines.field("Name", metadata["name"])
    lines.field("Roles", ",".join(roles(metadata.get("labels") or {})) or "<none>")
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("CreationTimestamp", timestamp(metadata.get("creationTimestamp")))
    write_taints(lines, node["spec"].get("taints"))
    lines.field("Unschedulable", go_value(node["spec"].get("unschedulable", False)))
    _write_lease(lines, related)
    _write_conditions(lines, status.get("conditions") or ())
    lines.text("Addresses:")
    for address in status.get("addresses") or ():
        lines.field(address["type"], address["address"], level=1)
    _write_amounts(lines, "Capacity", status.get("capacity"))
    _write_amounts(lines, "Allocatable", status.get("allocatable"))
    _write_slices(lines, related.of("resourceslices"))
    _write_system(lines, node)
    if "pods" not in related.objects:
        lines.field("Pods", "not authorized")
        return
    write_pods(lines, node, related.of("pods"), now)
    write_allocated(lines, node, related.of("pods"))


def roles(labels: Mapping[str, str]) -> list[str]:
    """Give a node's roles, from either of the two labels in use."""
    named = {key.removeprefix(ROLE_PREFIX) for key in labels if key.startswith(ROLE_PREFIX)}
    return sorted((named | {labels.get(ROLE_LABEL, "")}) - {""})


def _write_lease(lines: Lines, related: Related) -> None:
    if not (leases := related.of("leases")):
        lines.field("Lease", f"Failed to get lease: {related.unseen.get('leases', 'not found')}")
        return
    lease = leases[0].get("spec") or {}
    acquired, renewed = lease.get("acquireTime"), lease.get("renewTime")
    lines.text("Lease:")
    lines.field("HolderIdentity", lease.get("holderIdentity", "<unset>"), level=1)
    lines.field("AcquireTime", timestamp(acquired) if acquired else "<unset>", level=1)
    lines.field("RenewTime", timestamp(renewed) if renewed else "<unset>", level=1)


def _write_conditions(lines: Lines, conditions: Sequence[JsonObject]) -> None:
    if not conditions:
        return
    lines.text("Conditions:")
    lines.header("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
    for condition in conditions:
        cells = (
            condition["type"],
            condition["status"],
            timestamp(condition.get("lastHeartbeatTime")),
            timestamp(condition.get("lastTransitionTime")),
            condition.get("reason", ""),
        )
        lines.row(*(f"{cell} " for cell in cells), condition.get("message", ""))


def _write_amounts(lines: Lines, label: str, amounts: Mapping[str, str] | None) -> None:
    if amounts:
        lines.text(f"{label}:")
        for name, amount in sorted(amounts.items()):
            lines.field(name, amount, level=1)


def _write_slices(lines: Lines, slices: Sequence[JsonObject]) -> None:
    """Write pools of devices on this node, ten at most."""
    pools: dict[str, tuple[str, str, list[int]]] = {}
    for each in slices:
        driver, pool = each["spec"]["driver"], each["spec"]["pool"]["name"]
        _, _, devices = pools.setdefault(f"{driver}/{pool}", (driver, pool, []))
        devices.append(len(each["spec"].get("devices") or ()))
    if not pools:
        return
    lines.text("Node-Local ResourceSlices:")
    lines.header("Driver", "Pool", "Slices", "Devices")
    for _, (driver, pool, devices) in sorted(pools.items())[:MOST_POOLS]:
        lines.row(driver, pool, len(devices), sum(devices))
    if len(pools) > MOST_POOLS:
        lines.text(f"...and {len(pools) - MOST_POOLS} more pools", level=1)


def _write_system(lines: Lines, node: JsonObject) -> None:
    spec, info = node["spec"], node.get("status", {}).get("nodeInfo") or {}
    lines.text("System Info:")
    for label, key in SYSTEM_INFO.items():
        lines.field(label, info.get(key, ""), level=1)
    if spec.get("podCIDR"):
        lines.field("PodCIDR", spec["podCIDR"])
    if spec.get("podCIDRs"):
        lines.field("PodCIDRs", ",".join(spec["podCIDRs"]))
    if spec.get("providerID"):
        lines.field("ProviderID", spec["providerID"])
