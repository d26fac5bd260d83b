"""What a pod spec takes of its node, wherever in an object it stands."""

from collections.abc import Iterator
from typing import Any

from clients.kubernetes.impact.fields import at, items, listed, texts
from clients.kubernetes.objects import JsonObject

_HARMLESS = frozenset({"NET_BIND_SERVICE"})
_HOST = {
    "hostPID": "sees every process of its node",
    "hostNetwork": "is in its node's own network",
    "hostIPC": "shares its node's memory segments",
}
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def pod_powers(obj: Any) -> Iterator[str]:
    """Yield the powers of every pod spec in an object: templates of custom resources have them too.

    A pod spec is what has containers; as in Pod Security's baseline, the rest is harmless.
    """
    if isinstance(obj, list):
        for each in obj:
            yield from pod_powers(each)
    elif isinstance(obj, dict):
        if any(isinstance(obj.get(key), list) for key in _CONTAINERS):
            yield from _spec_powers(obj)
        for each in obj.values():
            if isinstance(each, dict | list):
                yield from pod_powers(each)


def _spec_powers(spec: JsonObject) -> Iterator[str]:
    for field, what in _HOST.items():
        if spec.get(field) is True:
            yield f"the pod {what} ({field})."
    if _host_process(spec):
        yield "the pod's containers are processes of its node (hostProcess)."
    for volume in items(spec, "volumes"):
        if path := at(volume, "hostPath").get("path"):
            yield f"the pod mounts {path} of its node (hostPath, volume {volume.get('name')})."
    for key in _CONTAINERS:
        for container in items(spec, key):
            yield from _container_powers(container)


def _host_process(having_context: JsonObject) -> bool:
    options = at(having_context, "securityContext", "windowsOptions")
    return options.get("hostProcess") is True


def _container_powers(container: JsonObject) -> Iterator[str]:
    security, who = at(container, "securityContext"), f"container {container.get('name')}"
    if security.get("privileged") is True:
        yield f"{who} is privileged: it is root on its node."
    if _host_process(container):
        yield f"{who} is a process of its node (hostProcess)."
    if security.get("procMount") == "Unmasked":
        yield f"{who} sees all of /proc (procMount)."
    added = [each for each in texts(at(security, "capabilities"), "add") if each not in _HARMLESS]
    if added:
        yield f"{who} gets capabilities {listed(added)}."
