"""Nodes, Namespaces, Leases and PriorityClasses."""

from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, condition, created, name
from sandbox.cluster.tables.printing import Cells, prints

_ROLE_PREFIX, _ROLE_LABEL = "node-role.kubernetes.io/", "kubernetes.io/role"


@prints(
    "nodes",
    columns="Name, Status, Roles, Age, Version, Internal-IP*, External-IP*, OS-Image*, "
    "Kernel-Version*, Container-Runtime*",
)
def _node(item: JsonObject, now: datetime) -> Cells:
    system = at(item, "status.nodeInfo", {})
    return [
        name(item),
        _status(item),
        _roles(item) or "<none>",
        created(item, now),
        system.get("kubeletVersion", ""),
        _address(item, "InternalIP"),
        _address(item, "ExternalIP"),
        system.get("osImage") or "<unknown>",
        _kernel(system),
        system.get("containerRuntimeVersion") or "<unknown>",
    ]


def _status(node: JsonObject) -> str:
    ready = condition(node, "Ready")
    if ready is None:
        status = "Unknown"
    else:
        status = "Ready" if ready.get("status") == "True" else "NotReady"
    return f"{status},SchedulingDisabled" if at(node, "spec.unschedulable") else status


def _roles(node: JsonObject) -> str:
    roles = set()
    for key, value in at(node, "metadata.labels", {}).items():
        if key.startswith(_ROLE_PREFIX):
            roles.add(key.removeprefix(_ROLE_PREFIX))
        elif key == _ROLE_LABEL:
            roles.add(value)
    return ",".join(sorted(roles - {""}))


def _address(node: JsonObject, kind: str) -> str:
    addresses = at(node, "status.addresses", [])
    return next((str(a["address"]) for a in addresses if a["type"] == kind), "<none>")


def _kernel(system: JsonObject) -> str:
    kernel, architecture = system.get("kernelVersion") or "<unknown>", system.get("architecture")
    return f"{kernel} ({architecture})" if architecture else str(kernel)


@prints("namespaces", columns="Name, Status, Age")
def _namespace(item: JsonObject, now: datetime) -> Cells:
    return [name(item), at(item, "status.phase", ""), created(item, now)]


@prints("leases.coordination.k8s.io", columns="Name, Holder, Age")
def _lease(item: JsonObject, now: datetime) -> Cells:
    return [name(item), at(item, "spec.holderIdentity", ""), created(item, now)]


@prints(
    "priorityclasses.scheduling.k8s.io",
    columns="Name, Value:integer, Global-Default:boolean, Age, PreemptionPolicy",
)
def _priority_class(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "value", 0),
        at(item, "globalDefault", False),
        created(item, now),
        at(item, "preemptionPolicy", ""),
    ]


@prints("runtimeclasses.node.k8s.io", columns="Name, Handler, Age")
def _runtime_class(item: JsonObject, now: datetime) -> Cells:
    return [name(item), at(item, "handler", ""), created(item, now)]
