"""Objects as tests need them: the least that makes them real."""

import base64
from typing import Any

JsonObject = dict[str, Any]


def an_object(
    api_version: str, kind: str, name: str, namespace: str | None = "shop", **parts: Any
) -> JsonObject:
    """Build any object; ``labels`` and ``annotations`` go into its metadata."""
    metadata: JsonObject = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    for key in ("labels", "annotations", "ownerReferences", "creationTimestamp"):
        if key in parts:
            metadata[key] = parts.pop(key)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **parts}


def a_namespace(name: str = "shop") -> JsonObject:
    return an_object("v1", "Namespace", name, None)


def a_pod(name: str = "web", namespace: str = "shop", **parts: Any) -> JsonObject:
    containers = parts.pop("containers", [{"name": "web", "image": "shop/web:1"}])
    spec = {"containers": containers, **parts.pop("spec", {})}
    status = parts.pop("status", {"phase": "Pending"})
    return an_object("v1", "Pod", name, namespace, spec=spec, status=status, **parts)


def a_config_map(name: str = "flags", namespace: str = "shop", **data: str) -> JsonObject:
    return an_object("v1", "ConfigMap", name, namespace, data=data)


def a_service(name: str = "web", namespace: str = "shop", **annotations: str) -> JsonObject:
    spec = {"ports": [{"port": 80, "protocol": "TCP"}], "clusterIP": "10.0.0.1"}
    return an_object("v1", "Service", name, namespace, annotations=annotations, spec=spec)


def a_secret(name: str = "db", namespace: str = "shop", **values: str) -> JsonObject:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return an_object("v1", "Secret", name, namespace, type="Opaque", data=data)


def a_deployment(name: str = "web", namespace: str = "shop", replicas: int = 3) -> JsonObject:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": a_pod(name)["spec"]}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return an_object("apps/v1", "Deployment", name, namespace, labels=labels, spec=spec)


def a_custom_resource_definition(plural: str, kind: str) -> JsonObject:
    version = {"name": "v1", "served": True, "storage": True}
    version["schema"] = {"openAPIV3Schema": {"type": "object"}}
    spec = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": plural, "singular": kind.lower(), "kind": kind},
        "versions": [version],
    }
    group_version = "apiextensions.k8s.io/v1"
    return an_object(
        group_version, "CustomResourceDefinition", f"{plural}.example.com", None, spec=spec
    )
