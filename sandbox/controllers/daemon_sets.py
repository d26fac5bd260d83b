"""The DaemonSet controller: one pod on every node that it fits (`pkg/controller/daemon`)."""

from collections.abc import Iterable
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, name_of, namespace_of
from sandbox.controllers import pod_states
from sandbox.controllers.amounts import resolved
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.node_fit import hard_taints, matches_node, tolerates
from sandbox.controllers.ownership import is_deleted
from sandbox.controllers.pod_templates import pod_from
from sandbox.controllers.replica_sets import delete_pod, next_available, owner_keys
from sandbox.controllers.revisions import (
    HASH_LABEL,
    TEMPLATE_GENERATION,
    History,
    history,
    truncate,
)

_GENERATION_LABEL = "pod-template-generation"
_STATES = {
    "not-ready": "NoExecute",
    "unreachable": "NoExecute",
    "disk-pressure": "NoSchedule",
    "memory-pressure": "NoSchedule",
    "pid-pressure": "NoSchedule",
    "unschedulable": "NoSchedule",
}


class DaemonSets:
    """Creates a pod for each node, and replaces those of older templates a few at a time."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "daemonset-controller")

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a DaemonSet after a change of it or its pods; at all when nodes come or go."""
        if change.resource.storage == ("", "nodes"):
            if change.previous is not None and change.previous["spec"] == change.object["spec"]:
                return []
            all_ = self._cluster.store.view("apps", "daemonsets")
            return [(namespace_of(each), name_of(each)) for each in all_]
        return owner_keys(change, "DaemonSet", ("apps", "daemonsets"), [("", "pods")])

    def reconcile(self, key: Key) -> datetime | None:
        """Create and delete pods, then replace old ones."""
        found = self._cluster.store.peek("apps", "daemonsets", *key)
        if found is None or is_deleted(found):
            return None
        revisions = history(self._cluster, found)
        nodes = [name_of(node) for node in self._nodes(found)]
        pods = self._by_node(found)
        for node in nodes:
            if not pods.get(node):
                self._create(found, node, revisions)
        self._remove_surplus(found, pods, nodes)
        self._replace(found, pods, nodes, revisions)
        pods = self._by_node(found)
        self._cluster.set_status(found, self._status(found, pods, nodes, revisions))
        every = [pod for each in pods.values() for pod in each]
        truncate(self._cluster, found, revisions, {_digest(pod) for pod in every})
        return next_available(every, _min_ready(found), self._cluster.now())

    def _nodes(self, owner: JsonObject) -> JsonObjects:
        pod = {"spec": _tolerating(owner["spec"]["template"]["spec"])}
        return [
            node
            for node in self._cluster.store.view("", "nodes")
            if matches_node(pod, node) and all(tolerates(pod, taint) for taint in hard_taints(node))
        ]

    def _by_node(self, owner: JsonObject) -> dict[str, JsonObjects]:
        pods: dict[str, JsonObjects] = {}
        for pod in self._cluster.owned(owner, "", "pods"):
            pods.setdefault(_node_of(pod), []).append(pod)
        return pods

    def _create(self, owner: JsonObject, node: str, revisions: History) -> None:
        pod = pod_from(owner["spec"]["template"], owner, self._cluster)
        generation = (owner["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION, "1")
        labels = {HASH_LABEL: revisions.digest, _GENERATION_LABEL: generation}
        pod["metadata"].setdefault("labels", {}).update(labels)
        pod["spec"] = _tolerating(pod["spec"]) | {"affinity": _only_on(node)}
        created = self._cluster.store.create(pod)
        self._recorder.normal(owner, "SuccessfulCreate", f"Created pod: {name_of(created)}")

    def _remove_surplus(
        self, owner: JsonObject, pods: dict[str, JsonObjects], nodes: list[str]
    ) -> None:
        for node, there in pods.items():
            alive = [pod for pod in there if not is_deleted(pod)]
            finished = [p for p in alive if pod_states.phase(p) in pod_states.FINISHED]
            for pod in alive if node not in nodes else [*alive[1:], *finished]:
                self._delete(owner, pod)

    def _replace(
        self,
        owner: JsonObject,
        pods: dict[str, JsonObjects],
        nodes: list[str],
        revisions: History,
    ) -> None:
        strategy = owner["spec"].get("updateStrategy") or {}
        if strategy.get("type") == "OnDelete":
            return
        share = (strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1)
        there = [pod for node in nodes for pod in pods.get(node, [])[:1]]
        healthy = [p for p in there if pod_states.is_ready(p) and not is_deleted(p)]
        old = [pod for pod in there if _digest(pod) != revisions.digest and not is_deleted(pod)]
        sick = [pod for pod in old if not pod_states.is_ready(pod)]
        spare = resolved(share, len(nodes), up=True) - (len(nodes) - len(healthy))
        well = [pod for pod in old if pod_states.is_ready(pod)]
        for pod in [*sick, *well[: max(spare, 0)]]:
            self._delete(owner, pod)

    def _delete(self, owner: JsonObject, pod: JsonObject) -> None:
        delete_pod(self._cluster, pod)
        self._recorder.normal(owner, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}")

    def _status(
        self,
        owner: JsonObject,
        pods: dict[str, JsonObjects],
        nodes: list[str],
        revisions: History,
    ) -> JsonObject:
        there = [pods[node][0] for node in nodes if pods.get(node)]
        ready = [pod for pod in there if pod_states.is_ready(pod)]
        now = self._cluster.now()
        available = sum(pod_states.is_available(pod, _min_ready(owner), now) for pod in ready)
        updated = sum(_digest(pod) == revisions.digest for pod in there)
        missing = len(nodes) - available
        return {
            "currentNumberScheduled": len(there),
            "desiredNumberScheduled": len(nodes),
            "numberMisscheduled": sum(node not in nodes for node in pods),
            "numberReady": len(ready),
            **({"updatedNumberScheduled": updated} if updated else {}),
            **({"numberAvailable": available} if available else {}),
            **({"numberUnavailable": missing} if missing else {}),
            "observedGeneration": owner["metadata"].get("generation", 1),
        }


def _min_ready(owner: JsonObject) -> int:
    return int(owner["spec"].get("minReadySeconds") or 0)


def _digest(pod: JsonObject) -> str:
    return str(pod["metadata"]["labels"].get(HASH_LABEL))


def _node_of(pod: JsonObject) -> str:
    """Return the node a pod is bound to, or shall be."""
    bound = pod["spec"].get("nodeName")
    if bound:
        return str(bound)
    affinity = pod["spec"]["affinity"]["nodeAffinity"]
    required = affinity["requiredDuringSchedulingIgnoredDuringExecution"]
    return str(required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0])


def _only_on(node: str) -> JsonObject:
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


def _tolerating(spec: JsonObject) -> JsonObject:
    """Add the tolerations that every daemon has (`AddOrUpdateDaemonPodTolerations`)."""
    kept = [
        each
        for each in spec.get("tolerations") or []
        if each.get("key", "").removeprefix("node.kubernetes.io/") not in _STATES
    ]
    added = [
        {"key": f"node.kubernetes.io/{state}", "operator": "Exists", "effect": effect}
        for state, effect in _STATES.items()
    ]
    return {**spec, "tolerations": [*kept, *added]}
