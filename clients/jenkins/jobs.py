"""Jobs and folders: one folder's, page by page, or everything below one."""

from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import InvalidError
from clients.jenkins.paths import Place, job
from clients.jenkins.reader import JenkinsReader, JsonObject

FIELDS = "_class,name,fullName,color,buildable"
_BUILD = "number,building,result,timestamp,duration"
SUMMARY = (
    f"{FIELDS},description,url,inQueue,queueItem[id,why],lastBuild[{_BUILD}],"
    f"lastSuccessfulBuild[{_BUILD}],lastFailedBuild[{_BUILD}],jobs[name]{{0,1}},"
    "property[parameterDefinitions[name]]"
)
# One request reads this many levels; folders at the last of them are asked again.
LEVELS = 4
MOST_SKIPPED = 1_000_000


@dataclass(frozen=True, slots=True)
class JobList:
    """Jobs in Jenkins' order, and whether more follow."""

    items: Sequence[JsonObject]
    more: bool


async def jobs_of(jenkins: JenkinsReader, folder: Place, start: int, limit: int) -> JobList:
    """Return one page of a folder's jobs; one more is asked for, to know whether it goes on."""
    start = min(start, MOST_SKIPPED)  # beyond what Jenkins reads as a number there is nothing
    found = await jenkins.get_json(folder, f"jobs[{FIELDS}]{{{start},{start + limit + 1}}}")
    items = _children(found, folder)
    return JobList(items[:limit], len(items) > limit)


async def jobs_below(jenkins: JenkinsReader, folder: Place, start: int, limit: int) -> JobList:
    """Return one page of all jobs below a folder, each folder before what is in it."""
    items: list[JsonObject] = []
    await _collect(jenkins, folder, items, start + limit + 1)
    return JobList(items[start : start + limit], len(items) > start + limit)


async def _collect(
    jenkins: JenkinsReader, folder: Place, items: list[JsonObject], most: int
) -> None:
    found = await jenkins.get_json(folder, _nested(LEVELS))
    await _flatten(jenkins, _children(found, folder), items, most)


async def _flatten(
    jenkins: JenkinsReader, jobs: Sequence[JsonObject], items: list[JsonObject], most: int
) -> None:
    for each in jobs:
        if len(items) >= most:
            return
        items.append(each)
        if not is_folder(each):
            continue
        if "jobs" in each:
            await _flatten(jenkins, each["jobs"], items, most)
        else:
            await _collect(jenkins, job(str(each["fullName"])), items, most)


def is_folder(item: JsonObject) -> bool:
    """Whether jobs lie in it: folders have no colour, and are asked for by their class else."""
    return "jobs" in item or ("color" not in item and "buildable" not in item)


def _nested(levels: int) -> str:
    return f"jobs[{FIELDS},{_nested(levels - 1)}]" if levels > 1 else f"jobs[{FIELDS}]"


def _children(found: JsonObject, folder: Place) -> list[JsonObject]:
    if "jobs" not in found:
        raise InvalidError(f"{folder} is no folder: it has builds, not jobs.")
    return [each for each in found["jobs"] or [] if isinstance(each, dict)]
