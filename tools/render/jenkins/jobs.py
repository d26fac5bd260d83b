"""Jobs and folders, as lists and one by one."""

from collections.abc import Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.jenkins.times import moment, span
from tools.render.tabwriter import align

_STATES = {
    "blue": "success",
    "yellow": "unstable",
    "red": "failed",
    "aborted": "aborted",
    "disabled": "disabled",
    "notbuilt": "not built",
    "grey": "not built",
}
_KINDS = {
    "WorkflowJob": "pipeline",
    "FreeStyleProject": "freestyle",
    "Folder": "folder",
    "WorkflowMultiBranchProject": "multibranch pipeline",
    "OrganizationFolder": "organization folder",
    "MavenModuleSet": "maven",
    "MatrixProject": "matrix",
}


def job_table(jobs: Sequence[JsonObject]) -> list[str]:
    """List jobs by their full names, in Jenkins' order."""
    rows = [f"{name(each)}\t{state(each) or '-'}\t{kind(each)}" for each in jobs]
    return align(["NAME\tSTATUS\tTYPE", *rows]) if rows else []


def name(job: JsonObject) -> str:
    """Return the full name, as every tool takes it."""
    return str(job.get("fullName") or job.get("name"))


def state(job: JsonObject) -> str:
    """Say what the ball's colour means; folders have none."""
    color, _, running = str(job.get("color") or "").partition("_")
    word = _STATES.get(color, color)
    return f"{word}, building" if running else word


def kind(job: JsonObject) -> str:
    """Return what sort of job it is; of plugins that are not known, the class."""
    short = str(job.get("_class") or "").rpartition(".")[2]
    return _KINDS.get(short, short or "job")


def one_job(job: JsonObject, now: datetime) -> str:
    """Say of a job what it is, how its last builds went, what waits, and what it takes."""
    lines = [f"{name(job)}: {', '.join(filter(None, (kind(job), state(job))))}"]
    if job.get("description"):
        lines.append(f"Description: {' '.join(str(job['description']).split())}")
    for label, key in (
        ("Last build", "lastBuild"),
        ("Last success", "lastSuccessfulBuild"),
        ("Last failure", "lastFailedBuild"),
    ):
        if found := job.get(key):
            lines.append(f"{label}: {brief_build(found, now)}")
    lines += _waiting(job)
    if parameters := _parameters(job):
        lines.append(f"Parameters: {', '.join(parameters)}")
    if "jobs" in job:
        lines.append(f'A folder: jenkins_get_jobs(folder="{name(job)}")')
    lines.append(f"URL: {job.get('url')}")
    return "\n".join(lines)


def brief_build(build: JsonObject, now: datetime) -> str:
    """Say of a build its number, result, when and how long, in one line."""
    running = build.get("building")
    took = "" if running or not build.get("duration") else f", {span(build['duration'])}"
    result = "running" if running else build.get("result")
    head = f"#{build.get('number')} {result}" if result else f"#{build.get('number')}"
    return f"{head}, {moment(build.get('timestamp'), now)}{took}"


def _waiting(job: JsonObject) -> list[str]:
    if not job.get("inQueue"):
        return []
    item = job.get("queueItem") or {}
    return [f"In the queue: item {item.get('id')}: {item.get('why')}"]


def _parameters(job: JsonObject) -> list[str]:
    return [
        str(each.get("name"))
        for holder in job.get("property") or []
        for each in (holder or {}).get("parameterDefinitions") or []
    ]
