"""Answers without what differs from run to run, so that two servers can be compared."""

import re
from typing import Any

# Written by controllers whenever they get to it, so it belongs to no answer.
CONTROLLERS = ("kube-controller-manager", "kube-scheduler", "kubelet", "kwok", "Go-http-client")
CONTROLLED_KINDS = ("Deployment", "ReplicaSet", "Pod", "PodDisruptionBudget", "Namespace")
CONTROLLED_ANNOTATIONS = ("deployment.kubernetes.io/revision",)
MASKED = {
    "uid": "<uid>",
    "resourceVersion": "<version>",
    "creationTimestamp": "<time>",
    "deletionTimestamp": "<time>",
    "lastTransitionTime": "<time>",
    "time": "<time>",
    "continue": "<token>",
    "clusterIP": "<address>",
}
PATTERNS = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
    (r"kube-api-access-[a-z0-9]{5}", "kube-api-access-<suffix>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"(current|version): \d+( \(\d+\))?", r"\1: <version>"),
    (r"in record \(\d+\)", "in record (<version>)"),
    (r'Invalid value: "\{.*\}":', 'Invalid value: "<object>":'),
    (r"^\d+s$", "<age>"),
    (r"Key: /registry\S*,|Key: ,", "Key: <key>,"),
    (r"resourceVersion:\d+", "resourceVersion:<version>"),
)


def normal(body: Any, namespace: str, after_write: bool = False) -> Any:
    """Return a body with masks; `after_write` keeps the status of a fresh object."""
    return _normal(body, namespace, after_write)


def _normal(value: Any, namespace: str, keep_status: bool) -> Any:
    if isinstance(value, dict):
        return {
            _text(key, namespace): _member(key, child, namespace, keep_status)
            for key, child in _steady(value, keep_status).items()
        }
    if isinstance(value, list):
        return [_normal(each, namespace, keep_status) for each in value]
    return _text(value, namespace) if isinstance(value, str) else value


def _member(key: str, child: Any, namespace: str, keep_status: bool) -> Any:
    if key in MASKED and isinstance(child, str) and child:
        return child if child == "None" else MASKED[key]
    if key == "clusterIPs":
        return ["<address>"]
    if key == "causes":
        child = sorted(child, key=lambda each: (each.get("field", ""), each.get("message", "")))
    return _normal(child, namespace, keep_status)


def _steady(value: dict[str, Any], keep_status: bool) -> dict[str, Any]:
    """Leave out what controllers write, and texts that only explain."""
    steady = dict(value)
    if steady.get("columnDefinitions"):
        steady["columnDefinitions"] = [
            {k: v for k, v in each.items() if k != "description"}
            for each in steady["columnDefinitions"]
        ]
    if "managedFields" in steady:
        fields = [each for each in steady["managedFields"] if each["manager"] not in CONTROLLERS]
        steady["managedFields"] = sorted(fields, key=_manager)
    for each in CONTROLLED_ANNOTATIONS:
        if each in (steady.get("annotations") or {}):
            rest = {k: v for k, v in steady["annotations"].items() if k != each}
            steady = {**steady, "annotations": rest} if rest else _without(steady, "annotations")
    if steady.get("kind") in CONTROLLED_KINDS and not keep_status:
        steady.pop("status", None)
        metadata = steady.get("metadata")
        if isinstance(metadata, dict) and "generation" in metadata:
            steady["metadata"] = {**metadata, "generation": "<generation>"}
    if steady.get("kind") == "Scale" and "status" in steady:  # the controller may have acted or not
        steady["status"] = {**steady["status"], "replicas": "<replicas>"}
    steady.pop("storageVersionHash", None)
    return steady


def _manager(entry: dict[str, Any]) -> tuple[str, ...]:
    """Order entries by more than their times, which are equal or not by chance."""
    return tuple(entry.get(key, "") for key in ("operation", "manager", "subresource"))


def _without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in value.items() if k != key}


def _text(text: str, namespace: str) -> str:
    text = text.replace(namespace, "{ns}")
    for pattern, mask in PATTERNS:
        text = re.sub(pattern, mask, text)
    return text
