"""The versions of an experiment: a ReplicaSet for each template (`experiments/experiment.go`)."""

from datetime import datetime, timedelta

from sandbox.cluster.objects import (
    JsonObject,
    JsonObjects,
    copied,
    name_of,
    namespace_of,
    timestamp,
)
from sandbox.controllers.conditions import moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.hashing import hashed
from sandbox.controllers.ownership import controlled_by
from sandbox.controllers.rollouts import sets
from sandbox.controllers.rollouts.experiment_state import (
    BAD,
    has_passed,
    is_terminating,
    named,
    put,
)
from sandbox.controllers.rollouts.phase import completed
from sandbox.controllers.rollouts.revisions import template_hash

EXPERIMENT = "experiment.argoproj.io/name"
TEMPLATE = "experiment.argoproj.io/template-name"
_DEADLINE_SECONDS, _SCALE_DOWN_SECONDS = 600, 30


class Versions:
    """Creates and scales the ReplicaSets of experiments, and judges whether they run."""

    def __init__(self, cluster: ControlPlane, recorder: Recorder) -> None:
        self._cluster = cluster
        self._recorder = recorder

    def reconcile(
        self, experiment: JsonObject, template: JsonObject, owned: JsonObjects, new: JsonObject
    ) -> datetime | None:
        """Bring one version where it belongs; return when to look at it again."""
        name = template["name"]
        known = named(experiment["status"].get("templateStatuses"), name)
        status = {**(known or {"name": name}), "name": name}
        size = _size(experiment, template, known)
        replica_set = next((s for s in owned if sets.annotation(s, TEMPLATE) == name), None)
        due, now = None, self._cluster.stamp()
        if replica_set is None:
            replica_set = self._create(experiment, template)
            status["lastTransitionTime"] = now
        else:
            due = self._resize(experiment, template, replica_set, size)
        fields = ("replicas", "readyReplicas", "availableReplicas")
        counts = {field: sets.counted(replica_set, field) for field in fields}
        counts["updatedReplicas"] = counts["replicas"]
        if any(status.get(field, 0) != count for field, count in counts.items()):
            status["lastTransitionTime"] = now
        status |= counts
        if not completed(status.get("status", "")):
            self._judge(experiment, status, size)
        if status["status"] != (known or {}).get("status"):
            self._announce(experiment, status, (known or {}).get("status", ""))
        put(new.setdefault("templateStatuses", []), status)
        return due or self._deadline(experiment, status, size)

    def _create(self, experiment: JsonObject, template: JsonObject) -> JsonObject:
        """Create the ReplicaSet, without pods until the next look."""
        pod = copied(template["template"])
        pod.setdefault("metadata", {})
        digest = hashed(template_hash(pod))  # of the stored template, which has defaults
        labels = {**(pod["metadata"].get("labels") or {}), sets.HASH_LABEL: digest}
        pod["metadata"]["labels"] = labels
        chosen = {**(template["selector"].get("matchLabels") or {}), sets.HASH_LABEL: digest}
        return self._cluster.store.create(
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "metadata": {
                    "name": f"{name_of(experiment)}-{template['name']}",
                    "namespace": namespace_of(experiment),
                    "labels": dict(labels),
                    "annotations": {EXPERIMENT: name_of(experiment), TEMPLATE: template["name"]},
                    "ownerReferences": controlled_by(experiment),
                },
                "spec": {
                    "replicas": 0,
                    "selector": {**template["selector"], "matchLabels": chosen},
                    "template": pod,
                },
                "status": {"replicas": 0},
            }
        )

    def _resize(
        self, experiment: JsonObject, template: JsonObject, replica_set: JsonObject, size: int
    ) -> datetime | None:
        """Scale a version, down only after the delay; return when that is over."""
        before = sets.wanted(replica_set)
        if before == size:
            return None
        changed = copied(replica_set)
        if not size:
            delay = experiment["spec"].get("scaleDownDelaySeconds", _SCALE_DOWN_SECONDS)
            end = sets.deadline(replica_set)
            if end is None and delay:
                end = self._cluster.in_seconds(delay)
                changed["metadata"]["annotations"][sets.DEADLINE] = timestamp(end)
                self._cluster.store.update(changed)
            if end is not None and end > self._cluster.now():
                return end
        changed["spec"]["replicas"] = size
        self._cluster.store.update(changed)
        way = "up" if before < size else "down"
        text = f"Scaled {way} ReplicaSet {name_of(replica_set)} from {before} to {size}"
        self._tell(experiment, "ScalingReplicaSet", text)
        return None

    def _judge(self, experiment: JsonObject, status: JsonObject, size: int) -> None:
        over = has_passed(self._cluster, experiment) or is_terminating(experiment)
        since = moment(status.get("lastTransitionTime") or self._cluster.stamp())
        limit = experiment["spec"].get("progressDeadlineSeconds") or _DEADLINE_SECONDS
        if status["availableReplicas"] == size:
            status["status"] = "Successful" if over else "Running"
        elif since + timedelta(seconds=limit) < self._cluster.now():
            status["status"] = "Failed"
            why = f"exceeded its progressDeadlineSeconds ({limit})"
            status["message"] = f"Template '{status['name']}' {why}"
        else:
            status["status"] = "Successful" if is_terminating(experiment) else "Progressing"

    def _announce(self, experiment: JsonObject, status: JsonObject, before: str) -> None:
        text = f"Template '{status['name']}' transitioned from {before} -> {status['status']}"
        if status.get("message"):
            text += f": {status['message']}"
        bad = status["status"] in BAD
        self._tell(experiment, f"Template{status['status']}", text, bad=bad)

    def _deadline(self, experiment: JsonObject, status: JsonObject, size: int) -> datetime | None:
        waits = status["status"] in ("Progressing", "Running")
        if not waits or status["availableReplicas"] == size:
            return None
        limit = experiment["spec"].get("progressDeadlineSeconds") or _DEADLINE_SECONDS
        return moment(status["lastTransitionTime"]) + timedelta(seconds=limit + 1)

    def _tell(self, item: JsonObject, reason: str, text: str, *, bad: bool = False) -> None:
        record = self._recorder.warning if bad else self._recorder.normal
        record(item, reason, text)


def _size(experiment: JsonObject, template: JsonObject, known: JsonObject | None) -> int:
    if is_terminating(experiment) or completed((known or {}).get("status", "")):
        return 0
    size = template.get("replicas")
    return 1 if size is None else int(size)
