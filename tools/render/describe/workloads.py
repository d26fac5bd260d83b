"""Deployments, ReplicaSets, ReplicationControllers, StatefulSets and DaemonSets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tools.render.describe.conditions import write_conditions
from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import (
    labels_text,
    pairs,
    selector_or_none,
    selector_text,
    write_annotations,
    write_condition_details,
    write_controller,
    write_labels,
    write_name,
)
from tools.render.describe.persistent_volumes import storage_class
from tools.render.describe.pods_status import write_pods_status
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.revisions import new_and_old
from tools.render.describe.template import write_pod_template
from tools.render.describe.times import timestamp

JsonObject = dict[str, Any]


@describes("apps", "Deployment")
def describe_deployment(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a Deployment. Asks for the ``replicasets`` its selector matches.

    Beyond kubectl: what controls it, and the messages of its conditions.
    """
    spec, strategy = obj["spec"], obj["spec"].get("strategy") or {}
    write_name(lines, obj)
    _write_created(lines, obj)
    _write_labels(lines, obj)
    write_controller(lines.aside(), obj, related)
    lines.field("Selector", selector_text(spec["selector"]))
    lines.field("Replicas", _deployment_replicas(obj))
    lines.field("StrategyType", strategy.get("type", ""))
    lines.field("MinReadySeconds", spec.get("minReadySeconds", 0))
    if rolling := strategy.get("rollingUpdate"):
        unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
        lines.field(
            "RollingUpdateStrategy",
            f"{go_value(unavailable)} max unavailable, {go_value(surge)} max surge",
        )
    write_pod_template(lines, spec["template"])
    _write_conditions(lines, obj)
    _write_replica_sets(lines, obj, related.of("replicasets"))


def _deployment_replicas(obj: JsonObject) -> str:
    status = obj.get("status", {})
    counts = (
        ("updated", "updatedReplicas"),
        ("total", "replicas"),
        ("available", "availableReplicas"),
        ("unavailable", "unavailableReplicas"),
    )
    reached = (f"{status.get(key, 0)} {label}" for label, key in counts)
    return " | ".join([f"{obj['spec'].get('replicas', 1)} desired", *reached])


def _write_replica_sets(
    lines: Lines, deployment: JsonObject, replica_sets: Sequence[JsonObject]
) -> None:
    new, old = new_and_old(deployment, replica_sets)
    if new or old:
        lines.field("OldReplicaSets", ", ".join(map(_replicas_created, old)) or "<none>")
        lines.field("NewReplicaSet", _replicas_created(new) if new else "<none>")


def _replicas_created(replica_set: JsonObject) -> str:
    created = replica_set.get("status", {}).get("replicas", 0)
    desired = replica_set["spec"].get("replicas", 1)
    return f"{replica_set['metadata']['name']} ({created}/{desired} replicas created)"


@describes("apps", "ReplicaSet")
def describe_replica_set(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a ReplicaSet. Asks for the ``pods`` its selector matches."""
    write_name(lines, obj)
    lines.field("Selector", selector_or_none(obj["spec"].get("selector")))
    _write_labels(lines, obj)
    write_controller(lines, obj, related)
    _write_replicas(lines, obj, related)


@describes("", "ReplicationController")
def describe_replication_controller(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write a ReplicationController. Asks for the ``pods`` its selector matches."""
    write_name(lines, obj)
    lines.field("Selector", labels_text(obj["spec"].get("selector")))
    _write_labels(lines, obj)
    write_controller(lines.aside(), obj, related)
    _write_replicas(lines, obj, related)


def _write_replicas(lines: Lines, obj: JsonObject, related: Related) -> None:
    current, desired = obj.get("status", {}).get("replicas", 0), obj["spec"].get("replicas", 1)
    lines.field("Replicas", f"{current} current / {desired} desired")
    write_pods_status(lines, obj, related)
    write_pod_template(lines, obj["spec"].get("template"))
    _write_conditions(lines, obj)


def _write_conditions(lines: Lines, obj: JsonObject) -> None:
    """Write type, status and reason as kubectl, then the messages."""
    if conditions := obj.get("status", {}).get("conditions"):
        lines.text("Conditions:")
        lines.header("Type", "Status", "Reason")
        for each in conditions:
            lines.row(f"{each['type']} ", each["status"], each.get("reason", ""))
        write_condition_details(lines, obj, reasons=False)


@describes("apps", "StatefulSet")
def describe_stateful_set(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a StatefulSet. Asks for the ``pods`` its selector matches."""
    spec, status = obj["spec"], obj.get("status", {})
    write_name(lines, obj)
    _write_created(lines, obj)
    lines.field("Selector", selector_text(spec.get("selector")))
    _write_labels(lines, obj)
    write_controller(lines.aside(), obj, related)
    total = status.get("replicas", 0)
    lines.field("Replicas", f"{spec.get('replicas', 1)} desired | {total} total")
    _write_update_strategy(lines, spec.get("updateStrategy") or {})
    write_pods_status(lines, obj, related)
    write_pod_template(lines, spec["template"])
    write_conditions(lines.aside(), obj)
    _write_claims(lines, spec.get("volumeClaimTemplates") or ())


def _write_update_strategy(lines: Lines, strategy: JsonObject) -> None:
    lines.field("Update Strategy", strategy.get("type", ""))
    rolling = strategy.get("rollingUpdate") or {}
    if "partition" in rolling:
        lines.field("Partition", rolling["partition"], level=1)
        if "maxUnavailable" in rolling:
            lines.field("MaxUnavailable", rolling["maxUnavailable"], level=1)


def _write_claims(lines: Lines, templates: Sequence[JsonObject]) -> None:
    if not templates:
        lines.field("Volume Claims", "<none>")
        return
    lines.text("Volume Claims:")
    for template in templates:
        metadata, spec = template["metadata"], template["spec"]
        requests = (spec.get("resources") or {}).get("requests") or {}
        lines.field("Name", metadata.get("name", ""), level=1)
        lines.field("StorageClass", storage_class(template), level=1)
        write_labels(lines, metadata.get("labels"), level=1)
        lines.several("Annotations", pairs(metadata.get("annotations")), level=1)
        lines.field("Capacity", requests.get("storage", "<default>"), level=1)
        lines.field("Access Modes", go_value(spec.get("accessModes") or []), level=1)


@describes("apps", "DaemonSet")
def describe_daemon_set(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a DaemonSet. Asks for the ``pods`` its selector matches."""
    spec, status = obj["spec"], obj.get("status", {})
    write_name(lines, obj)
    lines.field("Selector", selector_text(spec.get("selector")))
    lines.field("Node-Selector", labels_text(spec["template"]["spec"].get("nodeSelector")))
    _write_labels(lines, obj)
    write_controller(lines.aside(), obj, related)
    for label, key in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        lines.text(f"{label}: {status.get(key, 0)}")
    write_pods_status(lines, obj, related)
    write_pod_template(lines, spec["template"])
    write_conditions(lines.aside(), obj)


def _write_created(lines: Lines, obj: JsonObject) -> None:
    lines.field("CreationTimestamp", timestamp(obj["metadata"].get("creationTimestamp")))


def _write_labels(lines: Lines, obj: JsonObject) -> None:
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))
