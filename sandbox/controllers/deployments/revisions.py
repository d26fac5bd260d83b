"""Revisions: a ReplicaSet for each template, numbered, and old ones removed beyond the limit."""

from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.deployments import sets as sets_
from sandbox.controllers.deployments import status
from sandbox.controllers.deployments.scaling import new_size
from sandbox.controllers.deployments.sets import (
    DESIRED,
    HASH_LABEL,
    MOST,
    REVISION,
    Sets,
    annotation,
    found_sets,
)
from sandbox.controllers.events import Recorder
from sandbox.controllers.hashing import hashed
from sandbox.controllers.ownership import controlled_by, is_deleted

HISTORY = "deployment.kubernetes.io/revision-history"
# These annotations of a Deployment say nothing about its ReplicaSets.
_NOT_COPIED = {
    "kubectl.kubernetes.io/last-applied-configuration",
    *(REVISION, HISTORY, DESIRED, MOST),
}


class Revisions:
    """Finds, creates and renumbers ReplicaSets."""

    def __init__(self, cluster: ControlPlane, recorder: Recorder) -> None:
        self._cluster = cluster
        self._recorder = recorder

    def sets(self, deployment: JsonObject, *, create: bool) -> Sets:
        """Return the Deployment's ReplicaSets; the new one has the highest revision."""
        found = found_sets(self._cluster, deployment)
        newest = str(max((int(annotation(s, REVISION) or 0) for s in found.old), default=0) + 1)
        if found.new is not None:
            return Sets(self._renumbered(deployment, found.new, newest), found.old)
        if not create:
            return found
        return Sets(self._create(deployment, found, newest), found.old)

    def clean_up(self, deployment: JsonObject, sets: Sets) -> None:
        """Remove the oldest ReplicaSets without pods beyond `revisionHistoryLimit`."""
        limit = deployment["spec"].get("revisionHistoryLimit")
        alive = [old for old in sets.old if not is_deleted(old)]
        if limit is None or len(alive) <= limit:
            return
        alive.sort(key=lambda old: int(annotation(old, REVISION) or 0))
        for old in alive[: len(alive) - limit]:
            if not sets_.wanted(old) and not sets_.counted(old, "replicas"):
                self._cluster.remove("apps", "replicasets", old)

    def _renumbered(self, deployment: JsonObject, new: JsonObject, newest: str) -> JsonObject:
        changed = copied(new)
        annotations = changed["metadata"].setdefault("annotations", {})
        annotations.update(_copied_annotations(deployment))
        before = annotations.get(REVISION, "0")
        if int(before) < int(newest):
            annotations[REVISION] = newest
            past = annotations.get(HISTORY)
            annotations[HISTORY] = f"{past},{before}" if past else before
        seconds = deployment["spec"].get("minReadySeconds")
        if seconds is not None:
            changed["spec"]["minReadySeconds"] = seconds
        return self._cluster.store.update(changed) if changed != new else new

    def _create(self, deployment: JsonObject, found: Sets, newest: str) -> JsonObject:
        new = _replica_set(deployment, newest)
        new["spec"]["replicas"] = size = new_size(deployment, found, 0)
        created = self._cluster.store.create(new)
        if size:
            message = f"Scaled up replica set {name_of(created)} from 0 to {size}"
            self._recorder.normal(deployment, "ScalingReplicaSet", message)
        noted = status.begun(deployment, name_of(created), self._cluster.stamp())
        self._cluster.set_status(deployment, noted)
        return created


def _copied_annotations(deployment: JsonObject) -> JsonObject:
    given = deployment["metadata"].get("annotations") or {}
    return {key: value for key, value in given.items() if key not in _NOT_COPIED}


def _replica_set(deployment: JsonObject, revision: str) -> JsonObject:
    spec = copied(deployment["spec"])
    template, total = spec["template"], sets_.replicas(deployment)
    digest = hashed(template)
    labels = {**(template["metadata"].get("labels") or {}), HASH_LABEL: digest}
    template["metadata"]["labels"] = labels
    chosen = {**(spec["selector"].get("matchLabels") or {}), HASH_LABEL: digest}
    ready = {"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{name_of(deployment)}-{digest}",
            "namespace": namespace_of(deployment),
            "labels": dict(labels),
            "annotations": {
                **_copied_annotations(deployment),
                DESIRED: str(total),
                MOST: str(total + sets_.max_surge(deployment)),
                REVISION: revision,
            },
            "ownerReferences": controlled_by(deployment),
        },
        "spec": {
            "replicas": 0,
            **ready,
            "selector": {**spec["selector"], "matchLabels": chosen},
            "template": template,
        },
        "status": {"replicas": 0},
    }
