"""The helm executable: found, checked once, and run so that it reaches one cluster at most.

A run goes on in a task of its own. When its caller is cancelled or gone, helm is told to end
(SIGTERM), on which it marks the release as failed; it is never just dropped half-way.
"""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum
from pathlib import Path

import pyhelm3

from clients.errors import ConfigurationError, UnavailableError
from clients.helm.executable import arguments, process
from clients.helm.executable.arguments import Manner, Target, Words
from clients.helm.executable.command import IsolatedCommand
from clients.helm.executable.environment import surroundings
from clients.helm.executable.gateway import Gateway, Passed
from clients.helm.executable.guard import PowersGuard
from clients.helm.executable.hidden_records import Before
from clients.helm.executable.outcome import Outcome, outcome
from clients.helm.executable.secrecy import Secrecy
from clients.helm.executable.version import NEEDED, Version, usable
from clients.kubernetes import Kubernetes
from clients.kubernetes.background import Background
from clients.kubernetes.wire import doors

__all__ = ["Access", "Before", "HelmExecutable", "Manner", "Outcome", "Target"]

MOST_AT_ONCE = 4  # of each kind of access
LONGEST_QUEUE_SECONDS = 30.0
SHORT_SECONDS = 60.0
VERSION_SECONDS = 15.0
RENDERING_NICENESS = 10  # an endless template takes what is left, not what changes and answers need


class Access(Enum):
    """What a run can do to the cluster, whatever its chart wants."""

    NOTHING = "nothing"
    READING = "reading"
    CHANGING = "changing"


class HelmExecutable:
    """Runs helm; ``executable`` is a path, or a name to look for."""

    def __init__(
        self, kubernetes: Kubernetes, executable: str = "helm", driver: str = "secret"
    ) -> None:
        self._kubernetes = kubernetes
        self._executable = executable
        self._driver = driver
        self._known: tuple[tuple[str, int, int], Version] | None = None
        self._places = {access: asyncio.Semaphore(MOST_AT_ONCE) for access in Access}
        self._running: set[process.Stopping] = set()
        self._killed: set[Target] = set()
        self._background = Background()
        self.grace = process.GRACE_SECONDS

    async def close(self) -> None:
        """Have what still runs end in order."""
        for stopping in self._running:
            stopping.ask("shutdown")
        await self._background.close()

    async def version(self) -> Version:
        """Return helm's version; refuses a helm that is missing, too old or none at all."""
        path = self._found()
        about = path.stat()
        key = (str(path), about.st_mtime_ns, about.st_size)
        if self._known is None or self._known[0] != key:
            self._known = key, await self._asked_version(str(path))
        return self._known[1]

    def _found(self) -> Path:
        """Look on the search path, and beside the interpreter, where packages put programs."""
        beside = str(Path(sys.executable).parent)
        found = shutil.which(self._executable) or shutil.which(self._executable, path=beside)
        if found is None:
            raise ConfigurationError(
                f'This needs the helm executable, and there is no "{self._executable}" where the '
                f"server runs. Install {NEEDED}. Releases can be read without it."
            )
        return Path(found)

    async def _asked_version(self, path: str) -> Version:
        with surroundings(None, "default", self._driver) as home:
            command = IsolatedCommand(path, home, seconds=VERSION_SECONDS, grace=1)
            try:
                return usable(await command.version(), path)
            except pyhelm3.errors.Error as failed:
                raise ConfigurationError(f"{path} is not helm. Needed: {NEEDED}.") from failed

    async def template(
        self, target: Target, chart: Path, values: bytes, *, include_crds: bool
    ) -> Outcome:
        """Render a chart, without any cluster."""
        words = arguments.template(target, chart, include_crds=include_crds)
        return await self.run(lambda _: words, target, Access.NOTHING, given=values)

    async def definitions(self, target: Target, chart: Path) -> Outcome:
        """Print the custom resource definitions that a chart installs once."""
        return await self.run(lambda _: arguments.show_crds(chart), target, Access.NOTHING)

    async def run(
        self,
        words: Callable[[Version], Words],
        target: Target,
        access: Access,
        *,
        given: bytes | None = None,
        seconds: float = SHORT_SECONDS,
        before: Before | None = None,
    ) -> Outcome:
        """Run helm to its end and return what came of it, failures included.

        A run that only reads may see the records as they were ``before`` an operation.
        """
        line = words(await self.version())
        place = await self._take_place(access)
        stopping = process.Stopping()
        self._running.add(stopping)
        secrecy = Secrecy(
            self._kubernetes.reader.masking, hides=access is Access.READING, before=before
        )
        work = self._background.start(
            self._run(line, target, access, given, seconds, stopping, secrecy)
        )
        work.add_done_callback(lambda done: self._ended(done, stopping, place))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            stopping.ask("cancelled")
            raise

    async def _take_place(self, access: Access) -> asyncio.Semaphore:
        """Wait for a place; long upgrades take none from what only renders."""
        try:
            async with asyncio.timeout(LONGEST_QUEUE_SECONDS):
                await self._places[access].acquire()
                return self._places[access]
        except TimeoutError as busy:
            raise UnavailableError(
                f"{MOST_AT_ONCE} runs of helm are under way already; nothing was done. "
                "Call again when one has ended."
            ) from busy

    def _ended(
        self, work: "asyncio.Task[Outcome]", stopping: process.Stopping, place: asyncio.Semaphore
    ) -> None:
        place.release()
        self._running.discard(stopping)
        if not work.cancelled():
            work.exception()  # nobody else may be there to take it

    async def _run(
        self,
        line: Words,
        target: Target,
        access: Access,
        given: bytes | None,
        seconds: float,
        stopping: process.Stopping,
        secrecy: Secrecy,
    ) -> Outcome:
        async with AsyncExitStack() as stack:
            passed, url = await stack.enter_async_context(self._cluster(access, secrecy))
            home = stack.enter_context(surroundings(url, target.namespace, self._driver))
            command = IsolatedCommand(
                str(self._found()),
                home,
                seconds=seconds,
                stopping=stopping,
                grace=self.grace,
                niceness=0 if access is Access.CHANGING else RENDERING_NICENESS,
            )
            ended = await command.ended(line, given)
            hidden = [str(home.folder), *([url] if url else [])]
        came = outcome(ended, passed, secrecy, hidden)
        if access is Access.CHANGING:  # rendering leaves nothing half done
            (self._killed.add if came.killed else self._killed.discard)(target)
        return came

    def was_killed_at(self, target: Target) -> bool:
        """Whether helm's last run on a release was killed: nothing is running on it any more."""
        return target in self._killed

    @asynccontextmanager
    async def _cluster(
        self, access: Access, secrecy: Secrecy
    ) -> AsyncIterator[tuple[Passed, str | None]]:
        """Open the way to the cluster that this run may have."""
        if access is Access.NOTHING:
            yield Passed(), None
            return
        await self._kubernetes.reader.api()  # the policy asks it which types have namespaces
        reading = access is Access.READING
        session = self._kubernetes.session(*([doors.reading_only] if reading else []))
        # The guard tries objects by dry runs, which a read may not send either.
        guarded = self._kubernetes.powers_of and not reading
        guard = PowersGuard(self._kubernetes) if guarded else None
        gateway = Gateway(session, secrecy, guard)
        async with gateway.open() as url:
            yield gateway.passed, url
