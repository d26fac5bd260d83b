"""What a Jenkins holds: folders, multibranch pipelines, jobs; and how their names become paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from urllib.parse import quote, unquote

from sandbox.jenkins.attributes import assigned
from sandbox.jenkins.builds import Build
from sandbox.jenkins.parameters import Definition

_FORBIDDEN = set("?*/\\%!@#$^&|<>[]:;")
_ENCODED_IN_BRANCHES = {letter: f"%{ord(letter):02X}" for letter in "#%/?[]\\"}


def encode_segment(name: str) -> str:
    """Encode a name as `hudson.Util.rawEncode` does for the URLs in answers."""
    return quote(name, safe="!@$&*()-_=+',.").replace("~", "%7E")


def encode_branch(branch: str) -> str:
    """Encode a branch's name as an item's (branch-api NameEncoder)."""
    return "".join(_ENCODED_IN_BRANCHES.get(letter, letter) for letter in branch)


def good_name(name: str) -> bool:
    """Tell whether people may give this name to an item (Jenkins.checkGoodName)."""
    if not name.strip() or name in (".", "..") or name.endswith("."):
        return False
    return not any(letter in _FORBIDDEN or ord(letter) < 32 for letter in name)


AnyItem = TypeVar("AnyItem", bound="Item")


@dataclass
class Scm:
    """A git repository as a job names it."""

    url: str
    branch: str = "*/main"
    credentials: str = ""
    script_path: str = "Jenkinsfile"


@dataclass(eq=False)
class Item:
    """Anything with a name and a place."""

    name: str
    description: str | None = None
    parent: Folder | None = field(default=None, repr=False)

    @property
    def full_name(self) -> str:
        """Return the names from the root on, joined by `/`."""
        return "/".join(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names from the root on; the root itself has none."""
        return () if self.parent is None else (*self.parent.names, self.name)

    @property
    def path(self) -> str:
        """Return `job/A/job/B/`."""
        return "".join(f"job/{encode_segment(name)}/" for name in self.names)

    @property
    def display_name(self) -> str:
        """Return what people read; a branch reads as it was pushed."""
        return unquote(self.name) if isinstance(self.parent, Multibranch) else self.name

    @property
    def full_display_name(self) -> str:
        """Return the display names from the root on."""
        if self.parent is None or not self.parent.full_display_name:
            return self.display_name if self.parent else ""
        return f"{self.parent.full_display_name} » {self.display_name}"


@dataclass
class View:
    """A named choice of a folder's items."""

    name: str
    jobs: list[str] = field(default_factory=list)
    description: str | None = None


@dataclass(eq=False)
class Folder(Item):
    """A place for items; the root is one as well."""

    items: dict[str, Item] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    class_name = "com.cloudbees.hudson.plugins.folder.Folder"

    def add(self, item: AnyItem) -> AnyItem:
        """Put an item here."""
        item.parent = self
        self.items[item.name] = item
        return item

    def folder(self, name: str) -> Folder:
        """Make a folder here."""
        return self.add(Folder(name))

    def job(self, name: str, *parameters: Definition, **more: object) -> Job:
        """Make a job here."""
        return self.add(assigned(Job(name, parameters=list(parameters)), more))

    def multibranch(self, name: str, scm: Scm | None = None) -> Multibranch:
        """Make a multibranch pipeline here."""
        return self.add(Multibranch(name, source=scm))

    def child(self, name: str) -> Item | None:
        """Find an item by one path segment."""
        return self.items.get(name)

    def find(self, full_name: str) -> Item | None:
        """Find an item by its full name."""
        found: Item | None = self
        for name in full_name.split("/"):
            found = found.child(name) if isinstance(found, Folder) else None
        return found

    def ordered(self) -> list[Item]:
        """Return the items here, in the order of their names without regard to case."""
        return sorted(self.items.values(), key=lambda item: (item.name.lower(), item.name))

    def jobs(self) -> Iterator[Job]:
        """Yield all jobs at any depth."""
        for item in self.items.values():
            if isinstance(item, Job):
                yield item
            elif isinstance(item, Folder):
                yield from item.jobs()


@dataclass(eq=False)
class Multibranch(Folder):
    """A folder whose jobs are the branches of a repository."""

    source: Scm | None = None
    scans: int = 0
    class_name = "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject"

    def branch(self, name: str, **more: object) -> Job:
        """Make the job of a branch, named as it was pushed."""
        made = self.job(encode_branch(name), kind="pipeline", **more)
        if self.source is not None and made.scm is None:
            made.scm = Scm(self.source.url, name, self.source.credentials)
        return made

    def child(self, name: str) -> Item | None:
        """Find a branch by its name, decoded or encoded once more (MultiBranchProject.getItem)."""
        for form in (name, unquote(name), encode_branch(name)):
            if form in self.items:
                return self.items[form]
        return None


@dataclass(eq=False)
class Job(Item):
    """What can be built."""

    kind: Literal["freestyle", "pipeline"] = "freestyle"
    parameters: list[Definition] = field(default_factory=list)
    scm: Scm | None = None
    script: str = ""
    label: str = ""
    disabled: bool = False
    concurrent: bool = False
    secret: str = ""
    """Who sends it as `token` needs no permission to build; `config.xml` keeps it encrypted."""
    builds: dict[int, Build] = field(default_factory=dict)
    next_number: int = 1

    @property
    def class_name(self) -> str:
        """Return the Java class of the job."""
        if self.kind == "pipeline":
            return "org.jenkinsci.plugins.workflow.job.WorkflowJob"
        return "hudson.model.FreeStyleProject"

    @property
    def newest_first(self) -> list[Build]:
        """Return the builds, the newest first."""
        return [self.builds[number] for number in sorted(self.builds, reverse=True)]

    def start(self, **more: object) -> Build:
        """Begin a build with the next number."""
        build = assigned(Build(self, self.next_number, pipeline=self.kind == "pipeline"), more)
        self.builds[build.number] = build
        self.next_number += 1
        return build

    def build(self, selector: str) -> Build | None:
        """Find a build by number or permalink (Job.getDynamic)."""
        try:
            return self.builds.get(int(selector))
        except ValueError:
            chosen = _PERMALINKS.get(selector)
        if chosen is None:
            return None
        return next((build for build in self.newest_first if chosen(build)), None)

    @property
    def color(self) -> str:
        """Return the ball's colour, with `_anime` while building."""
        builds = self.newest_first
        if self.disabled and not any(build.building for build in builds[:1]):
            return "disabled"
        completed = next((build for build in builds if not build.building), None)
        color = _COLORS[completed.result or "NOT_BUILT"] if completed else "notbuilt"
        return f"{color}_anime" if builds and builds[0].building else color


_COLORS = {
    "SUCCESS": "blue",
    "UNSTABLE": "yellow",
    "FAILURE": "red",
    "ABORTED": "aborted",
    "NOT_BUILT": "notbuilt",
}


_PERMALINKS: dict[str, Callable[[Build], bool]] = {
    "lastBuild": lambda build: True,
    "lastCompletedBuild": lambda build: not build.building,
    "lastSuccessfulBuild": lambda build: not build.building and build.succeeded,
    "lastStableBuild": lambda build: not build.building and build.result == "SUCCESS",
    "lastFailedBuild": lambda build: not build.building and build.result == "FAILURE",
    "lastUnstableBuild": lambda build: not build.building and build.result == "UNSTABLE",
    "lastUnsuccessfulBuild": lambda build: not build.building and build.result != "SUCCESS",
}
PERMALINKS = tuple(_PERMALINKS)
