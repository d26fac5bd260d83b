"""helm's command lines, made of words that were checked first.

What a caller says gets on a command line in two places only: the release's name, which by its
grammar cannot be a flag, and the namespace. Charts are paths of ours, values go to standard input.
Words that helm 3 and helm 4 spell differently are spelled here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clients.helm.executable.version import Version
from clients.helm.names import check_release_name
from clients.kubernetes.names import check_namespace

LONGEST_BEFORE_ROLLBACK = 130
HISTORY_MAX = 10  # helm's own default
Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class Target:
    """A release to be; both parts are checked."""

    namespace: str
    name: str

    def __post_init__(self) -> None:
        check_namespace(self.namespace)
        check_release_name(self.name)

    def __str__(self) -> str:
        return f'release "{self.name}" in namespace "{self.namespace}"'


@dataclass(frozen=True, slots=True)
class Manner:
    """How a change is made; ``seconds`` is the most that hooks, or waiting, may take."""

    seconds: int
    wait: bool = True
    rollback_on_failure: bool = False
    create_namespace: bool = False
    force_conflicts: bool = False
    reset_values: bool = False
    reuse_values: bool = False
    keep_history: bool = False

    @property
    def timeout(self) -> int:
        """Helm's ``--timeout``: it applies anew to the rollback that may follow."""
        return (
            min(self.seconds, LONGEST_BEFORE_ROLLBACK) if self.rollback_on_failure else self.seconds
        )

    @property
    def bound(self) -> str:
        """Say that less is waited than was asked for, and why; empty where it is not so."""
        if self.timeout == self.seconds:
            return ""
        return (
            f"With rollback_on_failure helm waits {self.timeout} s at most, not {self.seconds}, so "
            "that going back fits into the call."
        )


def install(target: Target, chart: Path, manner: Manner, version: Version) -> Words:
    """``helm install``; values come on standard input."""
    words = ["install", target.name, str(chart), *_where(target), *_VALUES]
    return [*words, *_patience(manner), *_afterwards(manner, version)]


def upgrade(
    target: Target, chart: Path, manner: Manner, version: Version, *, values: bool, install: bool
) -> Words:
    """``helm upgrade``; without ``values`` helm keeps the last ones."""
    words = ["upgrade", target.name, str(chart), *_where(target), *(_VALUES if values else ())]
    words += ["--history-max", str(HISTORY_MAX), *(["--install"] if install else [])]
    words += ["--reset-values"] if manner.reset_values else []
    words += ["--reuse-values"] if manner.reuse_values else []
    words += ["--force-conflicts"] if manner.force_conflicts and version.applies else []
    return [*words, *_patience(manner), *_afterwards(manner, version)]


def rollback(target: Target, revision: int, manner: Manner, version: Version) -> Words:
    """``helm rollback``."""
    words = ["rollback", target.name, str(int(revision)), *_where(target)]
    words += ["--force-conflicts"] if manner.force_conflicts and version.applies else []
    return [*words, "--history-max", str(HISTORY_MAX), *_patience(manner)]


def uninstall(target: Target, manner: Manner) -> Words:
    """``helm uninstall``."""
    words = ["uninstall", target.name, *_where(target), "--timeout", f"{manner.timeout}s"]
    words += ["--wait"] if manner.wait else []
    return [*words, *(["--keep-history"] if manner.keep_history else [])]


def template(target: Target, chart: Path, *, include_crds: bool) -> Words:
    """``helm template``, which asks no cluster."""
    crds = "--include-crds" if include_crds else "--skip-crds"
    return ["template", target.name, str(chart), *_where(target), *_VALUES, crds]


def template_of_new_types(target: Target, chart: Path, *, upgrades: bool) -> Words:
    """``helm template`` of a chart that brings its own types, without its hooks."""
    words = [*template(target, chart, include_crds=False), "--no-hooks"]
    return [*words, *(["--is-upgrade"] if upgrades else [])]


def show_crds(chart: Path) -> Words:
    """``helm show crds``."""
    return ["show", "crds", str(chart)]


def tried(words: Words) -> Words:
    """Have an install or upgrade only rendered, against the cluster as it is."""
    without = ("--wait", "--wait-for-jobs", "--rollback-on-failure", "--atomic")
    return [*(word for word in words if word not in without), "--dry-run=server", "-o", "json"]


_VALUES = ("--values", "-")


def _where(target: Target) -> Words:
    return ["--namespace", target.namespace]


def _patience(manner: Manner) -> Iterator[str]:
    yield from ("--timeout", f"{manner.timeout}s")
    if manner.wait:
        yield from ("--wait", "--wait-for-jobs")


def _afterwards(manner: Manner, version: Version) -> Iterator[str]:
    if manner.rollback_on_failure:
        yield "--rollback-on-failure" if version.applies else "--atomic"
    if manner.create_namespace:
        yield "--create-namespace"
