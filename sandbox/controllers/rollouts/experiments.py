"""Runs the versions of an experiment side by side for a while (`experiments/experiment.go`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.cluster.changes import Change
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
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import controlled_by, controller_of, is_deleted
from sandbox.controllers.replica_sets import owner_keys
from sandbox.controllers.rollouts import conditions, sets, spec, templates
from sandbox.controllers.rollouts.durations import seconds
from sandbox.controllers.rollouts.phase import completed
from sandbox.controllers.rollouts.revisions import template_hash

EXPERIMENT = "experiment.argoproj.io/name"
TEMPLATE = "experiment.argoproj.io/template-name"
_BAD = ("Failed", "Error", "Inconclusive")
_TEMPLATE_ORDER = ("Successful", "Running", "Progressing", "Error", "Failed")
_RUN_ORDER = ("Successful", "Running", "Pending", "Inconclusive", "Failed", "Error")
_OWNED = [("apps", "replicasets"), spec.RUNS]
_DEADLINE_SECONDS, _SCALE_DOWN_SECONDS = 600, 30


class Experiments:
    """Looks at an experiment after a change of it, its ReplicaSets or its analysis runs."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "rollouts-controller")

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
        owned = self._cluster.owned(found, "apps", "replicasets")
        due = [self._template(found, each, owned, new) for each in found["spec"]["templates"]]
        for each in found["spec"].get("analyses") or []:
            self._analysis(found, each, new)
        self._conclude(found, new)
        if new != before:
            self._cluster.store.update({**found, "status": new})
        due.append(self._end(found, new))
        return min((each for each in due if each is not None), default=None)

    def _template(
        self, experiment: JsonObject, template: JsonObject, owned: JsonObjects, new: JsonObject
    ) -> datetime | None:
        name = template["name"]
        known = _named(experiment["status"].get("templateStatuses"), name)
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
            self._judge_template(experiment, status, size)
        if status["status"] != (known or {}).get("status"):
            self._announce_template(experiment, status, (known or {}).get("status", ""))
        _put(new.setdefault("templateStatuses", []), status)
        return due or self._deadline(experiment, status, size)

    def _create(self, experiment: JsonObject, template: JsonObject) -> JsonObject:
        """Create the ReplicaSet, without pods until the next look."""
        pod = copied(template["template"])
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

    def _judge_template(self, experiment: JsonObject, status: JsonObject, size: int) -> None:
        over = self._has_passed(experiment) or is_terminating(experiment)
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

    def _announce_template(self, experiment: JsonObject, status: JsonObject, before: str) -> None:
        text = f"Template '{status['name']}' transitioned from {before} -> {status['status']}"
        if status.get("message"):
            text += f": {status['message']}"
        bad = status["status"] in _BAD
        self._tell(experiment, f"Template{status['status']}", text, bad=bad)

    def _analysis(self, experiment: JsonObject, asked: JsonObject, new: JsonObject) -> None:
        known = _named(experiment["status"].get("analysisRuns"), asked["name"])
        before: JsonObject = known or {"name": asked["name"], "analysisRun": "", "phase": ""}
        status = dict(before)
        if experiment["status"].get("availableAt") is None:
            _put(new.setdefault("analysisRuns", []), status)
            return
        if not before["analysisRun"]:
            if not is_terminating(experiment):
                self._start(experiment, asked, status)
        elif not completed(before["phase"]):
            self._follow(experiment, status)
        if status["phase"] != before["phase"] and status["phase"]:
            self._announce_run(experiment, status, before["phase"])
        _put(new.setdefault("analysisRuns", []), status)

    def _start(self, experiment: JsonObject, asked: JsonObject, status: JsonObject) -> None:
        more = experiment["spec"].get("analysisRunMetadata") or {}
        try:
            run = templates.start_run(
                self._cluster,
                experiment,
                name=f"{name_of(experiment)}-{asked['name']}",
                references=[asked],
                arguments=asked.get("args") or [],
                labels=dict(more.get("labels") or {}),
                annotations=dict(more.get("annotations") or {}),
            )
        except templates.TemplateError as missing:
            why = f"Failed to create AnalysisRun for analysis '{asked['name']}': {missing}"
            status.update(phase="Error", message=why)
        else:
            status.update(phase="Pending", analysisRun=name_of(run))

    def _follow(self, experiment: JsonObject, status: JsonObject) -> None:
        where = (namespace_of(experiment), status["analysisRun"])
        run = self._cluster.store.get(*spec.RUNS, *where)
        if run is None:
            message = f'analysisruns.argoproj.io "{status["analysisRun"]}" not found'
            status.update(phase="Error", message=message)
            return
        told = run.get("status") or {}
        if is_terminating(experiment):
            if not completed(told.get("phase", "")) and not run["spec"].get("terminate"):
                run["spec"]["terminate"] = True
                self._cluster.store.update(run)
            return
        status["phase"] = told.get("phase") or status["phase"]
        if told.get("message"):
            status["message"] = told["message"]

    def _announce_run(self, experiment: JsonObject, status: JsonObject, before: str) -> None:
        text = f"AnalysisRun '{status['name']}' transitioned from {before} -> {status['phase']}"
        if status.get("message"):
            text += f": {status['message']}"
        bad = status["phase"] in _BAD
        self._tell(experiment, f"AnalysisRun{status['phase']}", text, bad=bad)
        owner = controller_of(experiment)
        if owner is not None:  # always as a warning, so that subscribers of notifications hear it
            rollout = self._cluster.store.peek(
                *spec.ROLLOUTS, namespace_of(experiment), owner["name"]
            )
            if rollout is not None:
                self._tell(rollout, f"AnalysisRun{status['phase']}", text, bad=True)

    def _conclude(self, experiment: JsonObject, new: JsonObject) -> None:
        if not new.get("phase"):
            new["phase"] = "Pending"
        elif not completed(new["phase"]):
            self._assess(experiment, new)
        self._put_condition(experiment, new)
        before = experiment["status"].get("phase", "")
        if new["phase"] != before:
            text = f"Experiment transitioned from {before} -> {new['phase']}"
            self._tell(experiment, f"Experiment{new['phase']}", text, bad=new["phase"] in _BAD)

    def _assess(self, experiment: JsonObject, new: JsonObject) -> None:
        phase, message = _worst_template(new)
        judged, why = _worst_run(experiment, new)
        if phase == "Running" and not new.get("availableAt"):
            new["availableAt"] = self._cluster.stamp()
        required = [a for a in experiment["spec"].get("analyses") or [] if _is_required(a)]
        if completed(phase):
            deferred = phase == "Successful" and (completed(judged) or bool(required))
        else:
            failed = completed(judged) and judged != "Successful"
            deferred = failed or _required_succeeded(experiment, new)
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
        elif experiment["status"].get("availableAt") and not self._has_passed(experiment):
            made = ("True", "NewReplicaSetAvailable", f'Experiment "{name}" is running.')
        else:
            return
        conditions.put(new, conditions.made("Progressing", *made, now))

    def _has_passed(self, experiment: JsonObject) -> bool:
        end = _end_of(experiment, experiment["status"])
        return end is not None and end <= self._cluster.now()

    def _end(self, experiment: JsonObject, new: JsonObject) -> datetime | None:
        end = _end_of(experiment, new)
        return end if end is not None and end > self._cluster.now() else None

    def _deadline(self, experiment: JsonObject, status: JsonObject, size: int) -> datetime | None:
        waits = status["status"] in ("Progressing", "Running")
        if not waits or status["availableReplicas"] == size:
            return None
        limit = experiment["spec"].get("progressDeadlineSeconds") or _DEADLINE_SECONDS
        return moment(status["lastTransitionTime"]) + timedelta(seconds=limit + 1)

    def _tell(self, item: JsonObject, reason: str, text: str, *, bad: bool = False) -> None:
        record = self._recorder.warning if bad else self._recorder.normal
        record(item, reason, text)


def is_terminating(experiment: JsonObject) -> bool:
    """Tell whether an experiment comes to its end (`IsTerminating`)."""
    status = experiment["status"]
    if experiment["spec"].get("terminate") or completed(status.get("phase", "")):
        return True
    if any(each.get("status") in _BAD for each in status.get("templateStatuses") or []):
        return True
    if any(each.get("phase") in _BAD for each in status.get("analysisRuns") or []):
        return True
    return _required_succeeded(experiment, status)


def _size(experiment: JsonObject, template: JsonObject, known: JsonObject | None) -> int:
    if is_terminating(experiment) or completed((known or {}).get("status", "")):
        return 0
    size = template.get("replicas")
    return 1 if size is None else int(size)


def _end_of(experiment: JsonObject, status: JsonObject) -> datetime | None:
    duration, since = experiment["spec"].get("duration"), status.get("availableAt")
    if not duration or not since:
        return None
    return moment(since) + timedelta(seconds=seconds(duration))


def _is_required(analysis: JsonObject) -> bool:
    return bool(analysis.get("requiredForCompletion"))


def _required_succeeded(experiment: JsonObject, status: JsonObject) -> bool:
    required = [a["name"] for a in experiment["spec"].get("analyses") or [] if _is_required(a)]
    runs = [_named(status.get("analysisRuns"), name) for name in required]
    return bool(runs) and all(run is not None and run["phase"] == "Successful" for run in runs)


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
    if _required_succeeded(experiment, new) and worst == "Successful":
        return "Successful", "Required AnalysisRuns completed"
    return ("Running" if worst == "Pending" else worst), message


def _progresses(before: JsonObject, new: JsonObject) -> bool:
    fields = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    for each in new.get("templateStatuses") or []:
        old = _named(before.get("templateStatuses"), each["name"])
        if old is None or any(old.get(field, 0) != each[field] for field in fields):
            return True
    return False


def _named(items: JsonObjects | None, name: str) -> JsonObject | None:
    return next((each for each in items or [] if each["name"] == name), None)


def _put(items: JsonObjects, new: JsonObject) -> None:
    for index, each in enumerate(items):
        if each["name"] == new["name"]:
            items[index] = new
            return
    items.append(new)
