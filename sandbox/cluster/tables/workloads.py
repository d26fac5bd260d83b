"""Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets, revisions."""

from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import (
    at,
    containers,
    created,
    labels,
    name,
    selector,
    selector_text,
)
from sandbox.cluster.tables.printing import Cells, prints


@prints(
    "deployments.apps",
    columns="Name, Ready, Up-to-date, Available, Age, Containers*, Images*, Selector*",
)
def _deployment(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        f"{at(item, 'status.readyReplicas', 0)}/{at(item, 'spec.replicas', 1)}",
        at(item, "status.updatedReplicas", 0),
        at(item, "status.availableReplicas", 0),
        created(item, now),
        *containers(item),
        selector_text(at(item, "spec.selector")),
    ]


_REPLICAS = (
    "Name, Desired:integer, Current:integer, Ready:integer, Age, Containers*, Images*, Selector*"
)


@prints("replicasets.apps", columns=_REPLICAS)
def _replica_set(item: JsonObject, now: datetime) -> Cells:
    return [*_replicas(item, now), selector(at(item, "spec.selector"))]


@prints("replicationcontrollers", columns=_REPLICAS)
def _replication_controller(item: JsonObject, now: datetime) -> Cells:
    return [*_replicas(item, now), labels(at(item, "spec.selector"))]


def _replicas(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "spec.replicas", 1),
        at(item, "status.replicas", 0),
        at(item, "status.readyReplicas", 0),
        created(item, now),
        *containers(item),
    ]


@prints("statefulsets.apps", columns="Name, Ready, Age, Containers*, Images*")
def _stateful_set(item: JsonObject, now: datetime) -> Cells:
    ready = f"{at(item, 'status.readyReplicas', 0)}/{at(item, 'spec.replicas', 1)}"
    return [name(item), ready, created(item, now), *containers(item)]


@prints(
    "daemonsets.apps",
    columns="Name, Desired:integer, Current:integer, Ready:integer, Up-to-date:integer, "
    "Available:integer, Node Selector, Age, Containers*, Images*, Selector*",
)
def _daemon_set(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "status.desiredNumberScheduled", 0),
        at(item, "status.currentNumberScheduled", 0),
        at(item, "status.numberReady", 0),
        at(item, "status.updatedNumberScheduled", 0),
        at(item, "status.numberAvailable", 0),
        labels(at(item, "spec.template.spec.nodeSelector")),
        created(item, now),
        *containers(item),
        selector(at(item, "spec.selector")),
    ]


@prints("controllerrevisions.apps", columns="Name, Controller, Revision, Age")
def _controller_revision(item: JsonObject, now: datetime) -> Cells:
    return [name(item), _controller(item), at(item, "revision", 0), created(item, now)]


def _controller(item: JsonObject) -> str:
    owners = at(item, "metadata.ownerReferences", [])
    owner = next((o for o in owners if o.get("controller")), None)
    if owner is None:
        return "<none>"
    group = owner["apiVersion"].rpartition("/")[0]
    kind = f"{owner['kind']}.{group}" if group else owner["kind"]
    return f"{kind.lower()}/{owner['name']}"
