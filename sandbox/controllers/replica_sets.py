"""The ReplicaSet controller: as many pods as asked for (`pkg/controller/replicaset`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, name_of, namespace_of
from sandbox.controllers import pod_states
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import controller_of, is_deleted
from sandbox.controllers.pod_templates import pod_from

_GROUP, _PLURAL = "apps", "replicasets"


class ReplicaSets:
    """Creates and deletes pods, and counts those that are ready and available."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "replicaset-controller")

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a ReplicaSet after a change of it or of its pods."""
        return owner_keys(change, "ReplicaSet", (_GROUP, _PLURAL), [("", "pods")])

    def reconcile(self, key: Key) -> datetime | None:
        """Bring the number of pods to the number asked for."""
        found = self._cluster.store.peek(_GROUP, _PLURAL, *key)
        if found is None:
            return None
        if not is_deleted(found):
            self._scale(found)
        pods = self._cluster.owned(found, "", "pods")
        self._cluster.set_status(found, self._status(found, pods))
        return next_available(pods, _min_ready(found), self._cluster.now())

    def _scale(self, owner: JsonObject) -> None:
        active = [p for p in self._cluster.owned(owner, "", "pods") if pod_states.is_active(p)]
        wanted = owner["spec"].get("replicas", 1)
        for _ in range(wanted - len(active)):
            pod = pod_from(owner["spec"]["template"], owner, self._cluster)
            created = self._cluster.store.create(pod)
            self._recorder.normal(owner, "SuccessfulCreate", f"Created pod: {name_of(created)}")
        surplus = sorted(active, key=pod_states.deletion_rank)[: max(len(active) - wanted, 0)]
        for pod in surplus:
            delete_pod(self._cluster, pod)
            self._recorder.normal(owner, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}")

    def _status(self, owner: JsonObject, pods: JsonObjects) -> JsonObject:
        active = [pod for pod in pods if pod_states.is_active(pod)]
        now, minimum = self._cluster.now(), _min_ready(owner)
        labels = owner["spec"]["template"]["metadata"].get("labels") or {}
        counts = {
            "fullyLabeledReplicas": sum(
                labels.items() <= (pod["metadata"].get("labels") or {}).items() for pod in active
            ),
            "readyReplicas": sum(pod_states.is_ready(pod) for pod in active),
            "availableReplicas": sum(pod_states.is_available(p, minimum, now) for p in active),
        }
        return {
            "replicas": len(active),
            **{name: count for name, count in counts.items() if count},
            "terminatingReplicas": sum(is_deleted(pod) for pod in pods),
            "observedGeneration": owner["metadata"].get("generation", 1),
        }


def _min_ready(owner: JsonObject) -> int:
    return int(owner["spec"].get("minReadySeconds") or 0)


def owner_keys(
    change: Change, kind: str, own: tuple[str, str], owned: Sequence[tuple[str, str]]
) -> Iterable[Key]:
    """Name the object that changed, if it is of type `own`, or the `kind` that controls it."""
    item = change.object
    if change.resource.storage == own:
        return [(namespace_of(item), name_of(item))]
    if change.resource.storage not in owned:
        return []
    owner = controller_of(item)
    if owner is None or owner["kind"] != kind:
        return []
    return [(namespace_of(item), owner["name"])]


def next_available(pods: JsonObjects, min_ready_seconds: int, now: datetime) -> datetime | None:
    """Tell when the next ready pod becomes available."""
    times = [pod_states.available_from(pod, min_ready_seconds) for pod in pods]
    return min((time for time in times if time is not None and time > now), default=None)


def delete_pod(cluster: ControlPlane, pod: JsonObject) -> None:
    """Ask for a pod's end; one that runs nowhere is gone at once."""
    running = pod["spec"].get("nodeName") and pod_states.phase(pod) not in pod_states.FINISHED
    grace = pod["spec"].get("terminationGracePeriodSeconds", 30) if running else 0
    cluster.remove("", "pods", pod, grace)
