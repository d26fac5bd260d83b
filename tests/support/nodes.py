"""Nodes, and pods on them with the owners and budgets that a drain looks at."""

from typing import Any

from tests.support.builders import a_pod, an_object

JsonObject = dict[str, Any]


def a_node(name: str = "node-1", cpu: str = "4", **spec: Any) -> JsonObject:
    status = {
        "allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "110"},
        "conditions": [{"type": "Ready", "status": "True"}],
    }
    labels = {"kubernetes.io/hostname": name}
    return an_object("v1", "Node", name, None, labels=labels, spec=spec, status=status)


def controlled_by(kind: str, name: str) -> list[JsonObject]:
    version = "batch/v1" if kind == "Job" else "apps/v1"
    owner = {"apiVersion": version, "kind": kind, "name": name, "uid": f"{name}-uid"}
    return [{**owner, "controller": True}]


def on_node(
    name: str, kind: str = "ReplicaSet", owner: str = "web-7d4b9", **more: Any
) -> JsonObject:
    """Build a running pod of a controller; ``kind=""`` builds one of nobody."""
    cpu = more.pop("cpu", "")
    node = more.pop("node", "node-1")
    container: JsonObject = {"name": "web", "image": "shop/web:1"}
    if cpu:
        container["resources"] = {"requests": {"cpu": cpu}}
    parts = {"status": {"phase": "Running"}, "labels": {"app": "web"}, **more}
    if kind:
        parts["ownerReferences"] = controlled_by(kind, owner)
    spec = {"nodeName": node, **parts.pop("spec", {})}
    return a_pod(name, containers=[container], spec=spec, **parts)


def a_budget(name: str = "web", allowed: int = 1, **labels: str) -> JsonObject:
    status = {
        "disruptionsAllowed": allowed,
        "desiredHealthy": 2,
        "currentHealthy": 2 + allowed,
        "observedGeneration": 1,
    }
    spec = {"selector": {"matchLabels": labels or {"app": "web"}}}
    return an_object("policy/v1", "PodDisruptionBudget", name, spec=spec, status=status)
