"""What to say when Jenkins knows no such thing: where it stops, and which name is near."""

from typing import Any, Protocol

from clients.errors import ClientError, NotFoundError
from clients.jenkins.paths import ROOT, Build, Place, parent
from clients.suggestions import did_you_mean

MOST_NAMES = 1000


class Asking(Protocol):
    """What is needed of a reader."""

    async def exact_json(self, place: Place, tree: str = "") -> dict[str, Any]:
        """GET JSON."""

    async def absence(self, place: Place) -> NotFoundError | None:
        """Return the refusal of a place that does not exist."""


async def explained(jenkins: Asking, place: Place, missing: NotFoundError) -> NotFoundError:
    """Return a refusal that says more; a courtesy, so whatever fails on the way leaves it out."""
    try:
        if isinstance(place, Build):
            return await _missing_build(jenkins, place, missing)
        if place.names[:1] == ("job",):
            return await _missing_job(jenkins, place, missing)
    except ClientError:
        return missing
    return missing


def folder_instead(job: Place) -> str:
    """Say of a folder, where a job with builds is wanted, how to find one."""
    return (
        f"{job} is a folder: it holds jobs, not builds. "
        f'jenkins_get_jobs(folder="{job.full_name}") lists them.'
    )


async def _missing_build(jenkins: Asking, place: Build, missing: NotFoundError) -> NotFoundError:
    try:
        job = await jenkins.exact_json(place.job, "firstBuild[number],lastBuild[number]")
    except NotFoundError as no_job:
        return no_job
    if "lastBuild" not in job:
        return NotFoundError(folder_instead(place.job))
    first, last = (job.get(key) or {} for key in ("firstBuild", "lastBuild"))
    if not last:
        return NotFoundError(f"{place} not found: the job has no builds yet.")
    if place.selector.isdigit():
        there = f"the job has builds {first.get('number')} to {last.get('number')}"
        return NotFoundError(f"{place} not found: {there}, as far as they are kept.")
    return NotFoundError(f"{place} not found: none of the job's builds is one.")


async def _missing_job(jenkins: Asking, place: Place, missing: NotFoundError) -> NotFoundError:
    """Look in the folder; if that is missing too, it is what is refused."""
    above = parent(place)
    if above is not ROOT and (absent := await jenkins.absence(above)):
        return await _missing_job(jenkins, above, absent)
    beside = await jenkins.exact_json(above, f"jobs[name]{{0,{MOST_NAMES}}}")
    names = [str(each.get("name")) for each in beside.get("jobs") or []]
    prefix = "".join(f"{name}/" for name in above.names[1::2])
    near = did_you_mean(prefix + place.names[-1], [prefix + name for name in names])
    return NotFoundError(f"{str(missing).rstrip('.')}.{near}")
