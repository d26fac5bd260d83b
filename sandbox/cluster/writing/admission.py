"""What admission plugins and registry strategies add to new objects."""

from collections.abc import Callable
from ipaddress import IPv4Network
from itertools import islice

from sandbox.cluster.defaults.pods import fill
from sandbox.cluster.objects import JsonObject, name_of
from sandbox.cluster.schemas import Schema, schema_of
from sandbox.cluster.serving.call import Call
from sandbox.cluster.state import Cluster

SERVICE_NETWORK = IPv4Network("10.96.0.0/16")
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
NODE_TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def admitted(call: Call, obj: JsonObject) -> JsonObject:
    """Return a new object with what the server adds on its own; status starts empty."""
    resource = call.resource
    if resource.subresource("status") is not None:
        obj.pop("status", None)
        if resource.custom is None:
            declared = schema_of(resource).field("status")
            obj["status"] = _zero(declared) if declared is not None else {}
    if add := _ADDITIONS.get((resource.group, resource.kind)):
        add(call.cluster, obj)
    return obj


def _zero(schema: Schema) -> JsonObject:
    """Return what an empty Go struct is as JSON: required members and structs."""
    zeros = {"integer": 0, "boolean": False, "string": ""}
    found: JsonObject = {}
    for name in schema.properties:
        child = schema.field(name)
        if child is not None and child.default == {} and child.shape == "map":
            found[name] = _zero(child)
        elif child is not None and child.default is not None:
            found[name] = child.default
        elif child is not None and name in schema.required:
            found[name] = zeros.get(child.scalar) if child.shape == "scalar" else None
    return found


def _pod(cluster: Cluster, pod: JsonObject) -> None:
    spec = pod["spec"]
    fill(spec, {"serviceAccountName": "default"})
    spec["serviceAccount"] = spec["serviceAccountName"]
    fill(spec, {"priority": 0, "preemptionPolicy": "PreemptLowerPriority"})
    tolerated = {each.get("key") for each in spec.get("tolerations") or []}
    spec["tolerations"] = (spec.get("tolerations") or []) + [
        {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for key in NODE_TAINTS
        if key not in tolerated
    ]
    if spec.get("automountServiceAccountToken") is not False:
        _mount_token(cluster, spec)
    pod["status"] = {"phase": "Pending", "qosClass": quality_of_service(spec)}


def _mount_token(cluster: Cluster, spec: JsonObject) -> None:
    containers = [*(spec.get("initContainers") or []), *spec.get("containers", [])]
    if all(_mounts_token(each) for each in containers):
        return
    name = cluster.store.generated_name("kube-api-access-")
    mount = {"name": name, "readOnly": True, "mountPath": TOKEN_PATH}
    for each in containers:
        if not _mounts_token(each):
            each["volumeMounts"] = [*(each.get("volumeMounts") or []), mount]
    spec["volumes"] = [*(spec.get("volumes") or []), _token_volume(name)]


def _mounts_token(container: JsonObject) -> bool:
    return any(each["mountPath"] == TOKEN_PATH for each in container.get("volumeMounts") or [])


def _token_volume(name: str) -> JsonObject:
    namespace = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    certificate = {"key": "ca.crt", "path": "ca.crt"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [certificate]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": namespace}]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}


def quality_of_service(spec: JsonObject) -> str:
    """Return a pod's QoS class (kubernetes pkg/apis/core/v1/helper/qos)."""
    needs = [
        each.get("resources") or {}
        for each in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]
    ]
    if not any(each.get("requests") or each.get("limits") for each in needs):
        return "BestEffort"
    guaranteed = all(
        {"cpu", "memory"} <= set(each.get("limits") or {})
        and each.get("requests", each["limits"]) == each["limits"]
        for each in needs
    )
    return "Guaranteed" if guaranteed else "Burstable"


def _service(cluster: Cluster, service: JsonObject) -> None:
    spec = service["spec"]
    if spec["type"] == "ExternalName":
        return
    if not spec.get("clusterIP"):
        used = {each["spec"].get("clusterIP") for each in cluster.store.view("", "services")}
        free = (str(each) for each in islice(SERVICE_NETWORK.hosts(), 10, None))
        spec["clusterIP"] = next(each for each in free if each not in used)
    spec["clusterIPs"] = [spec["clusterIP"]]
    fill(spec, {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"})
    if spec["type"] in ("NodePort", "LoadBalancer"):
        _node_ports(cluster, spec)


def _node_ports(cluster: Cluster, spec: JsonObject) -> None:
    used = {
        port.get("nodePort")
        for each in cluster.store.view("", "services")
        for port in each["spec"].get("ports") or []
    }
    free = (number for number in range(30000, 32768) if number not in used)
    for port in spec.get("ports") or []:
        fill(port, {"nodePort": next(free)})


def _namespace(cluster: Cluster, namespace: JsonObject) -> None:
    namespace["spec"]["finalizers"] = ["kubernetes"]
    namespace["status"] = {"phase": "Active"}


def _claim(cluster: Cluster, claim: JsonObject) -> None:
    claim["status"] = {"phase": "Pending"}
    held = claim["metadata"].get("finalizers") or []
    claim["metadata"]["finalizers"] = [*held, "kubernetes.io/pvc-protection"]


def _job(cluster: Cluster, job: JsonObject) -> None:
    spec, uid = job["spec"], cluster.store.generated_uid()
    job["metadata"].setdefault("uid", uid)
    if spec.get("manualSelector"):
        return
    new = {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name_of(job),
        "controller-uid": uid,
        "job-name": name_of(job),
    }
    metadata = spec["template"].setdefault("metadata", {})
    metadata["labels"] = {**(metadata.get("labels") or {}), **new}
    spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}


def _definition(cluster: Cluster, definition: JsonObject) -> None:
    definition["status"] = {
        "conditions": None,
        "acceptedNames": {"plural": "", "kind": ""},
        "storedVersions": [
            each["name"] for each in definition["spec"]["versions"] if each["storage"]
        ],
    }


_ADDITIONS: dict[tuple[str, str], Callable[[Cluster, JsonObject], None]] = {
    ("", "Pod"): _pod,
    ("", "Service"): _service,
    ("", "Namespace"): _namespace,
    ("", "PersistentVolumeClaim"): _claim,
    ("batch", "Job"): _job,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _definition,
}
