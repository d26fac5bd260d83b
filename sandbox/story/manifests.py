"""Objects as people write them, with what the API server fills in."""

from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.pod_templates import image_pull_policy

SHOP = "shop"


def metadata(name: str, namespace: str = "", **more: Any) -> JsonObject:
    """Make an object's metadata; `labels`, `annotations` and the like by name."""
    given = {key: value for key, value in more.items() if value}
    return {"name": name, **({"namespace": namespace} if namespace else {}), **given}


def container(name: str, image: str, **more: Any) -> JsonObject:
    """Make a container with the server's defaults."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": image_pull_policy(image),
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        **more,
    }


def resources(cpu: str, memory: str, cpu_limit: str = "", memory_limit: str = "") -> JsonObject:
    """Make a container's requests and limits; the memory limit defaults to the request."""
    limits = {"memory": memory_limit or memory} | ({"cpu": cpu_limit} if cpu_limit else {})
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": limits}


def port(number: int, name: str = "http") -> JsonObject:
    """Declare a container's port."""
    return {"name": name, "containerPort": number, "protocol": "TCP"}


def http_probe(path: str, number: int = 8080, delay: int = 3) -> JsonObject:
    """Make a probe that asks over HTTP."""
    return {
        "httpGet": {"path": path, "port": number, "scheme": "HTTP"},
        "initialDelaySeconds": delay,
        "periodSeconds": 10,
        "timeoutSeconds": 1,
        "successThreshold": 1,
        "failureThreshold": 3,
    }


def template(labels: dict[str, str], *containers: JsonObject, **more: Any) -> JsonObject:
    """Make a pod template."""
    annotations = more.pop("annotations", None)
    return {
        "metadata": {"labels": labels, **({"annotations": annotations} if annotations else {})},
        "spec": {
            "containers": list(containers),
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "terminationGracePeriodSeconds": 30,
            **more,
        },
    }


def deployment(
    name: str, pod: JsonObject, replicas: int, namespace: str = SHOP, **more: Any
) -> JsonObject:
    """Make a Deployment whose pods are chosen by `app`."""
    annotations = more.pop("annotations", None)
    labels = {**pod["metadata"]["labels"], **more.pop("labels", {})}
    rolling = {"maxSurge": "25%", "maxUnavailable": "25%"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(name, namespace, labels=labels, annotations=annotations),
        "spec": {
            "progressDeadlineSeconds": 600,
            "replicas": replicas,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": pod["metadata"]["labels"]["app"]}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            "template": pod,
            **more,
        },
        "status": {},
    }


def daemon_set(name: str, pod: JsonObject, namespace: str = "kube-system") -> JsonObject:
    """Make a DaemonSet."""
    labels = pod["metadata"]["labels"]
    annotations = {"deprecated.daemonset.template.generation": "1"}
    rolling = {"maxSurge": 0, "maxUnavailable": 1}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(name, namespace, labels=dict(labels), annotations=annotations),
        "spec": {
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": labels["app"]}},
            "template": pod,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
        },
        "status": {},
    }


def stateful_set(
    name: str, pod: JsonObject, replicas: int, storage: str, namespace: str = SHOP, **more: Any
) -> JsonObject:
    """Make a StatefulSet with one volume `data` per pod."""
    labels = {**pod["metadata"]["labels"], **more.get("labels", {})}
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": storage}},
            "storageClassName": "standard",
            "volumeMode": "Filesystem",
        },
        "status": {"phase": "Pending"},
    }
    kept = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(name, namespace, labels=labels, annotations=more.get("annotations")),
        "spec": {
            "persistentVolumeClaimRetentionPolicy": kept,
            "podManagementPolicy": "OrderedReady",
            "replicas": replicas,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": labels["app"]}},
            "serviceName": name,
            "template": pod,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "volumeClaimTemplates": [claim],
        },
        "status": {"replicas": 0, "availableReplicas": 0},
    }


def service(
    name: str, address: str, ports: list[JsonObject], namespace: str = SHOP, **more: Any
) -> JsonObject:
    """Make a ClusterIP Service for the pods labelled with its name; `None` makes it headless."""
    app = more.get("app", name)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(
            name,
            namespace,
            labels={"app": app, **more.get("labels", {})},
            annotations=more.get("annotations"),
        ),
        "spec": {
            "clusterIP": address,
            "clusterIPs": [address],
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "ports": [{"protocol": "TCP", **each} for each in ports],
            "selector": {"app": app},
            "sessionAffinity": "None",
            "type": "ClusterIP",
        },
        "status": {"loadBalancer": {}},
    }


def config_map(name: str, data: dict[str, str], namespace: str = SHOP, **more: Any) -> JsonObject:
    """Make a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, namespace, **more),
        "data": data,
    }


def variable(name: str, value: str) -> JsonObject:
    """Set an environment variable."""
    return {"name": name, "value": value}


def variable_from_secret(name: str, secret: str, key: str, **more: Any) -> JsonObject:
    """Set an environment variable to a key of a Secret."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key, **more}}}
