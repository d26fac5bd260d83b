"""Look at a release's objects while helm works: how far they are, and what holds them up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from clients import errors
from clients.helm.executable import Target
from clients.helm.operations.readiness import WORKLOADS, has_failed, is_ready
from clients.helm.planning import objects_of
from clients.helm.planning.hooks import hooks_of
from clients.helm.release import Release
from clients.helm.releases import Releases
from clients.kubernetes import JsonObject, KubernetesReader, ObjectRef
from clients.kubernetes.workloads.rollouts import HoldUp, hold_up

LOOK_EVERY_SECONDS = 2.0
MOST_LOOKED_AT = 20
MOST_EXPLAINED = 4
Tell = Callable[[Sequence[JsonObject]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An object that is not ready or has failed, and what its pods say; ``hook`` is its event."""

    obj: JsonObject
    held_up: HoldUp
    hook: str = ""


@dataclass
class Following:
    """Looks at what one operation makes; ``remembers`` when helm takes it away again on failure."""

    releases: Releases
    reader: KubernetesReader
    target: Target
    verb: str
    remembers: bool = False
    seen: list[Trouble] = field(default_factory=list)

    async def follow(self, before: int, tell: Tell) -> None:
        """Tell of the objects of the revision after ``before``, until cancelled."""
        release = None
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                if release is None:
                    release = await self._revision_after(before)
                if release is not None:
                    await self._look(release, tell)
            except errors.ClientError:  # helm will say what is wrong; this is a courtesy
                continue

    async def _look(self, release: Release, tell: Tell) -> None:
        hooks = [obj for _, obj in await self._hooks(release) if not is_ready(obj)]
        await tell([*hooks, *await self._workloads(release)])
        if self.remembers:
            self.seen = await self.troubles(release) or self.seen

    async def _revision_after(self, before: int) -> Release | None:
        last = await self.releases.last(self.target.namespace, self.target.name)
        return last if last is not None and last.version > before else None

    async def troubles(self, release: Release) -> list[Trouble]:
        """Explain what is not ready now: failed hooks first, the rest only without any."""
        hooks = [(event, obj) for event, obj in await self._hooks(release) if not is_ready(obj)]
        failed = [(event, obj) for event, obj in hooks if has_failed(obj)] or hooks
        unready = [("", obj) for obj in await self._workloads(release) if not is_ready(obj)]
        chosen = (failed or unready)[:MOST_EXPLAINED]
        said = await asyncio.gather(*(hold_up(self.reader, obj) for _, obj in chosen))
        return [Trouble(obj, held, event) for (event, obj), held in zip(chosen, said, strict=True)]

    async def _workloads(self, release: Release) -> list[JsonObject]:
        return await self._live(release, objects_of(release.manifest))

    async def _hooks(self, release: Release) -> list[tuple[str, JsonObject]]:
        """Return the live hooks of this operation that run something."""
        found = []
        for event, hook in hooks_of(release, self.verb):
            live = await self._live(release, objects_of(str(hook.get("manifest") or "")))
            found += [(event, obj) for obj in live]
        return found

    async def _live(self, release: Release, objects: Sequence[JsonObject]) -> list[JsonObject]:
        wanted = [obj for obj in objects if obj["kind"] in WORKLOADS and "name" in obj["metadata"]]
        live = []
        for obj in wanted[:MOST_LOOKED_AT]:
            kind = await self.reader.kind(obj["apiVersion"], obj["kind"])
            namespace = str(obj["metadata"].get("namespace") or release.namespace)
            ref = ObjectRef(kind, str(obj["metadata"]["name"]), namespace)
            if (found := await self.reader.get_or_none(ref)) is not None:
                live.append(found)
        return live
