"""A store with controllers and a clock that tests move: what happens, happens at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.cluster.registry import Registry
from sandbox.cluster.store import Store
from sandbox.controllers import Controllers

JsonObject = dict[str, Any]
START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PLURALS = {
    "Deployment": ("apps", "deployments"),
    "ReplicaSet": ("apps", "replicasets"),
    "StatefulSet": ("apps", "statefulsets"),
    "DaemonSet": ("apps", "daemonsets"),
    "ControllerRevision": ("apps", "controllerrevisions"),
    "Job": ("batch", "jobs"),
    "CronJob": ("batch", "cronjobs"),
    "Pod": ("", "pods"),
    "Node": ("", "nodes"),
    "Event": ("", "events"),
    "Secret": ("", "secrets"),
    "Service": ("", "services"),
    "Endpoints": ("", "endpoints"),
    "EndpointSlice": ("discovery.k8s.io", "endpointslices"),
    "PersistentVolume": ("", "persistentvolumes"),
    "PersistentVolumeClaim": ("", "persistentvolumeclaims"),
    "PodDisruptionBudget": ("policy", "poddisruptionbudgets"),
    "Lease": ("coordination.k8s.io", "leases"),
}


class Simulation:
    """Two nodes, the controllers, and time."""

    def __init__(self, nodes: int = 2) -> None:
        self.now = START
        self.store = Store(lambda: self.now, Registry())
        for number in range(1, nodes + 1):
            self.store.create(a_node(f"node-{number}", number))
        self.controllers = Controllers(self.store, heartbeats=False)

    def create(self, *objects: JsonObject, seconds: float = 0) -> None:
        """Create objects and let time pass."""
        for item in objects:
            self.store.create(item)
        self.after(seconds)

    def after(self, seconds: float) -> None:
        """Let time pass, stopping wherever something is due."""
        end = self.now + timedelta(seconds=seconds)
        self.controllers.settle()
        while (due := self.controllers.next_due()) is not None and due <= end:
            self.now = due
            self.controllers.settle()
        self.now = end
        self.controllers.settle()

    def get(self, kind: str, name: str, namespace: str | None = "shop") -> JsonObject:
        """Return an object; it must be there."""
        where = None if kind in ("Node", "PersistentVolume") else namespace
        found = self.store.get(*PLURALS[kind], where, name)
        assert found is not None, f"no {kind} {name}"
        return found

    def all(self, kind: str, namespace: str | None = None) -> list[JsonObject]:
        """Return all objects of a kind."""
        return self.store.list(*PLURALS[kind], namespace)

    def names(self, kind: str) -> list[str]:
        """Return the names of all objects of a kind."""
        return [item["metadata"]["name"] for item in self.all(kind)]

    def change(self, kind: str, name: str, **spec: Any) -> None:
        """Replace members of an object's spec."""
        item = self.get(kind, name)
        item["spec"].update(spec)
        self.store.update(item)

    def set_image(self, kind: str, name: str, image: str) -> None:
        """Give a workload's first container another image."""
        item = self.get(kind, name)
        item["spec"]["template"]["spec"]["containers"][0]["image"] = image
        self.store.update(item)

    def events(self, about: str = "") -> list[tuple[str, str]]:
        """Return reason and message of events whose object's name begins so, oldest first."""
        found = [e for e in self.all("Event") if e["involvedObject"]["name"].startswith(about)]
        found.sort(key=lambda event: int(event["metadata"]["name"].rpartition(".")[2], 16))
        return [(event["reason"], event["message"]) for event in found]


def a_node(name: str, number: int = 1, **spec: Any) -> JsonObject:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": {"podCIDR": f"10.42.{number}.0/24", **spec},
        "status": {
            "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "addresses": [{"type": "InternalIP", "address": f"10.0.0.{number}"}],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def a_template(app: str, image: str = "", **container: Any) -> JsonObject:
    pod = container.pop("pod", {})
    only = {"name": app, "image": image or f"shop/{app}:1", **container}
    return {
        "metadata": {"labels": {"app": app}},
        "spec": {"restartPolicy": "Always", "containers": [only], **pod},
    }


def a_workload(kind: str, name: str, template: JsonObject | None = None, **spec: Any) -> JsonObject:
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": template or a_template(name),
            **spec,
        },
    }


def a_deployment(name: str = "web", replicas: int = 3, **spec: Any) -> JsonObject:
    image = spec.pop("image", "")
    defaults = {"replicas": replicas, "progressDeadlineSeconds": 600, "revisionHistoryLimit": 10}
    template = spec.pop("template", None) or a_template(name, image)
    return a_workload("Deployment", name, template, **{**defaults, **spec})


def a_pod(name: str = "alone", image: str = "shop/web:1", **more: Any) -> JsonObject:
    container = {"name": "app", "image": image, **more.pop("container", {})}
    labels = more.pop("labels", {"app": name})
    spec = {"restartPolicy": "Always", "containers": [container], **more}
    metadata = {"name": name, "namespace": "shop", "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def ready_containers(pod: JsonObject) -> list[bool]:
    return [status["ready"] for status in pod["status"]["containerStatuses"]]


def reason_of(item: JsonObject, kind: str) -> tuple[str, str]:
    """Return status and reason of a condition."""
    found = next(each for each in item["status"]["conditions"] if each["type"] == kind)
    return found["status"], found.get("reason", "")
