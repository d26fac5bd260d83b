"""Two namespaces with the same objects: one that the tools change, one that kubectl changes."""

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.e2e.kubectl import LOOK_EVERY_SECONDS, Kubectl
from tests.e2e.server import Asking

JsonObject = dict[str, Any]
BY_THE_SERVER = (
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "managedFields",
    "generation",
    "namespace",
)
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
NOWHERE = {"nodeSelector": {"example.com/nowhere": "true"}}  # no pod of these tests ever starts
SETTLED_SECONDS = 10.0


@dataclass(frozen=True)
class Twins:
    """Two namespaces with the same objects: ours for the tools, theirs for kubectl."""

    admin: Kubectl
    ask: Asking
    own: str = field(default_factory=lambda: f"changes-{secrets.token_hex(3)}")

    @property
    def ours(self) -> str:
        return f"{self.own}-ours"

    @property
    def theirs(self) -> str:
        return f"{self.own}-theirs"

    @property
    def group(self) -> str:
        return f"{self.own}.example.com"

    def create(self, *objects: JsonObject) -> None:
        for namespace in (self.ours, self.theirs):
            text = yaml.safe_dump_all(objects)
            self.admin("create", "-n", namespace, "-f", "-", given=text)

    async def tool(self, tool: str, **arguments: object) -> str:
        """Call a tool on ours; it must not be refused."""
        said = await self.ask(tool, **arguments, namespace=self.ours)
        assert not said.error, said.text
        return said.text

    def kubectl(self, *arguments: str, given: str = "") -> None:
        """Have kubectl do the same to theirs."""
        self.admin(*arguments, "-n", self.theirs, given=given)

    def same(self, what: str) -> JsonObject:
        """Require twins that do not differ but in what the server sets; return ours.

        Controllers need their moment to number revisions.
        """
        end = time.monotonic() + SETTLED_SECONDS
        while True:
            ours, theirs = (self.found(what, where) for where in (self.ours, self.theirs))
            if ours == theirs or time.monotonic() > end:
                break
            time.sleep(LOOK_EVERY_SECONDS)
        assert ours == theirs
        return ours

    def found(self, what: str, namespace: str) -> JsonObject:
        obj = self.admin.json("get", what, "-n", namespace)
        return comparable(obj, namespace)


def comparable(obj: JsonObject, namespace: str) -> JsonObject:
    """Leave out what the server sets, and of a restart only the moment."""
    text = json.dumps(obj).replace(namespace, "NAMESPACE")
    obj = json.loads(text)
    obj["metadata"] = {k: v for k, v in obj["metadata"].items() if k not in BY_THE_SERVER}
    if obj["kind"] != "Widget":
        obj.pop("status", None)
    template = (obj.get("spec") or {}).get("template") or {}
    annotations = (template.get("metadata") or {}).get("annotations") or {}
    if RESTARTED_AT in annotations:
        annotations[RESTARTED_AT] = "THEN"
    spec = obj.get("spec") or {}
    for key in ("clusterIP", "clusterIPs"):
        spec.pop(key, None)
    return dict(obj)


def a_workload(kind: str, name: str = "web", number: int = 1) -> JsonObject:
    api_kind = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}
    labels = {"app": f"{kind}-{name}"}
    container = {
        "name": "web",
        "image": f"localhost/shop/web:{number}",
        "env": [{"name": "DB_PASSWORD", "value": f"s3cr3t-{number}"}],
        "ports": [{"containerPort": 80}],
    }
    init = {"name": "migrate", "image": "localhost/shop/tools:1"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [container], "initContainers": [init], **NOWHERE},
    }
    spec: JsonObject = {"selector": {"matchLabels": labels}, "template": template}
    if kind != "daemonset":
        spec["replicas"] = 1
    if kind == "statefulset":
        spec["serviceName"] = name
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "apps/v1", "kind": api_kind[kind], "metadata": metadata, "spec": spec}


def a_config_map(name: str, **data: str) -> JsonObject:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def a_definition(group: str) -> JsonObject:
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
    scale = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}, "scale": scale},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"widgets.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
            "versions": [version],
        },
    }


def a_widget(group: str, name: str = "gear", **spec: object) -> JsonObject:
    return {
        "apiVersion": f"{group}/v1",
        "kind": "Widget",
        "metadata": {"name": name},
        "spec": {"size": 1, **spec},
    }
