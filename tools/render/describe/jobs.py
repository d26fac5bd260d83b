"""Jobs and CronJobs."""

from datetime import datetime
from typing import Any

from tools.render.describe.conditions import write_conditions
from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import (
    selector_text,
    write_annotations,
    write_controller,
    write_labels,
    write_name,
)
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.template import write_pod_template
from tools.render.describe.times import human_duration, parsed, timestamp

JsonObject = dict[str, Any]

UNSET = "<unset>"
COMPLETED_INDEXES_CHARACTERS = 50


@describes("batch", "Job")
def describe_job(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a Job. Beyond kubectl: the conditions, which say why it failed, and the owner chain."""
    spec = obj["spec"]
    write_name(lines, obj)
    lines.field("Selector", selector_text(spec.get("selector")))
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))
    write_controller(lines, obj, related)
    _write_settings(lines, spec)
    _write_times(lines, obj)
    lines.field("Pods Statuses", _pods_statuses(obj.get("status", {})))
    if spec.get("completionMode") == "Indexed":
        indexes = obj.get("status", {}).get("completedIndexes", "")
        lines.field("Completed Indexes", capped_indexes(indexes))
    write_pod_template(lines, spec["template"])
    write_conditions(lines.aside(), obj)


def _write_settings(lines: Lines, spec: JsonObject) -> None:
    _write_if_set(lines, "Parallelism", spec.get("parallelism"))
    lines.field("Completions", spec.get("completions", UNSET))
    for label, key in (
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ):
        _write_if_set(lines, label, spec.get(key))


def _write_if_set(lines: Lines, label: str, value: object) -> None:
    if value is not None:
        lines.field(label, go_value(value))


def _write_times(lines: Lines, obj: JsonObject) -> None:
    status = obj.get("status", {})
    started, completed = status.get("startTime"), status.get("completionTime")
    if started:
        lines.field("Start Time", timestamp(started))
    if completed:
        lines.field("Completed At", timestamp(completed))
    if started and completed:
        lines.field("Duration", human_duration(parsed(completed) - parsed(started)))
    if (deadline := obj["spec"].get("activeDeadlineSeconds")) is not None:
        lines.field("Active Deadline Seconds", f"{deadline}s")


def _pods_statuses(status: JsonObject) -> str:
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    active, succeeded = status.get("active", 0), status.get("succeeded", 0)
    return f"{active} Active{ready} / {succeeded} Succeeded / {status.get('failed', 0)} Failed"


def capped_indexes(indexes: str) -> str:
    """Cut a list of completed indexes at the first comma from the 50th character on."""
    end = indexes.find(",", COMPLETED_INDEXES_CHARACTERS)
    return f"{indexes[: end + 1]}..." if end >= 0 else indexes or "<none>"


@describes("batch", "CronJob")
def describe_cron_job(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write a CronJob; beyond kubectl, what controls it."""
    spec, status = obj["spec"], obj.get("status", {})
    write_name(lines, obj)
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))
    write_controller(lines.aside(), obj, related)
    _write_schedule(lines, spec)
    _write_job_template(lines, spec["jobTemplate"]["spec"])
    scheduled = status.get("lastScheduleTime")
    lines.field("Last Schedule Time", timestamp(scheduled) if scheduled else UNSET)
    active = (job.get("name", "") for job in status.get("active") or ())
    lines.field("Active Jobs", ", ".join(active) or "<none>")


def _write_schedule(lines: Lines, spec: JsonObject) -> None:
    suspended, deadline = spec.get("suspend"), spec.get("startingDeadlineSeconds")
    lines.field("Schedule", spec.get("schedule", ""))
    lines.field("Concurrency Policy", spec.get("concurrencyPolicy", ""))
    lines.field("Suspend", UNSET if suspended is None else str(suspended))
    lines.field("Time Zone", spec.get("timeZone", UNSET))
    lines.field("Successful Job History Limit", spec.get("successfulJobsHistoryLimit", UNSET))
    lines.field("Failed Job History Limit", spec.get("failedJobsHistoryLimit", UNSET))
    lines.field("Starting Deadline Seconds", UNSET if deadline is None else f"{deadline}s")


def _write_job_template(lines: Lines, spec: JsonObject) -> None:
    selector = spec.get("selector")
    lines.field("Selector", UNSET if selector is None else selector_text(selector))
    lines.field("Parallelism", spec.get("parallelism", UNSET))
    lines.field("Completions", spec.get("completions", UNSET))
    if (deadline := spec.get("activeDeadlineSeconds")) is not None:
        lines.field("Active Deadline Seconds", f"{deadline}s")
    write_pod_template(lines, spec["template"])
