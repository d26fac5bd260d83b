"""What the tools act on as exactly their generated roles: a workload of each kind."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.e2e.kubectl import Kubectl
from tests.e2e.shop import image_of

Manifest = dict[str, Any]
ROLLED = ("deployment/web", "statefulset/db", "daemonset/agent")
SIMULATED = "kwok.x-k8s.io/node"


@dataclass(frozen=True)
class Stage:
    """The namespace, which is the name of the stage's own simulated node, too."""

    admin: Kubectl
    image: str
    namespace: str = field(default_factory=lambda: f"deploy-{secrets.token_hex(3)}")
    _there: set[str] = field(default_factory=set)

    def first(self, what: str) -> bool:
        """Whether this is the first time that something is asked to be there."""
        before = len(self._there)
        self._there.add(what)
        return len(self._there) > before

    @property
    def node(self) -> str:
        return self.namespace

    @property
    def words(self) -> Mapping[str, str]:
        """What a call's words mean."""
        named = {"NAMESPACE": self.namespace, "NODE": self.node, "IMAGE": self.image}
        return {**named, "REAL": self.real_node}

    @cached_property
    def real_node(self) -> str:
        """A node that runs pods."""
        labels = ("-l", f"stage!={self.node}", "-o", "jsonpath={.items[*].metadata.name}")
        return self.admin("get", "nodes", *labels).split()[-1]

    def a_pod_there(self, revision: str) -> Manifest:
        """Build a pod of the simulated node."""
        where = {"nodeSelector": {"stage": self.node}}
        tolerated = {"tolerations": [{"key": "stage", "operator": "Exists"}]}
        return {**a_pod(self.image, revision), **where, **tolerated}

    def create(self, *manifests: Manifest) -> None:
        listed = {"apiVersion": "v1", "kind": "List", "items": manifests}
        self.admin("apply", "-n", self.namespace, "-f", "-", given=json.dumps(listed))

    def add_a_pod_that_is_deleted_slowly(self) -> None:
        """Have a pod that takes a second to go, so that its end is waited for."""
        self.remove("pod/doomed")
        self.create(an_object("Pod", "doomed", spec=a_pod(self.image, "")))
        ready = ("--for=condition=Ready", "pod/doomed", "--timeout=60s")
        self.admin("wait", *ready, "-n", self.namespace)

    def wait_until_it_is_measured(self) -> None:
        """Have figures of the pod `alone`, and of the node that it runs on."""
        here = ("-n", self.namespace, "--ignore-not-found", "-o", "name")
        self.admin.until(bool, "get", "pods.metrics.k8s.io", "alone", *here)

    def remove_the_pod_that_ran(self) -> None:
        """Have no pod left of a run that was not allowed to remove it."""
        self.remove("pod/ran")

    def remove_what_was_applied(self) -> None:
        """Have nothing left of an earlier call."""
        self.remove("configmap/applied")

    def remove(self, name: str) -> None:
        """Delete an object that may be there, and wait until it is gone."""
        self.admin("delete", name, "-n", self.namespace, "--ignore-not-found")

    def close_the_node(self) -> None:
        """Have a node to uncordon."""
        self.admin("cordon", self.node)

    def refill_the_node(self) -> None:
        """Have the node as it was before it was drained."""
        self.admin("uncordon", self.node)
        wait = ("rollout", "status", "deployment/movable", "-n", self.namespace, "--timeout=60s")
        self.admin(*wait)


@contextmanager
def a_stage(admin: Kubectl) -> Iterator[Stage]:
    """Make everything, wait until it stands still, remove it afterwards."""
    stage = Stage(admin, image_of(admin))
    try:
        admin("create", "namespace", stage.namespace)
        stage.create(a_node(stage), *objects(stage, "1"))
        for workload in (*ROLLED, "deployment/movable", "daemonset/everywhere"):
            admin("rollout", "status", workload, "-n", stage.namespace, "--timeout=90s")
        stage.create(*objects(stage, "2"))
        for workload in ROLLED:
            admin("rollout", "status", workload, "-n", stage.namespace, "--timeout=90s")
        pods = ("pods", "-l", "app in (alone, bare, old, once)")
        admin("wait", *pods, "--for=condition=Ready", "-n", stage.namespace, "--timeout=90s")
        yield stage
    finally:
        admin("delete", "namespace", stage.namespace, "--wait=false", "--ignore-not-found")
        admin("delete", "node", stage.node, "--ignore-not-found")


def a_node(stage: Stage) -> Manifest:
    """Build a node that kwok plays, which nobody else's pods tolerate."""
    labels = {"kubernetes.io/hostname": stage.node, "stage": stage.node}
    metadata = {"name": stage.node, "annotations": {SIMULATED: "fake"}, "labels": labels}
    taint = {"key": "stage", "value": stage.node, "effect": "NoSchedule"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": [taint]}}


def objects(stage: Stage, revision: str) -> list[Manifest]:
    """Build the namespace's objects; another revision rolls the workloads."""
    here = a_pod(stage.image, revision)
    there = stage.a_pod_there(revision)
    once = {**a_pod(stage.image, ""), "restartPolicy": "Never"}
    old = {"selector": {"app": "old"}, "template": a_template("old", a_pod(stage.image, ""))}
    ports = [{"port": 80, "targetPort": 8080}]
    return [
        an_object("ConfigMap", "settings", data={"colour": "green"}),
        an_object("Service", "web", spec={"selector": {"app": "web"}, "ports": ports}),
        an_object("Pod", "alone", spec=a_pod(stage.image, "")),
        a_workload("Deployment", "web", here),
        a_workload("StatefulSet", "db", here, serviceName="db"),
        a_workload("DaemonSet", "agent", here),
        a_workload("ReplicaSet", "bare", a_pod(stage.image, "")),
        a_workload("Deployment", "movable", there),
        a_workload("DaemonSet", "everywhere", there),
        an_object("ReplicationController", "old", spec=old),
        an_object("Job", "once", "batch/v1", spec={"template": a_template("once", once)}),
    ]


def an_object(kind: str, name: str, version: str = "v1", **rest: Any) -> Manifest:
    metadata = {"name": name, "labels": {"app": name}}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def a_workload(kind: str, name: str, pod: Manifest, **spec: Any) -> Manifest:
    selector = {"matchLabels": {"app": name}}
    spec = {"selector": selector, "template": a_template(name, pod), **spec}
    return an_object(kind, name, "apps/v1", spec=spec)


def a_template(name: str, pod: Manifest) -> Manifest:
    return {"metadata": {"labels": {"app": name}}, "spec": pod}


def a_pod(image: str, revision: str) -> Manifest:
    environment = [{"name": "REVISION", "value": revision}]
    container = {"name": "main", "image": image, "env": environment}
    return {"containers": [container], "terminationGracePeriodSeconds": 1}
