"""A chart that was fetched and found harmless."""

import sys
from dataclasses import astuple, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Dependency:
    """A chart that another one needs, as its ``Chart.yaml`` says."""

    name: str
    version: str = ""
    repository: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is read of a chart's archive; ``values_text`` is ``values.yaml`` with its comments."""

    name: str
    version: str
    app_version: str = ""
    description: str = ""
    kind: str = "application"
    deprecated: bool = False
    values_text: str = ""
    dependencies: tuple[Dependency, ...] = ()

    @property
    def memory(self) -> int:
        """The bytes of memory that its texts take."""
        needed = (text for each in self.dependencies for text in astuple(each))
        texts = (self.values_text, self.description, self.app_version, self.kind, *needed)
        return sum(map(sys.getsizeof, texts))


@dataclass(frozen=True, slots=True)
class Chart:
    """A verified archive in a private directory; ``source`` says where it came from.

    The file stays for as long as the chart is lent.
    """

    path: Path
    contents: Contents
    source: str
    digest: str

    @property
    def name(self) -> str:
        """The chart's name, without a repository."""
        return self.contents.name

    @property
    def version(self) -> str:
        """The chart's own version."""
        return self.contents.version

    @property
    def app_version(self) -> str:
        """The version of what it installs; empty when it says none."""
        return self.contents.app_version

    @property
    def description(self) -> str:
        """One line of its author's."""
        return self.contents.description

    @property
    def values_text(self) -> str:
        """``values.yaml`` as it stands in the archive, comments included."""
        return self.contents.values_text

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The charts it needs."""
        return self.contents.dependencies
