"""A build's test report: the counts, and the tests that failed.

Source followed: the JUnit plugin (``testReport``). It cannot be asked for the failed tests alone,
and a report may be huge; so suites are read in pages, smaller ones where a page is too large.
"""

from dataclasses import dataclass, field

from clients.errors import NotFoundError, UnavailableError
from clients.jenkins.paths import Build
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.masking import mask_free_text

ENDPOINT = ("testReport", "api", "json")
FAILED = ("REGRESSION", "FAILED")
PAGES = (200, 20, 1)
MOST_REQUESTS = 30
MOST_FAILED = 500
MOST_DETAIL = 500
_COUNTS = "duration,failCount,passCount,skipCount,totalCount"
_CASES = "suites[cases[className,name,status,duration,errorDetails,failedSince]]"


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test; ``new``: it passed in the build before. ``since`` is the build it fails since."""

    class_name: str
    name: str
    new: bool
    since: int | None
    duration: float | None
    error: str

    @property
    def full_name(self) -> str:
        """Return class and name."""
        return f"{self.class_name}.{self.name}" if self.class_name else self.name


@dataclass(slots=True)
class Report:
    """The counts of a report; ``failed`` are those that were found, ``unread`` says why not all."""

    failures: int
    passed: int
    skipped: int
    duration: float | None
    failed: list[FailedTest] = field(default_factory=list)
    unread: str = ""

    @property
    def total(self) -> int:
        """Return how many tests there are."""
        return self.failures + self.passed + self.skipped


async def report_of(jenkins: JenkinsReader, build: Build) -> Report:
    """Return a build's report, new failures first. Raises NotFoundError where there is none."""
    try:
        found = await jenkins.get_json(build, _COUNTS, endpoint=ENDPOINT)
    except NotFoundError as missing:
        await jenkins.exact_json(build, "number")  # a build that is not there says so itself
        raise NotFoundError(
            f"{build} has no test report: it published none, or the JUnit plugin is not installed."
        ) from missing
    report = _counts(found)
    if report.failures:
        await _read_failed(jenkins, build, report)
    report.failed.sort(key=lambda test: not test.new)
    return report


def _counts(found: JsonObject) -> Report:
    failed, skipped = _count(found, "failCount"), _count(found, "skipCount")
    passed = found.get("passCount")
    if not isinstance(passed, int):  # reports that sum up others say the total instead
        passed = max(0, _count(found, "totalCount") - failed - skipped)
    duration = found.get("duration")
    return Report(
        failed, passed, skipped, float(duration) if isinstance(duration, int | float) else None
    )


def _count(found: JsonObject, key: str) -> int:
    value = found.get(key)
    return value if isinstance(value, int) else 0


async def _read_failed(jenkins: JenkinsReader, build: Build, report: Report) -> None:
    """Read suites page by page until every failure is found, or a bound is met."""
    start, sizes = 0, list(PAGES)
    for _ in range(MOST_REQUESTS):
        try:
            suites = await _suites(jenkins, build, start, sizes[0])
        except UnavailableError as refused:
            if len(sizes) > 1:  # perhaps the page is too large
                sizes.pop(0)
                continue
            report.unread = f"from suite {start + 1:,} on, the report cannot be read: {refused}"
            return
        report.failed += [
            _failed(case) for suite in suites for case in suite.get("cases") or [] if _is_bad(case)
        ]
        start += sizes[0]
        if len(report.failed) >= min(report.failures, MOST_FAILED) or len(suites) < sizes[0]:
            del report.failed[MOST_FAILED:]
            return
    report.unread = f"only the first {start:,} suites were read."


async def _suites(jenkins: JenkinsReader, build: Build, start: int, count: int) -> list[JsonObject]:
    tree = f"{_CASES}{{{start},{start + count}}}"
    found = await jenkins.get_json(build, tree, endpoint=ENDPOINT)
    return [suite for suite in found.get("suites") or [] if isinstance(suite, dict)]


def _is_bad(case: JsonObject) -> bool:
    return case.get("status") in FAILED


def _failed(case: JsonObject) -> FailedTest:
    since, duration = case.get("failedSince"), case.get("duration")
    return FailedTest(
        class_name=str(case.get("className") or ""),
        name=str(case.get("name") or "?"),
        new=case.get("status") == "REGRESSION",
        since=since if isinstance(since, int) and since > 0 else None,
        duration=float(duration) if isinstance(duration, int | float) else None,
        error=mask_free_text(str(case.get("errorDetails") or "")[:MOST_DETAIL]),
    )
