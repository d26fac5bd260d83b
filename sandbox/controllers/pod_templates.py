"""Pods from templates, with what admission adds to every pod that the API server accepts."""

import re
from typing import Any

from sandbox.cluster.objects import JsonObject, copied, namespace_of
from sandbox.cluster.store import Store
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.ownership import controlled_by

_TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
_EVICTED_AFTER_SECONDS = 300
_DEFAULTS = {
    "dnsPolicy": "ClusterFirst",
    "enableServiceLinks": True,
    "preemptionPolicy": "PreemptLowerPriority",
    "priority": 0,
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "serviceAccount": "default",
    "serviceAccountName": "default",
    "terminationGracePeriodSeconds": 30,
}
_CONTAINER_DEFAULTS = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}


def pod_from(
    template: JsonObject, owner: JsonObject, cluster: ControlPlane, name: str = ""
) -> JsonObject:
    """Make a pod of a template for its controller, named `name` or after the owner."""
    metadata = template.get("metadata") or {}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **{key: dict(metadata[key]) for key in ("labels", "annotations") if metadata.get(key)},
            **({"name": name} if name else {"generateName": f"{owner['metadata']['name']}-"}),
            "namespace": namespace_of(owner),
            "ownerReferences": controlled_by(owner),
        },
        "spec": copied(template["spec"]),
    }
    return admitted(pod, cluster.store)


def admitted(pod: JsonObject, store: Store) -> JsonObject:
    """Complete a pod as the server does: defaults, tolerations, the account's token, QoS class."""
    spec = {**_DEFAULTS, **pod["spec"]}
    spec["serviceAccount"] = spec["serviceAccountName"]
    spec["tolerations"] = [*(spec.get("tolerations") or []), *_missing_tolerations(spec)]
    for kind in ("initContainers", "containers"):
        if spec.get(kind):
            spec[kind] = [_container(each) for each in spec[kind]]
    if spec.get("automountServiceAccountToken") is not False:
        _mount_token(spec, store.generated_name("kube-api-access-"))
    status = {"phase": "Pending", "qosClass": quality(spec)}
    return {**pod, "spec": spec, "status": pod.get("status") or status}


def _container(container: JsonObject) -> JsonObject:
    policy = {"imagePullPolicy": image_pull_policy(container.get("image", ""))}
    return {**_CONTAINER_DEFAULTS, **policy, **container}


def _missing_tolerations(spec: JsonObject) -> list[JsonObject]:
    given = spec.get("tolerations") or []
    if any(not each.get("key") and each.get("operator") == "Exists" for each in given):
        return []
    keys = [f"node.kubernetes.io/{state}" for state in ("not-ready", "unreachable")]
    return [
        {
            "key": key,
            "operator": "Exists",
            "effect": "NoExecute",
            "tolerationSeconds": _EVICTED_AFTER_SECONDS,
        }
        for key in keys
        if not any(each.get("key") == key for each in given)
    ]


def _mount_token(spec: JsonObject, volume: str) -> None:
    mount = {"name": volume, "mountPath": _TOKEN_PATH, "readOnly": True}
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        mounts = container.get("volumeMounts") or []
        if not any(each["mountPath"] == _TOKEN_PATH for each in mounts):
            container["volumeMounts"] = [*mounts, mount]
    spec["volumes"] = [*(spec.get("volumes") or []), {"name": volume, "projected": _token()}]


def _token() -> JsonObject:
    namespace: dict[str, Any] = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    certificate = {"key": "ca.crt", "path": "ca.crt"}
    return {
        "defaultMode": 420,
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [certificate]}},
            {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": namespace}]}},
        ],
    }


def quality(spec: JsonObject) -> str:
    """Tell a pod's quality of service class (kubernetes `pkg/apis/core/helper/qos`)."""
    requests, limits, complete = set(), set(), True
    for container in [*(spec.get("initContainers") or []), *spec["containers"]]:
        resources = container.get("resources") or {}
        limited: JsonObject = resources.get("limits") or {}
        asked = {**limited, **(resources.get("requests") or {})}
        requests |= asked.keys() & {"cpu", "memory"}
        limits |= limited.keys() & {"cpu", "memory"}
        complete = complete and all(limited.get(r) == asked.get(r) for r in ("cpu", "memory"))
        complete = complete and {"cpu", "memory"} <= limited.keys()
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if complete else "Burstable"


def image_pull_policy(image: str) -> str:
    """Tell the default pull policy: `Always` for no tag or `latest`, otherwise `IfNotPresent`."""
    tagged = re.search(r":([\w][\w.-]*)$", image)
    latest = not tagged or tagged.group(1) == "latest"
    return "Always" if latest and "@" not in image else "IfNotPresent"
