"""HorizontalPodAutoscalers (v2, and v1 through its annotations) and disruption budgets."""

import json
from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, created, name, shortened
from sandbox.cluster.tables.printing import Cells, prints

_V1_METRICS = "autoscaling.alpha.kubernetes.io/metrics"
_V1_STATUSES = "autoscaling.alpha.kubernetes.io/current-metrics"


@prints(
    "poddisruptionbudgets.policy",
    columns="Name, Min Available, Max Unavailable, Allowed Disruptions:integer, Age",
)
def _budget(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        str(at(item, "spec.minAvailable", "N/A")),
        str(at(item, "spec.maxUnavailable", "N/A")),
        at(item, "status.disruptionsAllowed", 0),
        created(item, now),
    ]


@prints(
    "horizontalpodautoscalers.autoscaling",
    columns="Name, Reference, Targets, MinPods, MaxPods, Replicas, Age",
)
def _autoscaler(item: JsonObject, now: datetime) -> Cells:
    target = at(item, "spec.scaleTargetRef", {})
    specs, statuses = _as_v1(item) if item.get("apiVersion") == "autoscaling/v1" else _as_v2(item)
    targets = [_target(spec, _at(statuses, index)) for index, spec in enumerate(specs)]
    return [
        name(item),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        shortened(targets, 2, "<none>", ", "),
        str(at(item, "spec.minReplicas", "<unset>")),
        at(item, "spec.maxReplicas", 0),
        at(item, "status.currentReplicas", 0),
        created(item, now),
    ]


_Metrics = tuple[list[JsonObject], list[JsonObject]]


def _as_v2(item: JsonObject) -> _Metrics:
    return at(item, "spec.metrics", []), at(item, "status.currentMetrics", [])


def _as_v1(item: JsonObject) -> _Metrics:
    """Read what v1 says in fields and annotations (`pkg/apis/autoscaling/v1/conversion.go`)."""
    marks = at(item, "metadata.annotations", {})
    specs = [_from_v1(spec) for spec in json.loads(marks.get(_V1_METRICS, "[]"))]
    statuses = [_from_v1(status) for status in json.loads(marks.get(_V1_STATUSES, "[]"))]
    if (wanted := at(item, "spec.targetCPUUtilizationPercentage")) is not None:
        specs.append(_cpu("target", wanted))
    current = at(item, "status.currentCPUUtilizationPercentage")
    if not statuses and current is not None:
        statuses.append(_cpu("current", current))
    return specs, statuses


def _cpu(side: str, percent: int) -> JsonObject:
    return {
        "type": "Resource",
        "resource": {"name": "cpu", side: {"averageUtilization": percent}},
    }


def _from_v1(metric: JsonObject) -> JsonObject:
    """Regroup v1's flat `targetAverageValue`, `currentValue`, … as v2's `target` and `current`."""
    key = _source_key(metric)
    source = metric.get(key) or {}
    sides: dict[str, JsonObject] = {"target": {}, "current": {}}
    for field, value in source.items():
        if field == "averageValue":  # of an object metric: the same name on either side
            sides = {side: {**values, field: value} for side, values in sides.items()}
        for side in sides:
            if field.startswith(side) and field != side:
                sides[side][field[len(side)].lower() + field[len(side) + 1 :]] = value
    return {"type": metric["type"], key: {**source, **sides}}


def _source_key(metric: JsonObject) -> str:
    kind: str = metric["type"]
    return kind[0].lower() + kind[1:]


def _at(statuses: list[JsonObject], index: int) -> JsonObject:
    return statuses[index] if index < len(statuses) else {}


def _target(spec: JsonObject, status: JsonObject) -> str:
    key = _source_key(spec)
    wanted: JsonObject = at(spec, f"{key}.target", {})
    current: JsonObject = at(status, f"{key}.current", {})
    if key in ("resource", "containerResource"):
        return f"{at(spec, f'{key}.name', '')}: {_share(wanted, current)}"
    if key in ("external", "object") and wanted.get("averageValue") is not None:
        return f"{_known(current, 'averageValue')}/{wanted['averageValue']} (avg)"
    if key in ("external", "object"):
        return f"{_known(current, 'value')}/{wanted.get('value', '0')}"
    if key == "pods":
        return f"{_known(current, 'averageValue')}/{wanted.get('averageValue', '0')}"
    return "<unknown type>"


def _share(wanted: JsonObject, current: JsonObject) -> str:
    if wanted.get("averageValue") is not None:
        return f"{_known(current, 'averageValue')}/{wanted['averageValue']}"
    return f"{_percent(current, '<unknown>')}/{_percent(wanted, '<auto>')}"


def _percent(side: JsonObject, missing: str) -> str:
    value = side.get("averageUtilization")
    return missing if value is None else f"{value}%"


def _known(side: JsonObject, field: str) -> Any:
    return side.get(field, "<unknown>")
