"""pyhelm3's ``Command``, run our way: no shell, no inherited environment, a deadline, an end.

What pyhelm3 spells rightly for helm 3 and helm 4 is taken from it; the rest is in ``arguments.py``.
"""

import logging
from collections.abc import Sequence

import pyhelm3

from clients.errors import ConfigurationError
from clients.helm.executable import process
from clients.helm.executable.environment import Surroundings

log = logging.getLogger(__name__)


class IsolatedCommand(pyhelm3.Command):  # type: ignore[misc]  # it has no types
    """Runs helm in its surroundings; what pyhelm3 would put on every command line is left out."""

    def __init__(
        self,
        executable: str,
        surroundings: Surroundings,
        *,
        seconds: float,
        stopping: process.Stopping | None = None,
        grace: float = process.GRACE_SECONDS,
        niceness: int = 0,
    ) -> None:
        super().__init__(executable=executable)
        self._surroundings = surroundings
        self._seconds = seconds
        self._stopping = stopping or process.Stopping()
        self._grace = grace
        self._niceness = niceness

    async def run(
        self,
        command: Sequence[object],
        input: bytes | None = None,  # noqa: A002 - the name that pyhelm3 gives it
    ) -> bytes:
        """Return what helm prints; raises ``pyhelm3.errors.Error`` when it fails, as pyhelm3."""
        ended = await self.ended(command, input)
        if ended.status != 0:
            raise pyhelm3.errors.Error(ended.status, ended.out, b"")
        return ended.out

    async def ended(self, command: Sequence[object], given: bytes | None = None) -> process.Ended:
        """Run to the end and return all that is known of it; a failure is a result, too."""
        log.debug("running helm", extra={"verb": str(command[0])})
        try:
            return await process.run(
                [self._executable, *map(str, command)],
                environment=self._surroundings.environment,
                folder=self._surroundings.working_directory,
                given=given,
                seconds=self._seconds,
                stopping=self._stopping,
                grace=self._grace,
                niceness=self._niceness,
            )
        except (OSError, ValueError) as unusable:
            raise ConfigurationError(
                f"The helm executable {self._executable} cannot be started "
                f"({type(unusable).__name__})."
            ) from unusable
