"""Requests that a wrong tool could send through a preview, and that would really act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from clients.kubernetes.wire.connection import Request

NAMESPACE = "NAMESPACE"
DRY = {"dryRun": "All"}
HERE = f"/api/v1/namespaces/{NAMESPACE}"


@dataclass(frozen=True)
class Escape:
    """A request that is no dry run, or not where the API server looks for it."""

    is_: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def request(self, namespace: str) -> Request:
        body = None if self.body is None else orjson.dumps(self.body)
        return Request(
            self.method, self.path.replace(NAMESPACE, namespace), dict(self.params), body=body
        )


EVICTION = {
    "kind": "Eviction",
    "apiVersion": "policy/v1",
    "metadata": {"name": "victim", "namespace": NAMESPACE},
}
ESCAPES = [
    Escape("a plain delete", "DELETE", f"{HERE}/configmaps/victim"),
    Escape("a delete with dryRun in the query", "DELETE", f"{HERE}/configmaps/victim", DRY),
    Escape("the same with a body", "DELETE", f"{HERE}/configmaps/victim", DRY, {}),
    Escape(
        "a delete with another dryRun", "DELETE", f"{HERE}/configmaps/victim", DRY, {"dryRun": []}
    ),
    Escape("a delete of a collection", "DELETE", f"{HERE}/configmaps", DRY, {"dryRun": ["All"]}),
    Escape("a delete of all pods", "DELETE", f"{HERE}/pods/", DRY, {"dryRun": ["All"]}),
    Escape("an eviction without options", "POST", f"{HERE}/pods/victim/eviction", DRY, EVICTION),
    Escape(
        "an eviction without dryRun in its options",
        "POST",
        f"{HERE}/pods/victim/eviction",
        DRY,
        {**EVICTION, "deleteOptions": {}},
    ),
    Escape("a token", "POST", f"{HERE}/serviceaccounts/victim/token", DRY, {"spec": {}}),
    Escape("a binding", "POST", f"{HERE}/pods/victim/binding", DRY, {}),
    Escape("a create", "POST", f"{HERE}/configmaps", {}, {"metadata": {"name": "new"}}),
    Escape(
        "a patch with dryRun in its body",
        "PATCH",
        f"{HERE}/configmaps/victim",
        {},
        {"dryRun": ["All"], "data": {"a": "b"}},
    ),
    Escape("a replacement", "PUT", f"{HERE}/configmaps/victim", {}, {"data": {}}),
    Escape("a command", "GET", f"{HERE}/pods/victim/exec", {"command": "id"}),
    Escape("a way through to a pod", "POST", f"{HERE}/pods/victim/proxy/admin", DRY, {}),
]
