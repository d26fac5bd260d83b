"""Why a build failed: stage and step, failed tests, telling lines, what is new since a good one.

Each part is read by itself, three at a time; one that cannot be read is said, and the others stand.
Three to nine requests, and a few more for a large test report; of the log a bounded part passes
through, and none of it stays.
"""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

from clients.errors import ClientError, NotFoundError
from clients.jenkins.builds import numbered
from clients.jenkins.history import History, Since, history
from clients.jenkins.log_text import opened_end
from clients.jenkins.paths import Build, Place, build
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.jenkins.reports import Report, report_of
from clients.jenkins.stages import Pipeline, pipeline, step_log
from clients.jenkins.telling import Telling, TellingLines

T = TypeVar("T")
MOST_LOG_BYTES = 32 * 2**20
MOST_LOG_SECONDS = 45.0
SUMMARY = (
    "number,result,building,duration,"
    "actions[_class,urlName,causes[shortDescription],parameters[_class,name,value]]"
)
BAD = ("FAILURE", "UNSTABLE", "ABORTED")
_INTERRUPTED = "InterruptedBuildAction"
_HAS_TESTS = "testReport"


@dataclass(slots=True)
class LogFinds:
    """The telling lines, and from where to where the log was searched, in bytes."""

    lines: list[Telling] = field(default_factory=list)
    size: int = 0
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Failure:
    """Everything that was found; None: there is none, or it is in ``unread``."""

    build: Build
    found: JsonObject
    since: Since
    pipeline: Pipeline | None = None
    report: Report | None = None
    log: LogFinds = field(default_factory=LogFinds)
    interrupted: str = ""
    unread: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether there is anything to explain."""
        return self.found.get("result") in BAD or bool(self.found.get("building"))


async def failure(jenkins: JenkinsReader, job: Place, asked: Build | None) -> Failure:
    """Explain a build, or without one the newest that did not succeed."""
    past = await history(jenkins, job)
    chosen = await numbered(jenkins, asked) if asked else _last_bad(job, past)
    found = await jenkins.get_json(chosen, SUMMARY)
    told = Failure(chosen, found, past.since(int(chosen.selector)))
    told.interrupted = _interrupted(found)
    if told.failed:
        await _explain(jenkins, told, past.pipeline)
    return told


async def _explain(jenkins: JenkinsReader, told: Failure, is_pipeline: bool | None) -> None:
    """Read the parts that a build has; a Pipeline's stages are missed, where there are none."""
    read, telling = _Parts(told.unread), TellingLines()
    tested = any(action.get("urlName") == _HAS_TESTS for action in _actions(told.found))
    async with asyncio.TaskGroup() as parts:
        parts.create_task(_read_log(jenkins, told, telling))
        if is_pipeline is not False:
            parts.create_task(_read_stages(jenkins, told, read, missed=bool(is_pipeline)))
        if tested:
            parts.create_task(_read_report(jenkins, told, read))
    told.log.lines = telling.best(await _step_lines(jenkins, told, read))


async def _read_stages(
    jenkins: JenkinsReader, told: Failure, read: "_Parts", *, missed: bool
) -> None:
    told.pipeline = await read.part("stages", pipeline(jenkins, told.build), None, missed=missed)


async def _read_report(jenkins: JenkinsReader, told: Failure, read: "_Parts") -> None:
    told.report = await read.part("test report", report_of(jenkins, told.build), None)


async def _step_lines(jenkins: JenkinsReader, told: Failure, read: "_Parts") -> list[str]:
    """Return the end of what the failed step wrote: its lines tell more than others."""
    if told.pipeline is None or told.pipeline.step is None:
        return []
    lines, _ = await read.part(
        "the step's log", step_log(jenkins, told.build, told.pipeline.step), ([], False)
    )
    return lines


class _Parts:
    """Reads what may fail by itself; what was not read is remembered in a sentence."""

    def __init__(self, unread: list[str]) -> None:
        self._unread = unread

    async def part(self, name: str, work: Awaitable[T], otherwise: T, *, missed: bool = False) -> T:
        """Return what work returns; ``missed``: also what is not there is said."""
        try:
            return await work
        except NotFoundError as absent:
            if missed:
                self._unread.append(f"{name}: {absent}")
        except ClientError as refused:
            self._unread.append(f"{name}: {refused}")
        return otherwise


async def _read_log(jenkins: JenkinsReader, told: Failure, telling: TellingLines) -> None:
    """Search the log; what was found before it broke off stands."""
    try:
        await _search(jenkins, told, telling)
    except ClientError as refused:
        since = f" from byte {told.log.end:,} on" if told.log.end else ""
        told.unread.append(f"log{since}: {refused}")


async def _search(jenkins: JenkinsReader, told: Failure, telling: TellingLines) -> None:
    """Look at every line, or at those of the end of a very long log, for a bounded time."""
    ends, number = time.monotonic() + MOST_LOG_SECONDS, 0
    async with opened_end(jenkins, told.build, MOST_LOG_BYTES) as (log, text):
        finds = told.log = LogFinds(size=log.size, start=log.start, end=log.start)
        async for lines in text.told(telling.is_worth_a_look):
            for length, line in lines:
                number += 1
                if line is not None:
                    telling.add(line, None if log.start else number, finds.end)
                finds.end += length
            if finds.end > log.start + MOST_LOG_BYTES or time.monotonic() > ends:
                return  # it grows while it is read, or comes too slowly
        finds.end = max(finds.end, finds.size)


def _last_bad(job: Place, past: History) -> Build:
    if past.last_bad is None:
        raise NotFoundError(f"No build of {job} has failed, as far as they are kept.")
    return build(job, past.last_bad)


def _actions(found: JsonObject) -> list[JsonObject]:
    return [each for each in found.get("actions") or [] if isinstance(each, dict)]


def _interrupted(found: JsonObject) -> str:
    """Say who or what aborted a build."""
    causes = (
        cause.get("shortDescription")
        for action in _actions(found)
        if str(action.get("_class")).endswith(_INTERRUPTED)
        for cause in action.get("causes") or []
    )
    return ", ".join(str(cause) for cause in causes if cause)
