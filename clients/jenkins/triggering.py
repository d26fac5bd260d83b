"""Start a build: the right endpoint for what the job takes, once, and what became of it.

``build`` is for jobs without parameters and refuses others; ``buildWithParameters`` the other way
round (``ParameterizedJobMixIn``). So the job is read first, and the values are checked against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clients.errors import ConflictError, InvalidError, OutcomeUnknownError
from clients.jenkins import parameters, refusals
from clients.jenkins.missing import folder_instead
from clients.jenkins.parameters import Definition
from clients.jenkins.paths import Place
from clients.jenkins.queue import Queued, followed, item_of, reason
from clients.jenkins.reader import JsonObject
from clients.jenkins.redirects import leads_back, refuse_elsewhere
from clients.jenkins.session import Reply
from clients.jenkins.writer import JenkinsWriter
from clients.masking import mask_free_text

TREE = (
    "_class,buildable,inQueue,concurrentBuild,nextBuildNumber,queueItem[id,why],"
    f"lastBuild[number,building],{parameters.TREE}"
)
_SCANNED = ("MultiBranchProject", "OrganizationFolder")
LOOK = "Look with jenkins_get_last_builds before triggering again."


@dataclass(frozen=True, slots=True)
class Triggered:
    """What became of it: followed in the queue, joined to an item that was there, or a scan."""

    queued: Queued | None
    already: bool = False
    told: str = ""


async def trigger(jenkins: JenkinsWriter, job: Place, given: Mapping[str, Any]) -> Triggered | None:
    """Start a build and follow it for a while; None for a dry run, whose notes say it all."""
    found = await jenkins.read.exact_json(job, TREE)
    defined = parameters.definitions(found)
    _refuse_what_does_not_build(job, found)
    values = parameters.checked(defined, given)
    told = parameters.told(defined, values)
    if jenkins.dry:
        jenkins.note(*_plan(job, found, defined, values))
        return None
    reply = await _sent(jenkins, job, defined, values)
    if _is_scanned(found):
        refuse_elsewhere(reply, job, str(jenkins.read.base))
        return Triggered(None)
    item = item_of(reply.headers.get("location", ""))
    if item is None:
        raise _not_queued(job, reply, str(jenkins.read.base))
    queued = await followed(jenkins.read, job, item, jenkins.pace)
    waited = (found.get("queueItem") or {}).get("id") == item
    return Triggered(queued, waited or reply.status == 303, told)


async def _sent(
    jenkins: JenkinsWriter, job: Place, defined: Sequence[Definition], values: Mapping[str, str]
) -> Reply:
    endpoint, form = "build", None
    if parameters.needs_json(defined):
        form = parameters.json_form(defined, values)
    elif defined:
        endpoint, form = "buildWithParameters", dict(values)
    return await jenkins.post(job, (endpoint,), form, unknown="a build was queued", look=LOOK)


def _refuse_what_does_not_build(job: Place, found: JsonObject) -> None:
    if "buildable" not in found and not _is_scanned(found):
        raise InvalidError(f"{folder_instead(job)} Nothing was started.")
    if found.get("buildable") is False:
        raise ConflictError(f"{job} is disabled, so it cannot be built. Nothing was started.")


def _is_scanned(found: JsonObject) -> bool:
    return str(found.get("_class") or "").endswith(_SCANNED)


def _not_queued(job: Place, reply: Reply, base: str) -> Exception:
    """Say why there is no queue item where Jenkins did not refuse."""
    location = reply.headers.get("location", "")
    if 300 <= reply.status < 400 and not leads_back(reply, job):
        return refusals.redirected(reply.status, location, base)
    if 300 <= reply.status < 400:
        return ConflictError(
            f"Jenkins did not queue {job}: something in it refuses new builds now (it is about to "
            "shut down, or a plugin said no). Nothing was started."
        )
    return OutcomeUnknownError(
        f"Jenkins took the order for {job} and names no queue item", "a build was queued", LOOK
    )


def _plan(
    job: Place, found: JsonObject, defined: Sequence[Definition], values: Mapping[str, str]
) -> list[str]:
    """Say what would start, with which values, and what runs or waits already."""
    if _is_scanned(found):
        return [f"Would scan {job} for branches; each that changed is built."]
    notes = [f"Would start build {found.get('nextBuildNumber') or '?'} of {job}."]
    if values:
        notes.append(f"Parameters: {parameters.told(defined, values)}.")
    if left := {each.name: _default(each) for each in defined if each.name not in values}:
        notes.append(f"By default: {parameters.told(defined, left)}.")
    last = found.get("lastBuild") or {}
    if last.get("building"):
        after = "beside it" if found.get("concurrentBuild") else "after it"
        notes.append(f"Build {last.get('number')} is running now; this one would run {after}.")
    if found.get("inQueue"):
        waiting = found.get("queueItem") or {}
        why = mask_free_text(reason(waiting))
        notes.append(
            f"Item {waiting.get('id')} of the queue is for this job already: {why}. "
            "With the same parameters the two become one."
        )
    return notes


def _default(defined: Definition) -> str:
    if isinstance(defined.default, bool):
        return str(defined.default).lower()
    return str(defined.default if defined.default is not None else "")
