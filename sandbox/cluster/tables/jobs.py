"""Jobs and CronJobs."""

from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import (
    at,
    containers,
    created,
    deleted,
    has_condition,
    name,
    selector,
)
from sandbox.cluster.tables.durations import age, human, parsed
from sandbox.cluster.tables.printing import Cells, prints


@prints(
    "jobs.batch",
    columns="Name, Status, Completions, Duration, Age, Containers*, Images*, Selector*",
)
def _job(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        _status(item),
        _completions(item),
        _duration(item, now),
        created(item, now),
        *containers(item),
        selector(at(item, "spec.selector")),
    ]


def _status(job: JsonObject) -> str:
    if has_condition(job, "Complete"):
        return "Complete"
    if has_condition(job, "Failed"):
        return "Failed"
    if deleted(job):
        return "Terminating"
    for kind in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if has_condition(job, kind):
            return kind
    return "Running"


def _completions(job: JsonObject) -> str:
    succeeded = at(job, "status.succeeded", 0)
    if (wanted := at(job, "spec.completions")) is not None:
        return f"{succeeded}/{wanted}"
    parallelism = at(job, "spec.parallelism", 0)
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: JsonObject, now: datetime) -> str:
    started = at(job, "status.startTime")
    if not started:
        return ""
    finished = at(job, "status.completionTime")
    return human((parsed(finished) if finished else now) - parsed(started))


@prints(
    "cronjobs.batch",
    columns="Name, Schedule, Timezone, Suspend:boolean, Active:integer, Last Schedule, Age, "
    "Containers*, Images*, Selector*",
)
def _cron_job(item: JsonObject, now: datetime) -> Cells:
    last = at(item, "status.lastScheduleTime")
    return [
        name(item),
        at(item, "spec.schedule", ""),
        at(item, "spec.timeZone", "<none>"),
        # Declared boolean, printed as text: so does the real one.
        {None: "<unset>", True: "True", False: "False"}[at(item, "spec.suspend")],
        len(at(item, "status.active", [])),
        age(last, now) if last else "<none>",
        created(item, now),
        *containers(item, "spec.jobTemplate.spec.template"),
        selector(at(item, "spec.jobTemplate.spec.selector")),
    ]
