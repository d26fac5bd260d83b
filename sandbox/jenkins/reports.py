"""What plugins add to a build: changes, revisions, test reports, pipeline stages."""

from dataclasses import dataclass, field


@dataclass
class Change:
    """A commit that came with a build."""

    commit: str
    message: str
    author: str = "jo"
    timestamp: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    """Edit type (`add`, `edit`, `delete`) by file."""

    @property
    def title(self) -> str:
        """Return the first line of the message."""
        return self.message.split("\n", 1)[0]


@dataclass
class Revision:
    """What was checked out, and from where (git plugin BuildData)."""

    sha1: str
    branch: str
    url: str


@dataclass
class TestCase:
    """One test: PASSED, FIXED, FAILED, REGRESSION or SKIPPED."""

    __test__ = False

    class_name: str
    name: str
    status: str = "PASSED"
    duration: float = 0.01
    error: str | None = None
    trace: str | None = None
    failed_since: int = 0
    stdout: str | None = None


@dataclass
class TestReport:
    """The cases of a build by suite."""

    __test__ = False

    suites: dict[str, list[TestCase]] = field(default_factory=dict)

    def count(self, *statuses: str) -> int:
        """Count the cases with one of the statuses."""
        return sum(case.status in statuses for cases in self.suites.values() for case in cases)

    @property
    def duration(self) -> float:
        """Return the seconds all cases took."""
        return sum(case.duration for cases in self.suites.values() for case in cases)


@dataclass
class Step:
    """A step of a pipeline: a node of its graph with a log of its own."""

    id: str
    name: str
    argument: str = ""
    status: str = "SUCCESS"
    error: str = ""
    error_type: str = "hudson.AbortException"
    log: str = ""
    duration: int = 1000


@dataclass
class Stage:
    """A stage: NOT_EXECUTED, ABORTED, SUCCESS, IN_PROGRESS, PAUSED_PENDING_INPUT, FAILED..."""

    id: str
    name: str
    status: str = "SUCCESS"
    started: int = 0
    duration: int = 1000
    steps: list[Step] = field(default_factory=list)

    @property
    def failed_step(self) -> Step | None:
        """Return the first step that failed."""
        return next((step for step in self.steps if step.status == "FAILED"), None)
