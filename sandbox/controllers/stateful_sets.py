"""The StatefulSet controller: pods with names and claims that last, one after the other.

Follows kubernetes `pkg/controller/statefulset/stateful_set_control.go`.
"""

from collections.abc import Iterable
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, namespace_of
from sandbox.controllers import pod_states
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted
from sandbox.controllers.pod_templates import pod_from
from sandbox.controllers.replica_sets import delete_pod, next_available, owner_keys
from sandbox.controllers.revisions import HASH_LABEL, History, history, truncate


class StatefulSets:
    """Creates, deletes and replaces pods in the order of their numbers."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "statefulset-controller")

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a StatefulSet after a change of it or of its pods."""
        return owner_keys(change, "StatefulSet", ("apps", "statefulsets"), [("", "pods")])

    def reconcile(self, key: Key) -> datetime | None:
        """Take the one step that is allowed now."""
        found = self._cluster.store.peek("apps", "statefulsets", *key)
        if found is None or is_deleted(found):
            return None
        revisions = history(self._cluster, found)
        current = (found.get("status") or {}).get("currentRevision")
        self._step(found, revisions, current or name_of(revisions.present))
        pods = self._pods(found)
        status = self._status(found, revisions, current or name_of(revisions.present), pods)
        self._cluster.set_status(found, status)
        live = {pod["metadata"]["labels"][HASH_LABEL] for pod in pods}
        truncate(self._cluster, found, revisions, live)
        return next_available(pods, _min_ready(found), self._cluster.now())

    def _pods(self, owner: JsonObject) -> JsonObjects:
        return sorted(self._cluster.owned(owner, "", "pods"), key=_ordinal)

    def _step(self, owner: JsonObject, revisions: History, current: str) -> None:
        parallel = owner["spec"].get("podManagementPolicy") == "Parallel"
        start = (owner["spec"].get("ordinals") or {}).get("start", 0)
        wanted = range(start, start + owner["spec"].get("replicas", 1))
        pods = {_ordinal(pod): pod for pod in self._pods(owner)}
        for ordinal in wanted:
            settled = self._raise(owner, pods.get(ordinal), ordinal, revisions, current)
            if not settled and not parallel:
                return
        surplus = [pods[ordinal] for ordinal in sorted(pods, reverse=True) if ordinal not in wanted]
        for pod in surplus:
            self._delete(owner, pod)
            if not parallel:
                return
        self._update(owner, [pods[o] for o in wanted if o in pods], revisions)

    def _raise(
        self,
        owner: JsonObject,
        pod: JsonObject | None,
        ordinal: int,
        revisions: History,
        current: str,
    ) -> bool:
        """Create a missing pod, or remove a finished one; True when nothing is to be awaited."""
        if pod is None:
            self._create(owner, ordinal, revisions, current)
            return False
        if pod_states.phase(pod) in pod_states.FINISHED:
            self._delete(owner, pod)
            return False
        now = self._cluster.now()
        return not is_deleted(pod) and pod_states.is_available(pod, _min_ready(owner), now)

    def _create(self, owner: JsonObject, ordinal: int, revisions: History, current: str) -> None:
        name = f"{name_of(owner)}-{ordinal}"
        revision = _revision_for(owner, ordinal, revisions, current)
        template = {k: v for k, v in revision["data"]["spec"]["template"].items() if k != "$patch"}
        claims = [self._claim(owner, claim, name) for claim in _claim_templates(owner)]
        pod = pod_from(template, owner, self._cluster, name)
        pod["metadata"].setdefault("labels", {}).update(
            {
                HASH_LABEL: revision["metadata"]["labels"][HASH_LABEL],
                "statefulset.kubernetes.io/pod-name": name,
                "apps.kubernetes.io/pod-index": str(ordinal),
            }
        )
        _mount(pod, claims)
        pod["spec"] |= {"hostname": name, "subdomain": owner["spec"].get("serviceName", "")}
        self._cluster.store.create(pod)
        message = f"Create Pod {name} in StatefulSet {name_of(owner)} successful"
        self._recorder.normal(owner, "SuccessfulCreate", message)

    def _claim(self, owner: JsonObject, template: JsonObject, pod: str) -> tuple[str, str]:
        """Create a pod's claim unless it is left from an earlier pod; answer volume and claim."""
        volume = template["metadata"]["name"]
        name = f"{volume}-{pod}"
        if self._cluster.store.peek("", "persistentvolumeclaims", namespace_of(owner), name):
            return volume, name
        labels = owner["spec"]["selector"].get("matchLabels") or {}
        self._cluster.store.create(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {
                    "name": name,
                    "namespace": namespace_of(owner),
                    "labels": dict(labels),
                    "finalizers": ["kubernetes.io/pvc-protection"],
                },
                "spec": {"volumeMode": "Filesystem", **copied(template["spec"])},
                "status": {"phase": "Pending"},
            }
        )
        message = f"Create Claim {name} Pod {pod} in StatefulSet {name_of(owner)} success"
        self._recorder.normal(owner, "SuccessfulCreate", message)
        return volume, name

    def _delete(self, owner: JsonObject, pod: JsonObject) -> None:
        if is_deleted(pod):
            return
        delete_pod(self._cluster, pod)
        message = f"Delete Pod {name_of(pod)} in StatefulSet {name_of(owner)} successful"
        self._recorder.normal(owner, "SuccessfulDelete", message)

    def _update(self, owner: JsonObject, pods: JsonObjects, revisions: History) -> None:
        """Replace the last pod of an older revision, once all behind it are healthy."""
        strategy = owner["spec"].get("updateStrategy") or {}
        if strategy.get("type") == "OnDelete":
            return
        partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
        for pod in reversed(pods[partition:]):
            if pod["metadata"]["labels"].get(HASH_LABEL) != revisions.digest:
                self._delete(owner, pod)
                return
            if is_deleted(pod) or not pod_states.is_ready(pod):
                return

    def _status(
        self, owner: JsonObject, revisions: History, current: str, pods: JsonObjects
    ) -> JsonObject:
        alive = [pod for pod in pods if not is_deleted(pod)]
        ready = sum(pod_states.is_ready(pod) for pod in alive)
        now = self._cluster.now()
        available = sum(pod_states.is_available(p, _min_ready(owner), now) for p in alive)
        updated = _with_revision(alive, revisions.digest)
        complete = updated == ready == len(pods) == owner["spec"].get("replicas", 1)
        newest = name_of(revisions.present)
        current = newest if complete else current
        counts = {
            "readyReplicas": ready,
            "currentReplicas": _with_revision(alive, current.removeprefix(f"{name_of(owner)}-")),
            "updatedReplicas": updated,
        }
        return {
            "observedGeneration": owner["metadata"].get("generation", 1),
            "replicas": len(pods),
            "availableReplicas": available,
            "collisionCount": 0,
            **{key: count for key, count in counts.items() if count},
            "currentRevision": current,
            "updateRevision": newest,
        }


def _min_ready(owner: JsonObject) -> int:
    return int(owner["spec"].get("minReadySeconds") or 0)


def _ordinal(pod: JsonObject) -> int:
    number = name_of(pod).rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _with_revision(pods: JsonObjects, digest: str) -> int:
    return sum(pod["metadata"]["labels"].get(HASH_LABEL) == digest for pod in pods)


def _claim_templates(owner: JsonObject) -> JsonObjects:
    return owner["spec"].get("volumeClaimTemplates") or []


def _revision_for(owner: JsonObject, ordinal: int, revisions: History, current: str) -> JsonObject:
    """A pod below the partition is created as it was; every other as it shall be."""
    strategy = owner["spec"].get("updateStrategy") or {}
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    if ordinal >= partition:
        return revisions.present
    kept = (each for each in revisions.all if name_of(each) == current)
    return next(kept, revisions.present)


def _mount(pod: JsonObject, claims: list[tuple[str, str]]) -> None:
    volumes = [
        {"name": volume, "persistentVolumeClaim": {"claimName": claim}} for volume, claim in claims
    ]
    pod["spec"]["volumes"] = [*volumes, *(pod["spec"].get("volumes") or [])]
