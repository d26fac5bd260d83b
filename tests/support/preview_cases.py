"""Changes to preview and then to make: at least one for each tool that changes objects.

``OWN`` stands for a name that nobody else has, for what lives in no namespace.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.builders import an_object

JsonObject = dict[str, Any]
NAMESPACE = "NAMESPACE"
OWN = "OWN"
NOWHERE = {"no-such": "node"}  # pods of these tests are never to run


@dataclass(frozen=True)
class Case:
    """What there is first, in versions that follow each other, and the change."""

    is_: str
    tool: str
    arguments: JsonObject
    given: Sequence[Sequence[JsonObject]] = field(default=())
    waits_for: str = ""  # a type of which the controllers have to make something first
    unfinished: bool = False  # what it starts does not end, and the answer says so

    def named(self, namespace: str, own: str) -> "Case":
        """Fill the names in."""

        def filled(value: Any) -> Any:
            text = json.dumps(value).replace(NAMESPACE, namespace).replace(OWN, own)
            return json.loads(text)

        given = filled([list(version) for version in self.given])
        return replace(self, arguments=filled(self.arguments), given=given)


def content(*objects: JsonObject) -> str:
    """Write a manifest; JSON is YAML."""
    return "\n---\n".join(json.dumps(each) for each in objects)


def template(image: str = "shop/web:1", **container: Any) -> JsonObject:
    inside = {"name": "web", "image": image, **container}
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "nodeSelector": NOWHERE,
            "initContainers": [{"name": "setup", "image": image}],
            "containers": [inside],
        },
    }


def workload(kind: str, image: str = "shop/web:1", **spec: Any) -> JsonObject:
    inside = spec.pop("container", {})
    selector = {"matchLabels": {"app": "web"}}
    whole = {"selector": selector, "template": template(image, **inside), **spec}
    return an_object("apps/v1", kind, "web", NAMESPACE, labels={"app": "web"}, spec=whole)


def deployment(image: str = "shop/web:1", **spec: Any) -> JsonObject:
    return workload("Deployment", image, **{"replicas": 2, **spec})


def stateful_set(image: str = "shop/web:1", **spec: Any) -> JsonObject:
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    defaults = {"serviceName": "web", "volumeClaimTemplates": [claim], "replicas": 1}
    return workload("StatefulSet", image, **{**defaults, **spec})


def cron_job(image: str = "shop/report:1") -> JsonObject:
    pod = template(image)
    pod["spec"]["restartPolicy"] = "Never"
    spec = {"schedule": "0 3 1 1 *", "jobTemplate": {"spec": {"template": pod}}}
    return an_object("batch/v1", "CronJob", "yearly", NAMESPACE, spec=spec)


def job() -> JsonObject:
    pod = template("shop/report:1")
    pod["spec"]["restartPolicy"] = "Never"
    spec = {"suspend": True, "template": pod}
    return an_object("batch/v1", "Job", "report", NAMESPACE, spec=spec)


def config(**data: str) -> JsonObject:
    return an_object("v1", "ConfigMap", "flags", NAMESPACE, data=data)


def secret(**data: str) -> JsonObject:
    return an_object("v1", "Secret", "db", NAMESPACE, type="Opaque", stringData=data)


def service(**spec: Any) -> JsonObject:
    port = {"name": "http", "port": 80, "targetPort": 8080}
    whole = {"selector": {"app": "web"}, "ports": [port], **spec}
    return an_object("v1", "Service", "web", NAMESPACE, spec=whole)


def ingress() -> JsonObject:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec = {"rules": [{"host": "web.example.com", "http": {"paths": [path]}}]}
    return an_object("networking.k8s.io/v1", "Ingress", "web", NAMESPACE, spec=spec)


def node(**spec: Any) -> JsonObject:
    return an_object("v1", "Node", OWN, None, spec=spec)


def namespace() -> JsonObject:
    return an_object("v1", "Namespace", OWN, None)


def definition() -> JsonObject:
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}, "scale": scale},
    }
    names = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"}
    group = f"{OWN}.example.com"
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
    kind = "CustomResourceDefinition"
    return an_object("apiextensions.k8s.io/v1", kind, f"gadgets.{group}", None, spec=spec)


def gadget(**spec: Any) -> JsonObject:
    return an_object(f"{OWN}.example.com/v1", "Gadget", "one", NAMESPACE, spec=spec)


GADGETS = f"gadgets.{OWN}.example.com"
WEB = {"name": "web", "namespace": NAMESPACE}
DEPLOYMENT = {**WEB, "resource_type": "deployment"}
FLAGS = {"name": "flags", "resource_type": "configmap", "namespace": NAMESPACE}
ROLE = an_object(
    "rbac.authorization.k8s.io/v1",
    "ClusterRole",
    OWN,
    None,
    rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
)
BINDING = an_object(
    "rbac.authorization.k8s.io/v1",
    "RoleBinding",
    "readers",
    NAMESPACE,
    roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": OWN},
    subjects=[{"kind": "ServiceAccount", "name": "default", "namespace": NAMESPACE}],
)
LIMITED = {"resources": {"limits": {"memory": "256Mi", "cpu": "1"}}}
BUDGET = an_object(
    "policy/v1",
    "PodDisruptionBudget",
    "web",
    NAMESPACE,
    spec={"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
)


def applied(is_: str, *objects: JsonObject, given: Sequence[Sequence[JsonObject]] = ()) -> Case:
    return Case(is_, "k8s_apply", {"content": content(*objects)}, given)


def patched(is_: str, given: JsonObject, target: JsonObject, patch: Any, **how: Any) -> Case:
    arguments = {**target, "patch": json.dumps(patch), **how}
    versions = [[definition(), given]] if given["kind"] == "Gadget" else [[given]]
    return Case(is_, "k8s_patch", arguments, versions)


def deleted(is_: str, given: Sequence[JsonObject], target: JsonObject, **how: Any) -> Case:
    return Case(is_, "k8s_delete", {**target, "wait_seconds": 60, **how}, [given])


GADGET = {"name": "one", "resource_type": GADGETS, "namespace": NAMESPACE}
BIGGER = [
    {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "shop/web:7"}
]
VERSIONS = [[deployment("shop/web:1")], [deployment("shop/web:2")]]
SET_VERSIONS = [[stateful_set("shop/web:1")], [stateful_set("shop/web:2")]]

VARIABLES = [{"name": "A", "value": "1"}]

CASES = [
    applied("an application is created", config(a="1"), service(), deployment(), ingress()),
    applied("jobs are created", job(), cron_job()),
    applied("sets are created", stateful_set(), workload("DaemonSet")),
    applied("rights are created", ROLE, BINDING),
    applied("a namespace is created", namespace()),
    applied("a type is created", definition()),
    applied("a budget is created", BUDGET),
    applied(
        "an image and the size change and a limit goes",
        deployment("shop/web:9", replicas=5, container={"resources": {"limits": {"cpu": "1"}}}),
        given=[[deployment(container=LIMITED)]],
    ),
    applied("a key that is left out goes", config(a="1"), given=[[config(a="1", b="2")]]),
    applied("nothing changes", config(a="1"), service(), given=[[config(a="1"), service()]]),
    applied("a secret changes", secret(password="x9"), given=[[secret(password="hunter2")]]),
    applied(
        "one of three changes",
        config(a="2"),
        service(),
        ROLE,
        given=[[config(a="1"), service(), ROLE]],
    ),
    applied("a custom resource changes", gadget(size=2), given=[[definition(), gadget(size=1)]]),
    patched(
        "a container gets a variable",
        deployment(),
        DEPLOYMENT,
        {"spec": {"template": {"spec": {"containers": [{"name": "web", "env": VARIABLES}]}}}},
    ),
    patched(
        "an annotation goes and a key comes",
        config(a="1"),
        FLAGS,
        {"data": {"a": None, "b": "2"}},
        patch_type="merge",
    ),
    patched("one operation", deployment(), DEPLOYMENT, BIGGER, patch_type="json"),
    patched(
        "a port is added",
        service(),
        {**WEB, "resource_type": "service"},
        {"spec": {"ports": [{"name": "admin", "port": 81}]}},
    ),
    patched(
        "a secret is given as text",
        secret(user="a"),
        {"name": "db", "resource_type": "secret", "namespace": NAMESPACE},
        {"stringData": {"user": "b", "new": "c"}},
    ),
    patched(
        "a custom resource",
        gadget(size=1, colour="red"),
        GADGET,
        {"spec": {"colour": None, "size": 3}},
    ),
    patched(
        "a status", gadget(size=1), GADGET, {"status": {"phase": "Ready"}}, subresource="status"
    ),
    patched(
        "a scale",
        deployment(),
        DEPLOYMENT,
        {"spec": {"replicas": 4}},
        subresource="scale",
        patch_type="merge",
    ),
    Case(
        "an image",
        "k8s_set_image",
        {
            "resource_name": "web",
            "resource_type": "deployment",
            "container_images": "web=shop/web:3",
            "namespace": NAMESPACE,
        },
        [[deployment()]],
    ),
    Case(
        "every image",
        "k8s_set_image",
        {
            "resource_name": "web",
            "resource_type": "sts",
            "container_images": "*=shop/web:3",
            "namespace": NAMESPACE,
        },
        [[stateful_set()]],
    ),
    Case(
        "a cron job's image",
        "k8s_set_image",
        {
            "resource_name": "yearly",
            "resource_type": "cronjob",
            "container_images": "web=shop/report:2",
            "namespace": NAMESPACE,
        },
        [[cron_job()]],
    ),
    Case("more replicas", "k8s_scale", {**DEPLOYMENT, "replicas": 4}, [[deployment()]]),
    Case(
        "no replicas",
        "k8s_scale",
        {**DEPLOYMENT, "replicas": 0},
        [[deployment(), service(), BUDGET]],
    ),
    Case(
        "a set's replicas",
        "k8s_scale",
        {**WEB, "resource_type": "statefulset", "replicas": 0},
        [[stateful_set()]],
    ),
    Case(
        "a custom resource's replicas",
        "k8s_scale",
        {**GADGET, "replicas": 3},
        [[definition(), gadget(replicas=1)]],
    ),
    Case("a deployment restarts", "k8s_rollout_restart", WEB, [[deployment()]]),
    Case(
        "a daemon set restarts",
        "k8s_rollout_restart",
        {"name": "daemonset/web", "namespace": NAMESPACE},
        [[workload("DaemonSet")]],
    ),
    Case("the revision before", "k8s_rollout_undo", DEPLOYMENT, VERSIONS, "replicasets.apps"),
    Case(
        "a set's first revision",
        "k8s_rollout_undo",
        {**WEB, "resource_type": "statefulset", "to_revision": 1},
        SET_VERSIONS,
        "controllerrevisions.apps",
    ),
    Case("a rollout pauses", "k8s_rollout_pause", WEB, [[deployment()]]),
    Case(
        "a rollout goes on",
        "k8s_rollout_pause",
        {**WEB, "resume": True},
        [[deployment(paused=True)]],
    ),
    Case(
        "labels come and go",
        "k8s_label",
        {**DEPLOYMENT, "labels": {"app": None, "tier": "front"}},
        [[deployment()]],
    ),
    Case(
        "an annotation",
        "k8s_label",
        {**FLAGS, "annotations": {"example.com/why": "because"}},
        [[config(a="1")]],
    ),
    deleted("a deployment", [deployment(), service(), ingress()], DEPLOYMENT),
    deleted("in the foreground", [deployment()], DEPLOYMENT, cascade="foreground"),
    deleted("a config map", [config(a="1")], FLAGS),
    deleted("a namespace", [namespace()], {"name": OWN, "resource_type": "namespace"}),
    deleted("a type", [definition(), gadget(size=1)], {"name": GADGETS, "resource_type": "crd"}),
    Case("a node closes", "k8s_cordon", {"node_name": OWN}, [[node()]]),
    Case("a node opens", "k8s_uncordon", {"node_name": OWN}, [[node(unschedulable=True)]]),
    Case(
        "a pod is run",
        "k8s_run_pod",
        {
            "name": "once",
            "image": "shop/tool:1",
            "namespace": NAMESPACE,
            "command": "true",
            "keep": True,
            "timeout_seconds": 0,
        },
        unfinished=True,
    ),
]
