"""Why a build failed: stage and step, failed tests, telling lines, what is new since a good one.

Each part is read by itself, a few at a time; one that cannot be read is said, and the others stand.
Four requests, and a few more for a large test report; of the log at most ``MOST_LOG_BYTES`` pass
through, and none of them stays.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

from clients.errors import ClientError, NotFoundError
from clients.jenkins import reports, stages
from clients.jenkins.builds import commits, numbered
from clients.jenkins.log_lines import log_lines
from clients.jenkins.paths import Build, Place, build
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.jenkins.telling import Telling, TellingLines
from clients.masking import mask_free_text

T = TypeVar("T")
MOST_BUILDS = 50
MOST_LOG_BYTES = 32 * 2**20
_ITEMS = "[items[commitId,msg,author[fullName]]{0,21}]"
_BUILDS = f"builds[number,result,building,changeSet{_ITEMS},changeSets{_ITEMS}]{{0,{MOST_BUILDS}}}"
HISTORY = f"lastUnsuccessfulBuild[number],lastStableBuild[number],{_BUILDS}"
SUMMARY = (
    "number,result,building,duration,"
    "actions[_class,causes[shortDescription],parameters[_class,name,value]]"
)
BAD = ("FAILURE", "UNSTABLE", "ABORTED")
_INTERRUPTED = "InterruptedBuildAction"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; ``build`` is the build that it came with."""

    id: str
    title: str
    author: str
    build: int


@dataclass(slots=True)
class Since:
    """The last good build before, and the commits after it, oldest first."""

    good: int | None = None
    commits: list[Commit] = field(default_factory=list)
    complete: bool = True
    later: tuple[int, str] | None = None  # a newer build that ended, and as what


@dataclass(slots=True)
class LogFinds:
    """The telling lines; ``start``: where the log was searched from, in bytes."""

    lines: list[Telling] = field(default_factory=list)
    size: int = 0
    start: int = 0


@dataclass(slots=True)
class Failure:
    """Everything that was found; None: there is none, or it is in ``unread``."""

    build: Build
    found: JsonObject
    since: Since
    pipeline: stages.Pipeline | None = None
    report: reports.Report | None = None
    log: LogFinds = field(default_factory=LogFinds)
    interrupted: str = ""
    unread: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether there is anything to explain."""
        return self.found.get("result") in BAD or bool(self.found.get("building"))


async def failure(jenkins: JenkinsReader, job: Place, asked: Build | None) -> Failure:
    """Explain a build, or without one the newest that did not succeed."""
    history = await jenkins.get_json(job, HISTORY)
    if "builds" not in history:
        raise NotFoundError(
            f"{job} has no builds: it holds jobs. jenkins_get_jobs lists them; name one of them."
        )
    chosen = await numbered(jenkins, asked) if asked else build(job, _last_bad(job, history))
    found = await jenkins.get_json(chosen, SUMMARY)
    told = Failure(chosen, found, _since(history, int(chosen.selector)))
    told.interrupted = _interrupted(found)
    if told.failed:
        await _explain(jenkins, told)
    return told


async def _explain(jenkins: JenkinsReader, told: Failure) -> None:
    """Read the three parts at a time."""
    read = _Parts(told.unread)
    told.pipeline, told.report, (log, lines) = await asyncio.gather(
        read.part("stages", stages.pipeline(jenkins, told.build), None),
        read.part("test report", reports.report_of(jenkins, told.build), None),
        read.part("log", _read_log(jenkins, told.build), (LogFinds(), TellingLines())),
    )
    step: list[str] = []
    if told.pipeline is not None and told.pipeline.step is not None:
        nothing: tuple[list[str], bool] = ([], False)
        work = stages.step_log(jenkins, told.build, told.pipeline.step)
        step, _ = await read.part("step's log", work, nothing)
    log.lines = lines.best(step)
    told.log = log


class _Parts:
    """Reads what may fail by itself; what was not read is remembered in a sentence."""

    def __init__(self, unread: list[str]) -> None:
        self._unread = unread

    async def part(self, name: str, work: Awaitable[T], otherwise: T) -> T:
        """Return what work returns; what is not there is nothing to speak of."""
        try:
            return await work
        except NotFoundError:
            return otherwise
        except ClientError as refused:
            self._unread.append(f"{name}: {refused}")
            return otherwise


async def _read_log(jenkins: JenkinsReader, of: Build) -> tuple[LogFinds, TellingLines]:
    """Look at every line, or at those of the end of a very long log."""
    telling = TellingLines()
    async with log_lines(jenkins, of, MOST_LOG_BYTES) as (log, lines):
        number, offset = 0, log.start
        async for line in lines:
            number += 1
            text = line.decode("utf-8", "replace")
            if telling.is_worth_a_look(text):
                telling.add(mask_free_text(text), None if log.start else number, offset)
            offset += len(line) + 1
            if offset > log.start + MOST_LOG_BYTES:  # it grows while it is read
                break
    return LogFinds(size=log.size, start=log.start), telling


def _last_bad(job: Place, history: JsonObject) -> int:
    last = (history.get("lastUnsuccessfulBuild") or {}).get("number")
    if not isinstance(last, int):
        raise NotFoundError(f"No build of {job} has failed, as far as they are kept.")
    return last


def _since(history: JsonObject, number: int) -> Since:
    """Find the last good build before a build, and what came after it."""
    builds = [each for each in history.get("builds") or [] if isinstance(each, dict)]
    told = Since(later=_later(builds, number))
    stable = (history.get("lastStableBuild") or {}).get("number")
    if isinstance(stable, int) and stable < number:
        told.good = stable
    else:
        earlier = (b["number"] for b in builds if b["number"] < number)
        good = {b["number"] for b in builds if b.get("result") == "SUCCESS"}
        told.good = next((each for each in earlier if each in good), None)
    first = told.good or 0
    new = [b for b in builds if first < b["number"] <= number]
    read_all = len(builds) < MOST_BUILDS
    told.complete = read_all or min(b["number"] for b in builds) <= first + 1
    told.commits = [c for b in sorted(new, key=lambda b: b["number"]) for c in _commits(b)]
    return told


def _later(builds: list[JsonObject], number: int) -> tuple[int, str] | None:
    """Return the newest build that ended after this one."""
    ended = (b for b in builds if b["number"] > number and not b.get("building"))
    newest = next(ended, None)
    return (newest["number"], str(newest.get("result"))) if newest else None


def _commits(found: JsonObject) -> list[Commit]:
    return [
        Commit(
            str(item.get("commitId") or ""),
            mask_free_text(" ".join(str(item.get("msg") or "").split())),
            str((item.get("author") or {}).get("fullName") or "unknown"),
            found["number"],
        )
        for item in commits(found)
    ]


def _interrupted(found: JsonObject) -> str:
    """Say who or what aborted a build."""
    actions = [each for each in found.get("actions") or [] if isinstance(each, dict)]
    causes = (
        cause.get("shortDescription")
        for action in actions
        if str(action.get("_class")).endswith(_INTERRUPTED)
        for cause in action.get("causes") or []
    )
    return ", ".join(str(cause) for cause in causes if cause)
