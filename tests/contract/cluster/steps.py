"""What a scenario is made of: requests, in order, and what is remembered of their answers."""

from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"

# `{ns}` in a path or body is the scenario's own namespace.
CORE = "/api/v1/namespaces/{ns}"
APPS = "/apis/apps/v1/namespaces/{ns}"


@dataclass(frozen=True)
class Step:
    """One request; `body` is sent as JSON unless it is text.

    `remember` names values of the answer (`rv: metadata.resourceVersion`) that later paths and
    bodies may use in braces; `only` compares no more than these members of the answer.
    """

    method: str
    path: str
    body: Any = None
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    remember: dict[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    settle: bool = False
    """Repeat until the answer is no failure: another step's effect takes a moment."""


def get(path: str, accept: str = JSON, **options: Any) -> Step:
    """Read."""
    return Step("GET", path, headers={"Accept": accept}, **options)


def post(path: str, body: Any, **options: Any) -> Step:
    """Create."""
    return Step("POST", path, body, **options)


def put(path: str, body: Any, **options: Any) -> Step:
    """Replace."""
    return Step("PUT", path, body, **options)


def patch(path: str, body: Any, content_type: str = MERGE, **options: Any) -> Step:
    """Patch."""
    return Step("PATCH", path, body, content_type, **options)


def apply(path: str, body: Any, manager: str = "one", query: str = "", **options: Any) -> Step:
    """Apply on the server's side."""
    address = f"{path}?fieldManager={manager}{query}"
    return Step("PATCH", address, body, APPLY, **options)


def delete(path: str, body: Any = None, **options: Any) -> Step:
    """Delete."""
    return Step("DELETE", path, body, **options)


def a_config_map(name: str = "settings", labels: Any = None, **members: Any) -> dict[str, Any]:
    """Return a ConfigMap."""
    metadata = {"name": name} | ({"labels": labels} if labels else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **members}


def a_deployment(name: str = "web", replicas: int = 0, **spec: Any) -> dict[str, Any]:
    """Return a Deployment whose pods no node takes."""
    labels = {"app": name}
    container = {"name": "web", "image": "nginx:1", "ports": [{"containerPort": 80}]}
    pods = {"nodeSelector": {"no": "where"}, "containers": [container]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pods},
            **spec,
        },
    }


def a_pod(name: str = "alone", *containers: str, **spec: Any) -> dict[str, Any]:
    """Return a pod that no node takes, unless `spec` names one."""
    named = [{"name": each, "image": "busybox:1"} for each in containers or ("main",)]
    placed = {} if "nodeName" in spec else {"nodeSelector": {"no": "where"}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"containers": named, **placed, **spec},
    }
