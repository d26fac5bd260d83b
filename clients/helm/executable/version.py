"""Which helm this is, and whether it is one without known holes."""

import re
from dataclasses import dataclass

from clients.errors import ConfigurationError

# CVE-2026-35204, -35205 and -35206: plugins and archives that write where they should not.
OLDEST = {3: (3, 20, 2), 4: (4, 1, 4)}
NEEDED = "helm 4.1.4 or newer, or helm 3.20.2 or newer"
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)\b")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """``4.2.3``; a version before a release, such as ``4.2.0-rc.1``, counts as the release."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def applies(self) -> bool:
        """Whether it can send server-side applies and takes the words of helm 4."""
        return self.major >= 4


def usable(said: str, executable: str) -> Version:
    """Read what ``helm version`` prints; refuse what is no helm, or too old."""
    found = _VERSION.match(said.strip())
    if not found:
        raise ConfigurationError(f"{executable} is not helm. Needed: {NEEDED}.")
    version = Version(*(int(part) for part in found.groups()))
    oldest = OLDEST.get(version.major, (0, 0, 0) if version.major > 4 else (3, 20, 2))
    if (version.major, version.minor, version.patch) < oldest:
        raise ConfigurationError(
            f"helm {version} ({executable}) has known security holes. Needed: {NEEDED}."
        )
    return version
