"""The Job controller: pods until enough succeeded or too many failed (`pkg/controller/job`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of
from sandbox.controllers import pod_states
from sandbox.controllers.conditions import condition, is_true, moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted
from sandbox.controllers.pod_templates import pod_from
from sandbox.controllers.replica_sets import delete_pod, owner_keys

_LONGEST_PAUSE_SECONDS = 600
_UID_LABEL, _NAME_LABEL = "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"


class Jobs:
    """Runs a Job's pods, counts their ends, and removes the Job after its time to live."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "job-controller")

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a Job after a change of it or of its pods."""
        return owner_keys(change, "Job", ("batch", "jobs"), [("", "pods")])

    def reconcile(self, key: Key) -> datetime | None:
        """Start pods, or finish the Job."""
        found = self._cluster.store.peek("batch", "jobs", *key)
        if found is None or is_deleted(found):
            return None
        if not found["spec"].get("selector"):
            self._cluster.store.update(labelled(found))
            return None
        if is_finished(found):
            return self._expire(found)
        pods = self._cluster.owned(found, "", "pods")
        if found["spec"].get("suspend"):
            self._suspend(found, pods)
            return None
        return self._run(found, pods)

    def _run(self, job: JsonObject, pods: JsonObjects) -> datetime | None:
        failed = sum(pod_states.phase(pod) == "Failed" for pod in pods)
        if failed > job["spec"].get("backoffLimit", 6):
            self._finish(job, pods, failed=True)
        elif _succeeded(pods) >= wanted(job):
            self._finish(job, pods, failed=False)
        else:
            due = _next_start(pods, failed)
            if due is None or due <= self._cluster.now():
                self._start(job, pods)
                due = None
            started = self._cluster.owned(job, "", "pods")
            self._cluster.set_status(job, self._status(job, started))
            return due
        return None

    def _start(self, job: JsonObject, pods: JsonObjects) -> None:
        active = sum(pod_states.is_active(pod) for pod in pods)
        left = wanted(job) - _succeeded(pods)
        for _ in range(min(job["spec"].get("parallelism", 1), left) - active):
            pod = pod_from(job["spec"]["template"], job, self._cluster)
            created = self._cluster.store.create(pod)
            self._recorder.normal(job, "SuccessfulCreate", f"Created pod: {name_of(created)}")

    def _status(self, job: JsonObject, pods: JsonObjects) -> JsonObject:
        before = job.get("status") or {}
        active = [pod for pod in pods if pod_states.is_active(pod)]
        failed = sum(pod_states.phase(pod) == "Failed" for pod in pods)
        counts = {"active": len(active), "succeeded": _succeeded(pods), "failed": failed}
        return {
            **{key: count for key, count in counts.items() if count},
            "ready": sum(pod_states.is_ready(pod) for pod in active),
            "terminating": sum(is_deleted(pod) for pod in pods),
            "uncountedTerminatedPods": {},
            "startTime": before.get("startTime") or self._cluster.stamp(),
            **({"conditions": before["conditions"]} if before.get("conditions") else {}),
        }

    def _finish(self, job: JsonObject, pods: JsonObjects, *, failed: bool) -> None:
        for pod in pods:
            if pod_states.is_active(pod):
                delete_pod(self._cluster, pod)
        status = self._status(job, self._cluster.owned(job, "", "pods"))
        status.pop("active", None)
        if failed:
            reason, text = "BackoffLimitExceeded", "Job has reached the specified backoff limit"
            self._recorder.warning(job, reason, text)
            kinds = ("FailureTarget", "Failed")
        else:
            reason, text = "CompletionsReached", "Reached expected number of succeeded pods"
            self._recorder.normal(job, "Completed", "Job completed")
            kinds = ("SuccessCriteriaMet", "Complete")
            status["completionTime"] = self._cluster.stamp()
        status["conditions"] = [self._condition(kind, reason, text) for kind in kinds]
        self._cluster.set_status(job, status)

    def _suspend(self, job: JsonObject, pods: JsonObjects) -> None:
        if not is_true(job, "Suspended"):
            self._recorder.normal(job, "Suspended", "Job suspended")
        for pod in pods:
            if pod_states.is_active(pod):
                delete_pod(self._cluster, pod)
        known = condition(job, "Suspended")
        noted = known or self._condition("Suspended", "JobSuspended", "Job suspended")
        status = {"ready": 0, "terminating": 0, "uncountedTerminatedPods": {}}
        self._cluster.set_status(job, {**status, "conditions": [noted]})

    def _condition(self, kind: str, reason: str, message: str) -> JsonObject:
        stamp = self._cluster.stamp()
        times = {"lastProbeTime": stamp, "lastTransitionTime": stamp}
        return {"type": kind, "status": "True", **times, "reason": reason, "message": message}

    def _expire(self, job: JsonObject) -> datetime | None:
        seconds = job["spec"].get("ttlSecondsAfterFinished")
        ended = finished_at(job)
        if seconds is None or ended is None:
            return None
        due = moment(ended) + timedelta(seconds=seconds)
        if due > self._cluster.now():
            return due
        self._cluster.remove("batch", "jobs", job)
        return None


def labelled(job: JsonObject) -> JsonObject:
    """Give a Job the selector and the labels that the API server generates."""
    new: JsonObject = copied(job)
    uid, name = new["metadata"]["uid"], name_of(new)
    labels = {_UID_LABEL: uid, _NAME_LABEL: name, "controller-uid": uid, "job-name": name}
    template: dict[str, Any] = new["spec"]["template"].setdefault("metadata", {})
    template["labels"] = {**(template.get("labels") or {}), **labels}
    new["spec"]["selector"] = {"matchLabels": {_UID_LABEL: uid}}
    new["metadata"]["labels"] = {**(new["metadata"].get("labels") or {}), **labels}
    return new


def wanted(job: JsonObject) -> int:
    """Tell how many pods must succeed."""
    return int(job["spec"].get("completions") or 1)


def is_finished(job: JsonObject) -> bool:
    """Tell whether the Job is complete or has failed."""
    return is_true(job, "Complete") or is_true(job, "Failed")


def finished_at(job: JsonObject) -> str | None:
    """Tell when the Job finished."""
    ended = condition(job, "Complete") or condition(job, "Failed")
    return str(ended["lastTransitionTime"]) if ended else None


def _next_start(pods: JsonObjects, failed: int) -> datetime | None:
    """Tell when a pod may take the place of one that failed: ten seconds later, then twenty."""
    ends = [
        status["state"]["terminated"]["finishedAt"]
        for pod in pods
        if pod_states.phase(pod) == "Failed"
        for status in pod["status"].get("containerStatuses") or []
        if "terminated" in status["state"]
    ]
    if not ends:
        return None
    pause = min(10 * 2 ** (failed - 1), _LONGEST_PAUSE_SECONDS)
    return moment(max(ends)) + timedelta(seconds=pause)


def _succeeded(pods: JsonObjects) -> int:
    return sum(pod_states.phase(pod) == "Succeeded" for pod in pods)
