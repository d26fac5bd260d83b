"""A job's last builds around one of them: the last good one before, what came since, what after."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from clients.errors import NotFoundError
from clients.jenkins.builds import commits
from clients.jenkins.missing import folder_instead
from clients.jenkins.paths import Place
from clients.jenkins.reader import JenkinsReader, JsonObject
from clients.masking import mask_free_text

MOST_BUILDS = 50
_ITEMS = "[items[commitId,msg,author[fullName]]{0,21}]"
_BUILDS = f"builds[number,result,building,changeSet{_ITEMS},changeSets{_ITEMS}]{{0,{MOST_BUILDS}}}"
TREE = f"lastUnsuccessfulBuild[number],lastStableBuild[number],{_BUILDS}"
_PIPELINE = "WorkflowJob"


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
    later: tuple[int, str] | None = None  # the newest build that ended after it, and as what


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a job's newest builds, newest first."""

    last_bad: int | None
    last_stable: int | None
    builds: list[JsonObject]
    pipeline: bool | None  # None: Jenkins does not say

    def since(self, number: int) -> Since:
        """Look around a build."""
        told = Since(self._good_before(number), later=self._later(number))
        first = told.good or 0
        oldest = min((b["number"] for b in self.builds), default=number)
        told.complete = len(self.builds) < MOST_BUILDS or oldest <= first + 1
        for each in reversed(self.builds):
            if first < each["number"] <= number:
                told.commits += _commits(each)
        return told

    def _good_before(self, number: int) -> int | None:
        if self.last_stable is not None and self.last_stable < number:
            return self.last_stable
        good = (b["number"] for b in self.builds if b.get("result") == "SUCCESS")
        return next((each for each in good if each < number), None)

    def _later(self, number: int) -> tuple[int, str] | None:
        for each in self.builds:
            if each["number"] > number and not each.get("building"):
                return each["number"], str(each.get("result"))
        return None


async def history(jenkins: JenkinsReader, job: Place) -> History:
    """Read a job's newest builds with their commits. Raises NotFoundError for what has none."""
    found = await jenkins.get_json(job, TREE)
    if "builds" not in found:
        raise NotFoundError(folder_instead(job))
    builds = [b for b in found["builds"] or [] if isinstance(b, dict) and _number(b) is not None]
    kind = found.get("_class")
    return History(
        _number(found.get("lastUnsuccessfulBuild")),
        _number(found.get("lastStableBuild")),
        sorted(builds, key=lambda each: int(each["number"]), reverse=True),
        kind.endswith(_PIPELINE) if isinstance(kind, str) else None,
    )


def _number(found: object) -> int | None:
    number = found.get("number") if isinstance(found, dict) else None
    return number if isinstance(number, int) else None


def _commits(found: JsonObject) -> Iterator[Commit]:
    for item in commits(found):
        author = item.get("author") or {}
        yield Commit(
            str(item.get("commitId") or ""),
            mask_free_text(" ".join(str(item.get("msg") or "").split())),
            str(author.get("fullName") or "unknown"),
            found["number"],
        )
