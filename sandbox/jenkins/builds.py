"""A build: how it goes on, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.jenkins.console import ConsoleLog
from sandbox.jenkins.parameters import Value
from sandbox.jenkins.reports import Change, Revision, Stage, TestReport

if TYPE_CHECKING:
    from sandbox.jenkins.items import Job


@dataclass
class Course:
    """What a build is going to do: a text to write at each tick, then its result."""

    texts: list[str] = field(default_factory=list)
    result: str = "SUCCESS"
    leave: Callable[[Build], None] | None = None
    """Puts reports into the build when it ends."""


@dataclass
class Artifact:
    """A file that a build kept."""

    path: str
    content: bytes = b""

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self.path.rpartition("/")[2]


_STAGES_END = {"FAILURE": "FAILED", "NOT_BUILT": "NOT_EXECUTED"}


@dataclass(eq=False)
class Build:
    """One build; times are milliseconds since the epoch, or their differences."""

    job: Job = field(repr=False)
    number: int
    pipeline: bool = False
    queue_id: int = -1
    values: list[Value] | None = None
    cause: str = "Started by user admin"
    user: str = "admin"
    building: bool = True
    result: str | None = None
    started: int = 0
    duration: int = 0
    description: str | None = None
    custom_name: str | None = None
    keep: bool = False
    node: str = ""
    log: ConsoleLog = field(default_factory=ConsoleLog, repr=False)
    course: Course | None = None
    changes: list[Change] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    tests: TestReport | None = None
    stages: list[Stage] | None = None
    artifacts: list[Artifact] = field(default_factory=list)
    stop_in: int | None = None
    """Ticks until a stop that was asked for takes effect."""
    interrupted_by: str = ""
    terminable: bool = False

    @property
    def class_name(self) -> str:
        """Return the Java class."""
        if self.pipeline:
            return "org.jenkinsci.plugins.workflow.job.WorkflowRun"
        return "hudson.model.FreeStyleBuild"

    @property
    def display_name(self) -> str:
        """Return the name that was given, else `#N`."""
        return self.custom_name or f"#{self.number}"

    @property
    def path(self) -> str:
        """Return `job/A/7/`."""
        return f"{self.job.path}{self.number}/"

    @property
    def succeeded(self) -> bool:
        """Tell whether the result is SUCCESS or UNSTABLE."""
        return self.result in ("SUCCESS", "UNSTABLE")

    def end(self, result: str, duration: int = 0) -> None:
        """End with a result, and write nothing more."""
        self.building, self.stop_in = False, None
        self.result = result
        self.duration = duration or self.duration or 1
        for stage in self.stages or []:
            if stage.status == "IN_PROGRESS":
                stage.status = _STAGES_END.get(result, result)

    def finish(self, result: str, duration: int = 0) -> None:
        """End with a result, and say so in the log."""
        self.end(result, duration)
        self.log.write(f"Finished: {result}\n")

    def advance(self, now: int) -> None:
        """Live through one tick: write, end, or be stopped."""
        if not self.building:
            return
        if self.stop_in is not None:
            self.stop_in -= 1
            if self.stop_in <= 0:
                self.log.write(f"Aborted by {self.interrupted_by}\n")
                self.finish("ABORTED", now - self.started)
        elif self.course is not None and self.course.texts:
            self.log.write(self.course.texts.pop(0))
        elif self.course is not None:
            if self.course.leave is not None:
                self.course.leave(self)
            self.finish(self.course.result, now - self.started)
