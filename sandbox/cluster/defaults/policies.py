"""Defaults of everything around pods: services, secrets, access, autoscaling, storage, CRDs."""

import base64
from collections.abc import Callable
from typing import Any

from sandbox.cluster.defaults.pods import fill
from sandbox.cluster.objects import JsonObject

RBAC = "rbac.authorization.k8s.io"


def service(obj: JsonObject) -> None:
    """Fill in a Service; addresses are given out by `writing.admission`."""
    spec = obj.setdefault("spec", {})
    fill(spec, {"type": "ClusterIP", "sessionAffinity": "None"})
    for port in spec.get("ports") or []:
        fill(port, {"protocol": "TCP"})
        fill(port, {"targetPort": port.get("port")})
    if spec["type"] == "ExternalName":
        return
    fill(spec, {"internalTrafficPolicy": "Cluster"})
    if spec["type"] in ("NodePort", "LoadBalancer"):
        fill(spec, {"externalTrafficPolicy": "Cluster"})
    if spec["type"] == "LoadBalancer":
        fill(spec, {"allocateLoadBalancerNodePorts": True})


def secret(obj: JsonObject) -> None:
    """Fill in a Secret: `stringData` becomes `data`."""
    fill(obj, {"type": "Opaque"})
    for key, text in (obj.pop("stringData", None) or {}).items():
        obj.setdefault("data", {})[key] = base64.b64encode(text.encode()).decode()


def namespace(obj: JsonObject) -> None:
    """Fill in a Namespace: the label with its name."""
    name = obj["metadata"].get("name")
    labels = obj["metadata"].get("labels") or {}
    obj["metadata"]["labels"] = {**labels, "kubernetes.io/metadata.name": name}
    fill(obj, {"spec": {}})


def binding(obj: JsonObject) -> None:
    """Fill in a RoleBinding or ClusterRoleBinding."""
    fill(obj.setdefault("roleRef", {}), {"apiGroup": RBAC})
    for subject in obj.get("subjects") or []:
        if subject.get("kind") in ("User", "Group"):
            fill(subject, {"apiGroup": RBAC})


def autoscaler(obj: JsonObject) -> None:
    """Fill in a HorizontalPodAutoscaler: 80 % of the CPU when no metric is given."""
    spec = obj.setdefault("spec", {})
    fill(spec, {"minReplicas": 1})
    if "targetCPUUtilizationPercentage" in spec or spec.get("metrics"):
        return
    target = {"type": "Utilization", "averageUtilization": 80}
    spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def network_policy(obj: JsonObject) -> None:
    """Fill in a NetworkPolicy's types from the rules it has."""
    spec = obj.setdefault("spec", {})
    types = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    fill(spec, {"podSelector": {}, "policyTypes": types})
    rules = [*(spec.get("ingress") or []), *(spec.get("egress") or [])]
    for port in (port for rule in rules for port in rule.get("ports") or []):
        fill(port, {"protocol": "TCP"})


def custom_resource_definition(obj: JsonObject) -> None:
    """Fill in a CustomResourceDefinition (apiextensions pkg/apis/apiextensions/v1/defaults.go)."""
    spec = obj.setdefault("spec", {})
    names = spec.setdefault("names", {})
    kind = names.get("kind") or ""
    fill(names, {"singular": kind.lower(), "listKind": f"{kind}List"})
    fill(spec, {"conversion": {"strategy": "None"}})


def persistent_volume(obj: JsonObject) -> None:
    """Fill in a PersistentVolume."""
    spec = obj.setdefault("spec", {})
    fill(spec, {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"})


def storage_class(obj: JsonObject) -> None:
    """Fill in a StorageClass."""
    fill(obj, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})


def priority_class(obj: JsonObject) -> None:
    """Fill in a PriorityClass."""
    fill(obj, {"preemptionPolicy": "PreemptLowerPriority"})


def endpoint_slice(obj: JsonObject) -> None:
    """Fill in an EndpointSlice's ports."""
    for port in obj.get("ports") or []:
        fill(port, {"protocol": "TCP", "name": ""})


POLICIES: dict[tuple[str, str], Callable[[Any], None]] = {
    ("", "Service"): service,
    ("", "Secret"): secret,
    ("", "Namespace"): namespace,
    ("", "PersistentVolume"): persistent_volume,
    (RBAC, "RoleBinding"): binding,
    (RBAC, "ClusterRoleBinding"): binding,
    ("autoscaling", "HorizontalPodAutoscaler"): autoscaler,
    ("networking.k8s.io", "NetworkPolicy"): network_policy,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): custom_resource_definition,
    ("storage.k8s.io", "StorageClass"): storage_class,
    ("scheduling.k8s.io", "PriorityClass"): priority_class,
    ("discovery.k8s.io", "EndpointSlice"): endpoint_slice,
}
