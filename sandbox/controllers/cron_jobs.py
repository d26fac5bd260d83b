"""The CronJob controller: a Job whenever the schedule says so (`pkg/controller/cronjob`)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import (
    JsonObject,
    JsonObjects,
    copied,
    name_of,
    namespace_of,
    timestamp,
)
from sandbox.controllers import jobs
from sandbox.controllers.conditions import is_true, moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.cron_schedule import Schedule
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import controlled_by, is_deleted
from sandbox.controllers.replica_sets import owner_keys

_SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"


class CronJobs:
    """Creates Jobs in time, and keeps only the last few finished ones."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "cronjob-controller")

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a CronJob after a change of it or of its Jobs."""
        return owner_keys(change, "CronJob", ("batch", "cronjobs"), [("batch", "jobs")])

    def reconcile(self, key: Key) -> datetime | None:
        """Create the Job that is due and tell when the next one is."""
        found = self._cluster.store.get("batch", "cronjobs", *key)
        if found is None or is_deleted(found):
            return None
        self._note_ends(found)
        self._tidy(found)
        if found["spec"].get("suspend"):
            return None
        schedule, zone = _schedule(found)
        last = (found.get("status") or {}).get("lastScheduleTime")
        since = moment(last or found["metadata"]["creationTimestamp"]).astimezone(zone)
        now = self._cluster.now()
        due = schedule.after(since)
        while due is not None and (later := schedule.after(due)) is not None and later <= now:
            due = later  # times that were missed are made up for once
        if due is None or due > now:
            return due
        self._start(found, due)
        return schedule.after(due)

    def _note_ends(self, cron_job: JsonObject) -> None:
        owned = {each["metadata"]["uid"]: each for each in self._jobs(cron_job)}
        status = cron_job.get("status") or {}
        for entry in status.get("active") or []:
            job = owned.get(entry["uid"])
            if job is not None and not jobs.is_finished(job):
                continue
            status = {**status, "active": [e for e in status["active"] if e != entry]}
            if job is not None:
                status |= self._ended(cron_job, job)
        if not status.get("active"):
            status.pop("active", None)
        if self._cluster.set_status(cron_job, status):
            cron_job["status"] = status

    def _ended(self, cron_job: JsonObject, job: JsonObject) -> JsonObject:
        complete = is_true(job, "Complete")
        message = f"Saw completed job: {name_of(job)}, condition: "
        message += "Complete" if complete else "Failed"
        self._recorder.normal(cron_job, "SawCompletedJob", message)
        return {"lastSuccessfulTime": jobs.finished_at(job)} if complete else {}

    def _tidy(self, cron_job: JsonObject) -> None:
        spec, finished = cron_job["spec"], self._jobs(cron_job)
        complete = [job for job in finished if is_true(job, "Complete")]
        failed = [job for job in finished if is_true(job, "Failed")]
        for kept, each in (
            (spec.get("successfulJobsHistoryLimit", 3), complete),
            (spec.get("failedJobsHistoryLimit", 1), failed),
        ):
            for job in each[: max(len(each) - kept, 0)]:
                for pod in self._cluster.owned(job, "", "pods"):
                    self._cluster.remove("", "pods", pod)
                self._cluster.remove("batch", "jobs", job)

    def _jobs(self, cron_job: JsonObject) -> JsonObjects:
        return self._cluster.owned(cron_job, "batch", "jobs")

    def _start(self, cron_job: JsonObject, due: datetime) -> None:
        status = dict(cron_job.get("status") or {})
        active = status.get("active") or []
        policy = cron_job["spec"].get("concurrencyPolicy", "Allow")
        if active and policy == "Forbid":
            text = "Not starting job because prior execution is running and concurrency policy is "
            self._recorder.normal(cron_job, "JobAlreadyActive", f"{text}Forbid")
            return
        if policy == "Replace":
            for entry in active:
                self._cluster.store.delete("batch", "jobs", namespace_of(cron_job), entry["name"])
            active = []
        job = self._cluster.store.create(_job(cron_job, due))
        self._recorder.normal(cron_job, "SuccessfulCreate", f"Created job {name_of(job)}")
        metadata = job["metadata"]
        reference = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"]}
        reference |= {key: metadata[key] for key in ("namespace", "uid", "resourceVersion")}
        status |= {"active": [*active, reference], "lastScheduleTime": timestamp(due)}
        self._cluster.set_status(cron_job, status)


def _schedule(cron_job: JsonObject) -> tuple[Schedule, ZoneInfo]:
    zone = cron_job["spec"].get("timeZone") or "UTC"
    return Schedule(cron_job["spec"]["schedule"]), ZoneInfo(zone)


def _job(cron_job: JsonObject, due: datetime) -> JsonObject:
    template = copied(cron_job["spec"]["jobTemplate"])
    metadata = template.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), _SCHEDULED_AT: timestamp(due)}
    defaults = {"backoffLimit": 6, "completions": 1, "parallelism": 1, "suspend": False}
    more = {"completionMode": "NonIndexed", "manualSelector": False}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": f"{name_of(cron_job)}-{int(due.timestamp()) // 60}",
            "namespace": namespace_of(cron_job),
            "labels": dict(metadata.get("labels") or {}),
            "annotations": annotations,
            "ownerReferences": controlled_by(cron_job),
        },
        "spec": {**defaults, **more, "podReplacementPolicy": "TerminatingOrFailed"}
        | template["spec"],
        "status": {},
    }
