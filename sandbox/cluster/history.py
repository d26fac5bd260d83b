"""The changes that watches can still ask for."""

from collections import deque
from collections.abc import Sequence

from sandbox.cluster.changes import Change


class TooOldError(Exception):
    """The asked revision is no longer in the history."""


class History:
    """The latest changes, oldest first; what falls out of it is forgotten for good."""

    def __init__(self, length: int) -> None:
        self._changes: deque[Change] = deque(maxlen=length)
        self._forgotten_revision = 0

    def add(self, change: Change) -> None:
        """Remember a change, in place of the oldest one when there are too many."""
        if len(self._changes) == self._changes.maxlen:
            self._forgotten_revision = self._changes[0].revision
        self._changes.append(change)

    def since(self, revision: int) -> Sequence[Change]:
        """Return the changes after a revision. Raises TooOldError when some are forgotten."""
        if revision < self._forgotten_revision:
            raise TooOldError(f"too old resource version: {revision} ({self._forgotten_revision})")
        later: list[Change] = []
        for change in reversed(self._changes):
            if change.revision <= revision:
                break
            later.append(change)
        return later[::-1]

    def compact(self, revision: int) -> None:
        """Forget everything up to a revision."""
        self._changes.clear()
        self._forgotten_revision = revision
