"""Pods."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tools.render.ages import age
from tools.render.describe.containers import write_pod_containers, write_resources
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import (
    write_annotations,
    write_condition_details,
    write_controller,
    write_labels,
    write_name,
)
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.scheduling_rules import (
    write_scheduling_group,
    write_spread,
    write_tolerations,
)
from tools.render.describe.times import timestamp
from tools.render.describe.volumes import write_volumes

JsonObject = dict[str, Any]

FINISHED_PHASES = ("Failed", "Succeeded")


@describes("", "Pod")
def describe_pod(lines: Lines, pod: JsonObject, related: Related, now: datetime) -> None:
    """Write a pod.

    Beyond kubectl: the messages of waiting containers, reasons and messages of conditions (so the
    scheduler's verdict outlives its event) and the controllers above the first.
    """
    spec = pod["spec"]
    _write_place(lines, pod)
    write_labels(lines, pod["metadata"].get("labels"))
    write_annotations(lines, pod["metadata"].get("annotations"))
    _write_status(lines, pod, now)
    _write_addresses(lines, pod.get("status", {}))
    write_controller(lines, pod, related)
    if nominated := pod.get("status", {}).get("nominatedNodeName"):
        lines.field("NominatedNodeName", nominated)
    if "resources" in spec:
        lines.text("Resources:")
        write_resources(lines, spec["resources"], level=1)
    write_pod_containers(lines, pod)
    _write_conditions(lines, pod)
    write_volumes(lines, spec.get("volumes"))
    lines.field("QoS Class", pod.get("status", {}).get("qosClass", ""))
    write_labels(lines, spec.get("nodeSelector"), "Node-Selectors")
    write_tolerations(lines, spec.get("tolerations"))
    write_spread(lines, spec.get("topologySpreadConstraints"))
    write_scheduling_group(lines, spec.get("schedulingGroup"))


def _write_place(lines: Lines, pod: JsonObject) -> None:
    spec, status = pod["spec"], pod.get("status", {})
    write_name(lines, pod)
    if (priority := spec.get("priority")) is not None:
        lines.field("Priority", priority)
    for label, key in (
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(key):
            lines.field(label, spec[key])
    node = spec.get("nodeName")
    lines.field("Node", f"{node}/{status.get('hostIP', '')}" if node else "<none>")
    if started := status.get("startTime"):
        lines.field("Start Time", timestamp(started))


def _write_status(lines: Lines, pod: JsonObject, now: datetime) -> None:
    metadata, status = pod["metadata"], pod.get("status", {})
    deleted, phase = metadata.get("deletionTimestamp"), status.get("phase", "")
    if deleted and phase not in FINISHED_PHASES:
        lines.field("Status", f"Terminating (lasts {age(deleted, now)})")
        lines.field("Termination Grace Period", f"{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        lines.field("Status", phase)
    for label, key in (("Reason", "reason"), ("Message", "message")):
        if status.get(key):
            lines.field(label, status[key])
    profile = (pod["spec"].get("securityContext") or {}).get("seccompProfile")
    if profile:
        lines.field("SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            lines.field("LocalhostProfile", profile.get("localhostProfile", ""))


def _write_addresses(lines: Lines, status: JsonObject) -> None:
    lines.field("IP", status.get("podIP", ""))
    if not (addresses := status.get("podIPs")):
        lines.field("IPs", "<none>")
        return
    lines.text("IPs:")
    for address in addresses:
        lines.field("IP", address.get("ip", ""), level=1)


def _write_conditions(lines: Lines, pod: JsonObject) -> None:
    conditions = pod.get("status", {}).get("conditions") or ()
    if gates := pod["spec"].get("readinessGates"):
        _write_types(lines, "Readiness Gates", _gate_states(gates, conditions))
    if conditions:
        states = ((condition["type"], condition["status"]) for condition in conditions)
        _write_types(lines, "Conditions", states)
    write_condition_details(lines, pod, reasons=True)


def _gate_states(
    gates: Sequence[JsonObject], conditions: Sequence[JsonObject]
) -> Iterator[tuple[str, str]]:
    states = {condition["type"]: condition["status"] for condition in reversed(conditions)}
    for gate in gates:
        yield gate["conditionType"], states.get(gate["conditionType"], "<none>")


def _write_types(lines: Lines, title: str, states: Iterator[tuple[str, str]]) -> None:
    lines.text(f"{title}:")
    lines.row("Type", "Status")
    for kind, state in states:
        lines.row(f"{kind} ", f"{state} ")
