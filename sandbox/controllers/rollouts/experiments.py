"""Runs the versions of an experiment side by side for a while (`experiments/experiment.go`)."""

from collections.abc import Iterable
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted
from sandbox.controllers.replica_sets import owner_keys
from sandbox.controllers.rollouts import conditions, spec
from sandbox.controllers.rollouts.experiment_runs import ExperimentRuns
from sandbox.controllers.rollouts.experiment_state import (
    BAD,
    end_of,
    fault,
    has_passed,
    is_required,
    named,
    required_succeeded,
)
from sandbox.controllers.rollouts.experiment_versions import Versions
from sandbox.controllers.rollouts.phase import completed

_TEMPLATE_ORDER = ("Successful", "Running", "Progressing", "Error", "Failed")
_RUN_ORDER = ("Successful", "Running", "Pending", "Inconclusive", "Failed", "Error")
_OWNED = [("apps", "replicasets"), spec.RUNS]


class Experiments:
    """Looks at an experiment after a change of it, its ReplicaSets or its analysis runs."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "rollouts-controller")
        self._versions = Versions(cluster, self._recorder)
        self._runs = ExperimentRuns(cluster, self._recorder)

    def concerned(self, change: Change) -> Iterable[Key]:
        """Name the experiment that changed, or that owns what changed."""
        return owner_keys(change, "Experiment", spec.EXPERIMENTS, _OWNED)

    def reconcile(self, key: Key) -> datetime | None:
        """Bring ReplicaSets and analysis runs where they belong, and write the status."""
        found = self._cluster.store.get(*spec.EXPERIMENTS, *key)
        if found is None or is_deleted(found):
            return None
        before = found.setdefault("status", {})
        new = copied(before)
        if why := fault(found):
            now = self._cluster.stamp()
            conditions.put(new, conditions.made("InvalidSpec", "True", "InvalidSpec", why, now))
            self._cluster.set_status(found, new)
            return None
        owned = self._cluster.owned(found, "apps", "replicasets")
        due = [
            self._versions.reconcile(found, each, owned, new) for each in found["spec"]["templates"]
        ]
        for each in found["spec"].get("analyses") or []:
            self._runs.reconcile(found, each, new)
        self._conclude(found, new)
        if new != before:
            self._cluster.store.update({**found, "status": new})
        due.append(self._end(found, new))
        return min((each for each in due if each is not None), default=None)

    def _conclude(self, experiment: JsonObject, new: JsonObject) -> None:
        if not new.get("phase"):
            new["phase"] = "Pending"
        elif not completed(new["phase"]):
            self._assess(experiment, new)
        self._put_condition(experiment, new)
        before = experiment["status"].get("phase", "")
        if new["phase"] != before:
            text = f"Experiment transitioned from {before} -> {new['phase']}"
            self._tell(experiment, f"Experiment{new['phase']}", text, bad=new["phase"] in BAD)

    def _assess(self, experiment: JsonObject, new: JsonObject) -> None:
        phase, message = _worst_template(new)
        judged, why = _worst_run(experiment, new)
        if phase == "Running" and not new.get("availableAt"):
            new["availableAt"] = self._cluster.stamp()
        required = [a for a in experiment["spec"].get("analyses") or [] if is_required(a)]
        if completed(phase):
            deferred = phase == "Successful" and (completed(judged) or bool(required))
        else:
            failed = completed(judged) and judged != "Successful"
            deferred = failed or required_succeeded(experiment, new)
        new["phase"], said = (judged, why) if deferred else (phase, message)
        new.pop("message", None)
        if said:
            new["message"] = said

    def _put_condition(self, experiment: JsonObject, new: JsonObject) -> None:
        now, name = self._cluster.stamp(), name_of(experiment)
        if new["phase"] == "Successful":
            text = f'Experiment "{name}" has successfully ran and completed.'
            made = ("False", "ExperimentCompleted", text)
        elif _progresses(experiment["status"], new):
            conditions.remove(new, "Progressing")
            made = ("True", "ReplicaSetUpdated", f'Experiment "{name}" is progressing.')
        elif experiment["status"].get("availableAt") and not has_passed(self._cluster, experiment):
            made = ("True", "NewReplicaSetAvailable", f'Experiment "{name}" is running.')
        else:
            return
        conditions.put(new, conditions.made("Progressing", *made, now))

    def _end(self, experiment: JsonObject, new: JsonObject) -> datetime | None:
        end = end_of(experiment, new)
        return end if end is not None and end > self._cluster.now() else None

    def _tell(self, item: JsonObject, reason: str, text: str, *, bad: bool = False) -> None:
        record = self._recorder.warning if bad else self._recorder.normal
        record(item, reason, text)


def _worst_template(new: JsonObject) -> tuple[str, str]:
    statuses = new.get("templateStatuses") or []
    worst = max(statuses, key=lambda each: _TEMPLATE_ORDER.index(each["status"]), default=None)
    if worst is None:
        return "Successful", ""
    phase = "Pending" if worst["status"] == "Progressing" else worst["status"]
    return phase, worst.get("message", "")


def _worst_run(experiment: JsonObject, new: JsonObject) -> tuple[str, str]:
    worst, message = "Successful", ""
    for each in new.get("analysisRuns") or []:
        phase = each["phase"] or "Pending"
        if _RUN_ORDER.index(phase) > _RUN_ORDER.index(worst):
            worst, message = phase, each.get("message", "")
    if required_succeeded(experiment, new) and worst == "Successful":
        return "Successful", "Required AnalysisRuns completed"
    return ("Running" if worst == "Pending" else worst), message


def _progresses(before: JsonObject, new: JsonObject) -> bool:
    fields = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    for each in new.get("templateStatuses") or []:
        old = named(before.get("templateStatuses"), each["name"])
        if old is None or any(old.get(field, 0) != each[field] for field in fields):
            return True
    return False
