"""The Deployment controller: ReplicaSets per revision, rolled over step by step.

Follows kubernetes `pkg/controller/deployment`, function for function where it matters.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied
from sandbox.controllers import replica_sets
from sandbox.controllers.conditions import condition, moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.deployments import rolling, scaling, status
from sandbox.controllers.deployments.revisions import Revisions
from sandbox.controllers.deployments.sets import Sets, old_replica_sets
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted


class Deployments:
    """Looks at a Deployment after a change of it or of its ReplicaSets."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        recorder = Recorder(cluster, "deployment-controller")
        self._revisions = Revisions(cluster, recorder)
        self._scaler = scaling.Scaler(cluster, recorder)

    def concerned(self, change: Change) -> Iterable[Key]:
        """Name the Deployment that changed, or that owns what changed."""
        owned = [("apps", "replicasets")]
        return replica_sets.owner_keys(change, "Deployment", ("apps", "deployments"), owned)

    def reconcile(self, key: Key) -> datetime | None:
        """Take the next step of a rollout, or of scaling, and write the status."""
        found = self._cluster.store.get("apps", "deployments", *key)
        if found is None:
            return None
        if is_deleted(found):
            self._write(found, self._sets(found, create=False))
            return None
        self._note_pause(found)
        paused = found["spec"].get("paused", False)
        sets = self._sets(found, create=not paused and self._may_create(found))
        if paused or scaling.is_scaling(found, sets):
            self._scaler.scale(found, sets)
            self._write(found, self._again(found, sets), progress=False)
            return None
        rolling.roll(self._cluster, self._scaler, found, sets)
        written = self._write(found, self._again(found, sets))
        if status.is_complete(written):
            self._revisions.clean_up(written, sets)
        return _deadline(written)

    def _sets(self, deployment: JsonObject, *, create: bool) -> Sets:
        return self._revisions.sets(deployment, create=create)

    def _again(self, deployment: JsonObject, sets: Sets) -> Sets:
        """Read the ReplicaSets as they are after this step."""
        return self._revisions.sets(deployment, create=False) if sets.all else sets

    def _may_create(self, deployment: JsonObject) -> bool:
        """With `Recreate`, the new ReplicaSet waits until every old pod is gone."""
        if deployment["spec"].get("strategy", {}).get("type") != "Recreate":
            return True
        return not any(
            self._cluster.owned(old, "", "pods")
            for old in old_replica_sets(self._cluster, deployment)
        )

    def _note_pause(self, deployment: JsonObject) -> None:
        if noted := status.paused_or_resumed(deployment, self._cluster.stamp()):
            deployment["status"] = noted
            self._cluster.store.update(deployment)

    def _write(self, deployment: JsonObject, sets: Sets, *, progress: bool = True) -> JsonObject:
        stored = self._cluster.store.get("apps", "deployments", *_key(deployment))
        current = stored or deployment
        new = status.calculated(current, sets, self._cluster.stamp(), progress=progress)
        revision = sets.revision
        annotations = current["metadata"].setdefault("annotations", {})
        if revision and annotations.get(status.REVISION) != revision:
            annotations[status.REVISION] = revision
            current["status"] = new
            return self._cluster.store.update(current)
        self._cluster.set_status(current, new)
        return {**copied(current), "status": new}


def _key(item: JsonObject) -> Key:
    return item["metadata"]["namespace"], item["metadata"]["name"]


def _deadline(deployment: JsonObject) -> datetime | None:
    """Tell when a rollout that makes no progress times out."""
    seconds = deployment["spec"].get("progressDeadlineSeconds")
    progressing = condition(deployment, "Progressing")
    if seconds is None or progressing is None or status.is_complete(deployment):
        return None
    if progressing["reason"] in (status.TIMED_OUT, status.AVAILABLE):
        return None
    return moment(progressing["lastUpdateTime"]) + timedelta(seconds=seconds + 1)
