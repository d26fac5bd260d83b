r"""What is asked for at a Jenkins: a job, a build, an item of the queue; quoted once.

Jenkins splits the raw path at ``/`` and ``\`` and decodes each piece once (stapler's
``TokenList``). So each name is quoted as one segment: the branch job ``feature%2Ffoo`` of a
multibranch pipeline is asked for as ``feature%252Ffoo``.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from clients.errors import InvalidError
from clients.kubernetes.names import shown

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\\\\]")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_MOST_NAME = 1000
PERMALINKS = (
    "lastBuild",
    "lastStableBuild",
    "lastSuccessfulBuild",
    "lastFailedBuild",
    "lastUnstableBuild",
    "lastUnsuccessfulBuild",
    "lastCompletedBuild",
)
JSON = ("api", "json")


@dataclass(frozen=True, slots=True)
class Place:
    """The names that lead to something, and what a sentence calls it."""

    names: tuple[str, ...]
    label: str

    def below(self, *names: str) -> tuple[str, ...]:
        """Return the segments of something that belongs to it, such as ``stop``."""
        return (*self.names, *names)

    @property
    def full_name(self) -> str:
        """Return a job's name as Jenkins' JSON spells it; empty for the top."""
        return "/".join(self.names[1::2])

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Build(Place):
    """A build of a job, by number or permalink."""

    job: Place
    selector: str

    def numbered(self, number: int) -> "Build":
        """Return the build that a permalink was found to be."""
        return build(self.job, number)


ROOT = Place((), "Jenkins")


def job(full_name: str, argument: str = "jobFullName") -> Place:
    """Name a job or folder as Jenkins' JSON does: ``shop/web``, ``shop/web/feature%2Fcart``."""
    names = full_name.strip("/").split("/")
    if len(full_name) > _MOST_NAME or _CONTROL.search(full_name) or {"", ".", ".."} & {*names}:
        raise InvalidError(
            f'Argument "{argument}": {shown(full_name)} is not the full name of a job, such as '
            '"folder/job". Nothing was sent.'
        )
    full = "/".join(names)
    return Place(tuple(part for name in names for part in ("job", name)), f'job "{full}"')


def folder(full_name: str | None) -> Place:
    """Name a folder; the top of Jenkins without a name."""
    return job(full_name, "folder") if full_name else ROOT


def build(of: Place, selector: str | int | None) -> Build:
    """Name a build by its number or one of Jenkins' permalinks; None is ``lastBuild``."""
    text = str(PERMALINKS[0] if selector is None else selector).strip().removeprefix("#")
    if not _NUMBER.fullmatch(text) and text not in PERMALINKS:
        raise InvalidError(
            f'Argument "build": {shown(str(selector))} is neither a number nor one of '
            f"{', '.join(PERMALINKS)}. Nothing was sent."
        )
    label = f"build {text} of {of}" if text.isdigit() else f"{text} of {of}"
    return Build((*of.names, text), label, of, text)


def queue_item(number: int) -> Place:
    """Name an item of the queue."""
    return Place(("queue", "item", str(number)), f"queue item {number}")


def path_of(names: tuple[str, ...]) -> str:
    """Join segments into a path that begins with ``/``, each quoted once."""
    return "".join(f"/{quote(name, safe='')}" for name in names)


def parent(of: Place) -> Place:
    """Return the folder that a job lies in."""
    names = of.names[1::2][:-1]
    return job("/".join(names)) if names else ROOT
