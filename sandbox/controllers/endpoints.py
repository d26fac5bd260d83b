"""Endpoints and EndpointSlices of Services with a selector (`endpointslice`, `endpoint`)."""

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, namespace_of
from sandbox.controllers import pod_states
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import controlled_by, is_deleted, selects

_SERVICE_LABEL = "kubernetes.io/service-name"
_SLICE_LABELS = {
    "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
}
_ENDPOINTS_LABELS = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"


class Endpoints:
    """Keeps one EndpointSlice and one Endpoints object per Service."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a Service after its change, and at those that choose a changed pod."""
        item, kind = change.object, change.resource.storage
        if kind == ("", "services"):
            return [(namespace_of(item), name_of(item))]
        if kind != ("", "pods") or not _matters(change):
            return []
        labels = item["metadata"].get("labels")
        return [
            (namespace_of(service), name_of(service))
            for service in self._cluster.store.view("", "services", namespace_of(item))
            if _selector(service) and selects({"matchLabels": _selector(service)}, labels)
        ]

    def reconcile(self, key: Key) -> datetime | None:
        """Write both objects as the pods are now."""
        service = self._cluster.store.peek("", "services", *key)
        if service is None:
            self._forget(key)
            return None
        if not _selector(service) or service["spec"].get("type") == "ExternalName":
            return None
        pods = self._pods(service)
        self._write_slice(service, pods)
        self._write_endpoints(service, pods)
        return None

    def _pods(self, service: JsonObject) -> JsonObjects:
        chosen = {"matchLabels": _selector(service)}
        return [
            pod
            for pod in self._cluster.store.view("", "pods", namespace_of(service))
            if (pod.get("status") or {}).get("podIP")
            and pod_states.phase(pod) not in pod_states.FINISHED
            and selects(chosen, pod["metadata"].get("labels"))
        ]

    def _write_slice(self, service: JsonObject, pods: JsonObjects) -> None:
        owned = self._cluster.owned(service, "discovery.k8s.io", "endpointslices")
        content = {
            "addressType": "IPv4",
            "endpoints": [_endpoint(pod) for pod in pods],
            "ports": [_port(port, pods) for port in service["spec"].get("ports") or []],
        }
        if not owned:
            self._cluster.store.create({**self._new_slice(service), **content})
        elif {key: owned[0].get(key) for key in content} != content:
            self._cluster.store.update({**self._touched(owned[0]), **content})

    def _new_slice(self, service: JsonObject) -> JsonObject:
        labels = {**(service["metadata"].get("labels") or {}), **_SLICE_LABELS}
        return {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "generateName": f"{name_of(service)}-",
                "namespace": namespace_of(service),
                "labels": {**labels, _SERVICE_LABEL: name_of(service)} | _headless(service),
                "annotations": {_TRIGGER: self._cluster.stamp()},
                "ownerReferences": controlled_by(service),
            },
        }

    def _touched(self, item: JsonObject) -> JsonObject:
        new = copied(item)
        new["metadata"].setdefault("annotations", {})[_TRIGGER] = self._cluster.stamp()
        return new

    def _write_endpoints(self, service: JsonObject, pods: JsonObjects) -> None:
        key = (namespace_of(service), name_of(service))
        content = {"subsets": subsets} if (subsets := _subsets(service, pods)) else {}
        found = self._cluster.store.peek("", "endpoints", *key)
        if found is None:
            labels = {**(service["metadata"].get("labels") or {}), **_ENDPOINTS_LABELS}
            metadata = {"name": key[1], "namespace": key[0], "labels": labels | _headless(service)}
            new = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
            self._cluster.store.create({**new, **content})
        elif found.get("subsets") != content.get("subsets"):
            touched = self._touched(found)
            touched.pop("subsets", None)
            self._cluster.store.update({**touched, **content})

    def _forget(self, key: Key) -> None:
        found = self._cluster.store.peek("", "endpoints", *key)
        labels = (found or {"metadata": {}})["metadata"].get("labels") or {}
        if found is not None and _ENDPOINTS_LABELS.items() <= labels.items():
            self._cluster.remove("", "endpoints", found)


def _selector(service: JsonObject) -> dict[str, str]:
    return service["spec"].get("selector") or {}


def _headless(service: JsonObject) -> dict[str, str]:
    """Mark what belongs to a headless Service."""
    headless = service["spec"].get("clusterIP") == "None"
    return {"service.kubernetes.io/headless": ""} if headless else {}


def _matters(change: Change) -> bool:
    """Tell whether a pod's change can be one of its endpoint."""
    before = change.previous
    return before is None or change.type == "DELETED" or _facts(before) != _facts(change.object)


def _facts(pod: JsonObject) -> tuple[Any, ...]:
    status = pod.get("status") or {}
    labels = pod["metadata"].get("labels")
    return (
        status.get("podIP"),
        status.get("phase"),
        labels,
        pod_states.is_ready(pod),
        is_deleted(pod),
    )


def _endpoint(pod: JsonObject) -> JsonObject:
    ready = pod_states.is_ready(pod)
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": ready and not is_deleted(pod),
            "serving": ready,
            "terminating": is_deleted(pod),
        },
        "nodeName": pod["spec"]["nodeName"],
        "targetRef": _target(pod),
    }


def _target(pod: JsonObject) -> JsonObject:
    place = {"name": name_of(pod), "namespace": namespace_of(pod)}
    return {"kind": "Pod", **place, "uid": pod["metadata"]["uid"]}


def _port(port: JsonObject, pods: JsonObjects) -> JsonObject:
    number = _target_port(port, pods)
    return {"name": port.get("name", ""), "port": number, "protocol": port.get("protocol", "TCP")}


def _target_port(port: JsonObject, pods: JsonObjects) -> int:
    """Find the number of a target port, by name in the pods' containers if need be."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    named = (
        declared["containerPort"]
        for pod in pods
        for container in pod["spec"]["containers"]
        for declared in container.get("ports") or []
        if declared.get("name") == target
    )
    return int(next(named, port["port"]))


def _subsets(service: JsonObject, pods: JsonObjects) -> JsonObjects:
    alive = sorted((pod for pod in pods if not is_deleted(pod)), key=_numeric_address)
    if not alive:
        return []
    groups = {
        "addresses": [_address(pod) for pod in alive if pod_states.is_ready(pod)],
        "notReadyAddresses": [_address(pod) for pod in alive if not pod_states.is_ready(pod)],
    }
    ports = [_port(port, pods) for port in service["spec"].get("ports") or []]
    plain = [{key: value for key, value in port.items() if value != ""} for port in ports]
    filled = {key: addresses for key, addresses in groups.items() if addresses}
    return [{**filled, **({"ports": plain} if plain else {})}]


def _numeric_address(pod: JsonObject) -> int:
    return int(ipaddress.ip_address(pod["status"]["podIP"]))


def _address(pod: JsonObject) -> JsonObject:
    where = {"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"]}
    return {**where, "targetRef": _target(pod)}
