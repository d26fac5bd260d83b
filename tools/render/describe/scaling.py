"""HorizontalPodAutoscalers of autoscaling/v2 and v1."""

import json
from datetime import datetime
from typing import Any

from tools.render.describe.conditions import write_conditions
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels, write_name
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.times import timestamp

JsonObject = dict[str, Any]

UNKNOWN = "<unknown>"
NO_QUANTITY = "<nil>"  # how Go prints a quantity that is not there
METRIC_FIELDS = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


@describes("autoscaling", "HorizontalPodAutoscaler")
def describe_autoscaler(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write metrics against their targets, bounds, behaviour and conditions.

    autoscaling/v1 shows processor use only, and keeps conditions and other metrics in annotations.
    """
    metadata, spec = obj["metadata"], obj["spec"]
    write_name(lines, obj)
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    lines.field("CreationTimestamp", timestamp(metadata.get("creationTimestamp")))
    target = spec["scaleTargetRef"]
    lines.field("Reference", f"{target['kind']}/{target['name']}")
    if obj.get("apiVersion") == "autoscaling/v1":
        _write_processor_use(lines, obj)
    else:
        _write_metrics(lines, obj)
    lines.field("Min replicas", spec.get("minReplicas", "<unset>"))
    lines.field("Max replicas", spec.get("maxReplicas", 0))
    _write_behavior(lines, spec.get("behavior"))
    status = obj.get("status", {})
    current, desired = status.get("currentReplicas", 0), status.get("desiredReplicas", 0)
    lines.field(f"{target['kind']} pods", f"{current} current / {desired} desired")
    write_conditions(lines, obj)


def _write_processor_use(lines: Lines, obj: JsonObject) -> None:
    target = obj["spec"].get("targetCPUUtilizationPercentage")
    if target is None:
        return
    current = obj.get("status", {}).get("currentCPUUtilizationPercentage", UNKNOWN)
    lines.field("Target CPU utilization", f"{target}%")
    lines.field("Current CPU utilization", f"{current}%")


def _write_metrics(lines: Lines, obj: JsonObject) -> None:
    lines.field("Metrics", "( current / target )")
    current = obj.get("status", {}).get("currentMetrics") or []
    for number, metric in enumerate(obj["spec"].get("metrics") or ()):
        kind = metric["type"]
        if kind not in METRIC_FIELDS:
            lines.text(f"<unknown metric type {json.dumps(kind)}>", level=1)
            continue
        field = METRIC_FIELDS[kind]
        measured = current[number].get(field) if number < len(current) else None
        lines.text(_metric_text(kind, metric[field], measured), level=1)


def _metric_text(kind: str, metric: JsonObject, measured: JsonObject | None) -> str:
    """Print ``what it is:<tab>current / target`` in kubectl's words for each type of metric."""
    target = metric["target"]
    now = None if measured is None else measured.get("current", {})
    if kind in {"Resource", "ContainerResource"}:
        label = f"resource {metric['name']}"
        if kind == "ContainerResource":
            label += f' of container "{metric["container"]}"'
        return _resource_text(f"{label} on pods", target, now)
    label = json.dumps(metric["metric"]["name"], ensure_ascii=False)
    if kind == "Pods":
        return f"{label} on pods:\t{_quantity(now, 'averageValue')} / {target.get('averageValue')}"
    if kind == "Object":
        described = metric["describedObject"]
        label += f" on {described['kind']}/{described['name']}"
    field, words = _value_field(kind, target)
    goal = target.get(field, NO_QUANTITY)
    return f"{label} ({words}):\t{_measured(kind, now, field)} / {goal}"


def _value_field(kind: str, target: JsonObject) -> tuple[str, str]:
    averaged = (
        target.get("type") == "AverageValue" if kind == "Object" else "averageValue" in target
    )
    if averaged:
        return "averageValue", "target average value"
    return "value", "target value"


def _measured(kind: str, now: JsonObject | None, field: str) -> str:
    if kind == "External" and field == "averageValue" and field not in (now or {}):
        return UNKNOWN
    return _quantity(now, field)


def _quantity(now: JsonObject | None, field: str) -> str:
    return UNKNOWN if now is None else str(now.get(field, NO_QUANTITY))


def _resource_text(label: str, target: JsonObject, now: JsonObject | None) -> str:
    if "averageValue" in target:
        return f"{label}:\t{_quantity(now, 'averageValue')} / {target['averageValue']}"
    current = UNKNOWN
    if now is not None and "averageUtilization" in now:
        current = f"{now['averageUtilization']}% ({now.get('averageValue', NO_QUANTITY)})"
    wanted = target.get("averageUtilization")
    goal = "<auto>" if wanted is None else f"{wanted}%"
    return f"{label}  (as a percentage of request):\t{current} / {goal}"


def _write_behavior(lines: Lines, behavior: JsonObject | None) -> None:
    if behavior is None:
        return
    lines.text("Behavior:")
    for direction, field in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
        if (rules := behavior.get(field)) is not None:
            lines.text(f"{direction}:", level=1)
            _write_rules(lines, rules)


def _write_rules(lines: Lines, rules: JsonObject) -> None:
    if (window := rules.get("stabilizationWindowSeconds")) is not None:
        lines.text(f"Stabilization Window: {window} seconds", level=2)
    if not (policies := rules.get("policies")):
        return
    lines.text(f"Select Policy: {rules.get('selectPolicy', 'Max')}", level=2)
    lines.text("Policies:", level=2)
    for policy in policies:
        lines.text(
            f"- Type: {policy['type']}\tValue: {policy['value']}"
            f"\tPeriod: {policy['periodSeconds']} seconds",
            level=3,
        )
