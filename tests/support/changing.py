"""What tests of changing tools need: what was really sent, and objects with something to change."""

from typing import Any

import orjson

from sandbox import Cluster
from sandbox.cluster.requests import Request
from tests.support.builders import a_custom_resource_definition, an_object

JsonObject = dict[str, Any]
OWN = {"fieldManager": "skyflo", "fieldValidation": "Strict"}
JSON = "application/json"
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"
WIDGETS = "/apis/example.com/v1/namespaces/shop/widgets"


def wire(request: Request) -> tuple[str, str, JsonObject, str, Any]:
    """Take a request apart: method, path, query, type and content of the body."""
    content_type = request.headers.get("Content-Type", "")
    body = orjson.loads(request.body) if request.body else None
    return request.method, request.path, request.query, content_type, body


def changes(cluster: Cluster) -> list[tuple[str, str, JsonObject, str, Any]]:
    """Return every request that could change something."""
    return [wire(request) for request in cluster.requests.changes]


def writes(cluster: Cluster) -> list[str]:
    """Return method and path of everything that is no read, dry runs included."""
    return [str(request) for request in cluster.requests if request.method != "GET"]


def stored(cluster: Cluster, kind: str, name: str, namespace: str | None = "shop") -> JsonObject:
    """Return an object as the cluster has it."""
    group, plural = {
        "Deployment": ("apps", "deployments"),
        "StatefulSet": ("apps", "statefulsets"),
        "DaemonSet": ("apps", "daemonsets"),
        "CronJob": ("batch", "cronjobs"),
        "Pod": ("", "pods"),
        "ConfigMap": ("", "configmaps"),
        "Secret": ("", "secrets"),
        "Service": ("", "services"),
        "Namespace": ("", "namespaces"),
        "Node": ("", "nodes"),
        "Widget": ("example.com", "widgets"),
    }[kind]
    found = cluster.store.get(group, plural, namespace, name)
    assert found is not None, f"no {kind} {name}"
    return found


def is_there(cluster: Cluster, plural: str, name: str, namespace: str | None = "shop") -> bool:
    return cluster.store.get("", plural, namespace, name) is not None


def a_scalable_definition() -> JsonObject:
    """Build the definition of widgets, which scale and have a status."""
    definition = a_custom_resource_definition("widgets", "Widget")
    [version] = definition["spec"]["versions"]
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version["schema"]["openAPIV3Schema"] = {
        "type": "object",
        "properties": {"spec": anything, "status": anything},
    }
    version["subresources"] = {
        "status": {},
        "scale": {
            "specReplicasPath": ".spec.size",
            "statusReplicasPath": ".status.size",
        },
    }
    return definition


def a_widget(name: str = "gear", **spec: Any) -> JsonObject:
    return an_object("example.com/v1", "Widget", name, spec={"size": 1, **spec})
