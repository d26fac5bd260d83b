"""Defaults of pods and pod templates (pkg/apis/core/v1/defaults.go)."""

from typing import Any

from sandbox.cluster.objects import JsonObject

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
CONTAINER = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
POD = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
}
FILE_MODE = 0o644
VOLUMES_WITH_MODE = ("secret", "configMap", "projected", "downwardAPI")


def fill(target: JsonObject, values: JsonObject) -> None:
    """Set what is absent or null."""
    for key, value in values.items():
        if target.get(key) is None:
            target[key] = value


def pod_spec(spec: JsonObject) -> None:
    """Fill in a pod's or a template's spec."""
    fill(spec, {**POD, "securityContext": {}})
    if spec.get("serviceAccountName"):
        fill(spec, {"serviceAccount": spec["serviceAccountName"]})
    for name in ("initContainers", "containers", "ephemeralContainers"):
        for each in spec.get(name) or []:
            _container(each)
    for each in spec.get("volumes") or []:
        _volume(each)


def pod(obj: JsonObject) -> None:
    """Fill in a pod; requests not given are the limits."""
    spec = obj.setdefault("spec", {})
    pod_spec(spec)
    fill(spec, {"enableServiceLinks": True})
    for each in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]:
        limits = each["resources"].get("limits")
        if limits:
            requests = each["resources"].setdefault("requests", {})
            fill(requests, limits)


def template(obj: JsonObject) -> None:
    """Fill in the pod template of a workload's spec."""
    pod_spec(obj["spec"].setdefault("template", {}).setdefault("spec", {}))


def _container(container: JsonObject) -> None:
    fill(container, {**CONTAINER, "imagePullPolicy": _pull_policy(container.get("image") or "")})
    fill(container, {"resources": {}})
    for port in container.get("ports") or []:
        fill(port, {"protocol": "TCP"})
    for each in container.get("env") or []:
        reference = (each.get("valueFrom") or {}).get("fieldRef")
        if reference:
            fill(reference, {"apiVersion": "v1"})
    for name in PROBES:
        if container.get(name):
            fill(container[name], PROBE)
            _http_get(container[name])


def _pull_policy(image: str) -> str:
    tag = image.rpartition("/")[2].partition(":")[2]
    return "IfNotPresent" if "@" in image or (tag and tag != "latest") else "Always"


def _http_get(probe: JsonObject) -> None:
    if probe.get("httpGet"):
        fill(probe["httpGet"], {"path": "/", "scheme": "HTTP"})


def _volume(volume: JsonObject) -> None:
    if set(volume) == {"name"}:
        volume["emptyDir"] = {}
    for kind in VOLUMES_WITH_MODE:
        if volume.get(kind) is not None:
            fill(volume[kind], {"defaultMode": FILE_MODE})
    if volume.get("hostPath"):
        fill(volume["hostPath"], {"type": ""})
    for source in (volume.get("projected") or {}).get("sources") or []:
        _projected(source)


def _projected(source: Any) -> None:
    if source.get("serviceAccountToken"):
        fill(source["serviceAccountToken"], {"expirationSeconds": 3600})
    for each in (source.get("downwardAPI") or {}).get("items") or []:
        if each.get("fieldRef"):
            fill(each["fieldRef"], {"apiVersion": "v1"})
