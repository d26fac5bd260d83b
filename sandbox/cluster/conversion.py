"""The same stored object in another group or version: events, autoscalers, custom resources."""

from collections.abc import Callable

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType

# events.k8s.io/v1 names for the fields of a core/v1 Event (kubernetes pkg/apis/events/v1).
EVENT_FIELDS = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}
CPU_ONLY = "targetCPUUtilizationPercentage"


def to_storage(obj: JsonObject) -> JsonObject:
    """Return an object in the version its type is stored in; the argument may be changed."""
    convert = _TO_STORAGE.get((obj["apiVersion"], obj["kind"]))
    return convert(obj) if convert else obj


def to_version(obj: JsonObject, resource: ResourceType) -> JsonObject:
    """Return a stored object as the type's version shows it, without changing the argument."""
    if obj.get("apiVersion") == resource.api_version:
        return obj
    convert = _FROM_STORAGE.get((resource.api_version, resource.kind))
    return convert(obj) if convert else {**obj, "apiVersion": resource.api_version}


def _event_to_core(obj: JsonObject) -> JsonObject:
    renamed = {EVENT_FIELDS.get(key, key): value for key, value in obj.items()}
    return {**renamed, "apiVersion": "v1"}


def _event_from_core(obj: JsonObject) -> JsonObject:
    names = {old: new for new, old in EVENT_FIELDS.items()}
    renamed = {names.get(key, key): value for key, value in obj.items()}
    return {**renamed, "apiVersion": "events.k8s.io/v1"}


def _autoscaler_to_v2(obj: JsonObject) -> JsonObject:
    spec = dict(obj.get("spec") or {})
    if (percentage := spec.pop(CPU_ONLY, None)) is not None:
        target = {"type": "Utilization", "averageUtilization": percentage}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    return {**obj, "apiVersion": "autoscaling/v2", "spec": spec}


def _autoscaler_to_v1(obj: JsonObject) -> JsonObject:
    spec = dict(obj.get("spec") or {})
    for metric in spec.pop("metrics", []):
        resource = metric.get("resource") or {}
        if resource.get("name") == "cpu" and "averageUtilization" in resource.get("target", {}):
            spec[CPU_ONLY] = resource["target"]["averageUtilization"]
    status = {k: v for k, v in (obj.get("status") or {}).items() if k.endswith("Replicas")}
    return {**obj, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}


_Convert = Callable[[JsonObject], JsonObject]
_TO_STORAGE: dict[tuple[str, str], _Convert] = {
    ("events.k8s.io/v1", "Event"): _event_to_core,
    ("autoscaling/v1", "HorizontalPodAutoscaler"): _autoscaler_to_v2,
}
_FROM_STORAGE: dict[tuple[str, str], _Convert] = {
    ("events.k8s.io/v1", "Event"): _event_from_core,
    ("autoscaling/v1", "HorizontalPodAutoscaler"): _autoscaler_to_v1,
}
