"""The queue: what became of an item, and taking one out of it."""

import asyncio
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from clients.errors import ClientError, ConflictError, NotFoundError
from clients.jenkins.pace import Pace
from clients.jenkins.paths import ROOT, Place, queue_item
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.jenkins.redirects import refuse_elsewhere
from clients.jenkins.session import Reply
from clients.jenkins.waiting import QUEUE
from clients.jenkins.writer import JenkinsWriter

ITEM = (
    "_class,id,why,blocked,buildable,stuck,cancelled,inQueueSince,params,"
    "task[name,fullName,url],executable[number,url]"
)
_LOCATION = re.compile(r"(?:^|/)queue/item/(\d{1,12})/?$")


@dataclass(frozen=True, slots=True)
class Queued:
    """What is known of an item that was followed: its build's number, or why it waits."""

    item: int
    number: int | None = None
    why: str = ""
    cancelled: bool = False


def item_of(location: str) -> int | None:
    """Return the item that a ``Location`` names; nothing else of it is believed, its host least."""
    try:
        named = _LOCATION.search(urlsplit(location).path)
    except ValueError:
        return None
    return int(named[1]) if named else None


async def followed(jenkins: JenkinsReader, job: Place, item: int, pace: Pace) -> Queued:
    """Follow an item until its build runs, it is cancelled, or the time is over."""
    state = Queued(item)
    try:
        async with asyncio.timeout(pace.longest):
            async for _ in pace.looks():
                state = await _looked_at(jenkins, job, item)
                if state.number is not None or state.cancelled:
                    break
    except TimeoutError:
        return replace(state, why=state.why or "its state could not be read in time")
    except ClientError as refusal:  # it is queued all the same: that is what counts
        return Queued(item, why=f"its state cannot be read: {refusal}")
    return state


async def _looked_at(jenkins: JenkinsReader, job: Place, item: int) -> Queued:
    try:
        found = await jenkins.get_json(queue_item(item), ITEM)
    except NotFoundError:  # it left more than five minutes ago, or may not be seen
        return Queued(item, await _build_of(jenkins, job, item), "it has left the queue")
    executable = found.get("executable") or {}
    number = executable.get("number")
    return Queued(
        item,
        number if isinstance(number, int) else None,
        str(found.get("why") or ""),
        bool(found.get("cancelled")),
    )


async def _build_of(jenkins: JenkinsReader, job: Place, item: int) -> int | None:
    found = await jenkins.exact_json(job, "builds[number,queueId]{0,50}")
    numbers = [b.get("number") for b in found.get("builds") or [] if b.get("queueId") == item]
    return numbers[0] if numbers and isinstance(numbers[0], int) else None


async def cancel(jenkins: JenkinsWriter, item: int) -> str:
    """Take an item out of the queue; return the job it was for. One that has left is refused."""
    found = await jenkins.read.get_json(queue_item(item), ITEM)
    task = found.get("task") or {}
    name = str(task.get("fullName") or task.get("name") or "a job")
    _refuse_what_runs(item, name, found)
    if found.get("cancelled"):
        return name
    if jenkins.dry:
        jenkins.note(
            f'Would cancel queue item {item} of job "{name}", which waits: {reason(found)}.'
        )
        return name
    await _cancelled(jenkins, item, name)
    return name


def reason(item: JsonObject) -> str:
    """Say why an item waits, for a plan: without the seconds that are left, which change."""
    said = str(item.get("why") or "it is not said why")
    return said.partition(" Expires in ")[0].rstrip(".")


def _refuse_what_runs(item: int, name: str, found: JsonObject) -> None:
    if executable := found.get("executable"):
        raise NotFoundError(
            f"Queue item {item} has left the queue: it is build {executable.get('number')} of "
            f'job "{name}" now; jenkins_stop_build stops that.'
        )


async def _cancelled(jenkins: JenkinsWriter, item: int, name: str) -> None:
    """Ask for it; older Jenkins answer 404 or a redirect even when it worked (JENKINS-21311)."""
    answer = await _asked_to_leave(jenkins, item)
    if isinstance(answer, Reply) and answer.status < 300:
        return
    after = await jenkins.read.get_json(queue_item(item), ITEM)
    if after.get("cancelled"):
        return
    _refuse_what_runs(item, name, after)
    if isinstance(answer, NotFoundError):
        raise answer
    refuse_elsewhere(answer, QUEUE, str(jenkins.read.base))
    raise ConflictError(
        f"Jenkins did not take queue item {item} out of the queue: it answered with a redirect "
        f"({answer.status}), and the item waits on. Look again with jenkins_get_queue."
    )


async def _asked_to_leave(jenkins: JenkinsWriter, item: int) -> Reply | NotFoundError:
    try:
        return await jenkins.post(
            ROOT,
            ("queue", "cancelItem"),
            params={"id": str(item)},
            unknown="the item was cancelled",
        )
    except NotFoundError as unknown:
        return unknown
