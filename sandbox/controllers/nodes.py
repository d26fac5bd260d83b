"""Node upkeep: taints that follow from a node's state, and heartbeats of those that are alive."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of
from sandbox.controllers.conditions import is_true, moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.loop import Key

_PREFIX = "node.kubernetes.io/"
_PRESSURES = {"MemoryPressure": "memory", "DiskPressure": "disk", "PIDPressure": "pid"}
_OWN = {f"{_PREFIX}{name}-pressure" for name in _PRESSURES.values()} | {f"{_PREFIX}unschedulable"}
LEASES = "kube-node-lease"
RENEWAL_SECONDS = 10
REPORT_SECONDS = 300  # kubelet nodeStatusReportFrequency


class NodeTaints:
    """Taints nodes that are cordoned or under pressure (`pkg/controller/nodelifecycle`)."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a node after its change."""
        return [("", name_of(change.object))] if change.resource.storage == ("", "nodes") else []

    def reconcile(self, key: Key) -> datetime | None:
        """Add the taints that are missing, and remove those that no longer hold."""
        node = self._cluster.store.get("", "nodes", None, key[1])
        if node is None:
            return None
        given = node["spec"].get("taints") or []
        wanted = _wanted(node)
        kept = [t for t in given if t["key"] not in _OWN or t["key"] in wanted]
        known = {taint["key"] for taint in kept}
        stamp = self._cluster.stamp()
        added = [
            {"key": taint, "effect": "NoSchedule", "timeAdded": stamp}
            for taint in wanted
            if taint not in known
        ]
        if kept != given or added:
            node["spec"]["taints"] = [*kept, *added]
            self._cluster.store.update(node)
        return None


def _wanted(node: JsonObject) -> list[str]:
    states = [f"{name}-pressure" for kind, name in _PRESSURES.items() if is_true(node, kind)]
    if node["spec"].get("unschedulable"):
        states.append("unschedulable")
    return [f"{_PREFIX}{state}" for state in states]


class Heartbeats:
    """Renews the lease of each node that is ready."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster

    def concerned(self, change: Change) -> Iterable[Key]:
        """Begin with a node when it appears."""
        if change.resource.storage != ("", "nodes") or change.type != "ADDED":
            return []
        return [("", name_of(change.object))]

    def reconcile(self, key: Key) -> datetime | None:
        """Renew the lease when it is due."""
        node = self._cluster.store.peek("", "nodes", None, key[1])
        lease = self._cluster.store.peek("coordination.k8s.io", "leases", LEASES, key[1])
        if node is None or lease is None:
            return None
        last = moment(lease["spec"]["renewTime"])
        due = last + timedelta(seconds=RENEWAL_SECONDS)
        if due > self._cluster.now():
            return due
        if is_true(node, "Ready"):
            renewed = copied(lease)
            renewed["spec"]["renewTime"] = self._cluster.micro_stamp()
            self._cluster.store.update(renewed)
            self._report(node)
        return self._cluster.in_seconds(RENEWAL_SECONDS)

    def _report(self, node: JsonObject) -> None:
        """Report the node's conditions anew, now and then, though nothing changed."""
        status = copied(node["status"])
        reported = [moment(c["lastHeartbeatTime"]) for c in status["conditions"] if _beats(c)]
        due = timedelta(seconds=REPORT_SECONDS)
        if not reported or min(reported) + due > self._cluster.now():
            return
        for condition in filter(_beats, status["conditions"]):
            condition["lastHeartbeatTime"] = self._cluster.stamp()
        self._cluster.set_status(node, status)


def _beats(condition: JsonObject) -> bool:
    return bool(condition.get("lastHeartbeatTime"))
