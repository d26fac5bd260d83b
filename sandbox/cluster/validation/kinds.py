"""Checks of built-in kinds (kubernetes `pkg/apis/*/validation`)."""

import re
from collections.abc import Callable, Iterator

from sandbox.cluster import names
from sandbox.cluster.objects import JsonObject
from sandbox.cluster.reading.label_selector import object_selector
from sandbox.cluster.statuses import Cause
from sandbox.cluster.validation.causes import invalid_value, not_supported, required

CONFIG_KEY = r"[-._a-zA-Z0-9]+"
CONFIG_KEY_FAULT = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
PORT_FAULT = "must be between 1 and 65535, inclusive"
NEGATIVE = "must be greater than or equal to 0"
RESTART_POLICIES = ["Always", "OnFailure", "Never"]
SERVICE_TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]


def workload(obj: JsonObject) -> Iterator[Cause]:
    """Check selector, replicas and template of a Deployment and its like."""
    spec = obj["spec"]
    if (spec.get("replicas") or 0) < 0:
        yield invalid_value("spec.replicas", spec["replicas"], NEGATIVE)
    if spec.get("selector") is None:
        yield required("spec.selector")
    elif not spec["selector"]:
        why = "empty selector is invalid for deployment"
        yield invalid_value("spec.selector", spec["selector"], why)
    labels = (spec["template"].get("metadata") or {}).get("labels")
    selector = object_selector(spec.get("selector"))
    if not spec.get("selector") or not selector.matches(labels or {}):
        why = "`selector` does not match template `labels`"
        yield invalid_value("spec.template.metadata.labels", labels, why)
    yield from pod_spec(spec["template"]["spec"], "spec.template.spec")


def pod(obj: JsonObject) -> Iterator[Cause]:
    """Check a pod."""
    yield from pod_spec(obj["spec"], "spec")


def job(obj: JsonObject) -> Iterator[Cause]:
    """Check a Job's template: its pods must end."""
    spec = obj["spec"]["template"]["spec"]
    yield from pod_spec(spec, "spec.template.spec")
    if spec.get("restartPolicy") == "Always":
        yield not_supported("spec.template.spec.restartPolicy", "Always", ["OnFailure", "Never"])


def pod_spec(spec: JsonObject, where: str) -> Iterator[Cause]:
    """Check containers and policies."""
    if not spec.get("containers"):
        yield required(f"{where}.containers")
    for group in ("containers", "initContainers"):
        for index, each in enumerate(spec.get(group) or []):
            yield from _container(each, f"{where}.{group}[{index}]")
    if (policy := spec.get("restartPolicy")) not in (*RESTART_POLICIES, None):
        yield not_supported(f"{where}.restartPolicy", policy, RESTART_POLICIES)


def config_map(obj: JsonObject) -> Iterator[Cause]:
    """Check the keys of a ConfigMap or Secret."""
    for member in ("data", "binaryData"):
        for key in obj.get(member) or {}:
            if not re.fullmatch(CONFIG_KEY, key):
                yield invalid_value(f"{member}[{key}]", key, CONFIG_KEY_FAULT)


def service(obj: JsonObject) -> Iterator[Cause]:
    """Check type and ports of a Service."""
    spec = obj["spec"]
    if spec["type"] not in SERVICE_TYPES:
        yield not_supported("spec.type", spec["type"], SERVICE_TYPES)
    ports = spec.get("ports") or []
    if not ports and spec["type"] != "ExternalName" and spec.get("clusterIP") != "None":
        yield required("spec.ports")
    for index, port in enumerate(ports):
        if not 1 <= (port.get("port") or 0) <= 65535:
            yield invalid_value(f"spec.ports[{index}].port", port.get("port") or 0, PORT_FAULT)
        if len(ports) > 1 and not port.get("name"):
            yield required(f"spec.ports[{index}].name")


def custom_resource_definition(obj: JsonObject) -> Iterator[Cause]:
    """Check that a CRD is named after what it defines, and has a schema in each version."""
    spec = obj["spec"]
    expected = f"{spec['names'].get('plural')}.{spec.get('group')}"
    if obj["metadata"]["name"] != expected:
        why = 'must be spec.names.plural+"."+spec.group'
        yield invalid_value("metadata.name", obj["metadata"]["name"], why)
    for index, version in enumerate(spec.get("versions") or []):
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            where = f"spec.versions[{index}].schema.openAPIV3Schema"
            yield required(where, "schemas are required")


def _container(container: JsonObject, where: str) -> Iterator[Cause]:
    name = container.get("name") or ""
    if not name:
        yield required(f"{where}.name")
    for fault in names.label_faults(name) if name else []:
        yield invalid_value(f"{where}.name", name, fault)
    if not container.get("image"):
        yield required(f"{where}.image")
    for index, port in enumerate(container.get("ports") or []):
        if not 1 <= (port.get("containerPort") or 0) <= 65535:
            here = f"{where}.ports[{index}].containerPort"
            yield invalid_value(here, port.get("containerPort") or 0, PORT_FAULT)


KIND_FAULTS: dict[tuple[str, str], Callable[[JsonObject], Iterator[Cause]]] = {
    ("", "Pod"): pod,
    ("", "ConfigMap"): config_map,
    ("", "Secret"): config_map,
    ("", "Service"): service,
    ("apps", "Deployment"): workload,
    ("apps", "ReplicaSet"): workload,
    ("apps", "StatefulSet"): workload,
    ("apps", "DaemonSet"): workload,
    ("batch", "Job"): job,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): custom_resource_definition,
}
