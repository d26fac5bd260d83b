"""What a plan's effects are read from: every list once per plan, bounded in number and in time.

A refusal never fails a preview: what could not be read is noted, and told with the effects.
"""

import asyncio
from collections.abc import Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clients import errors
from clients.kubernetes.changes import Change
from clients.kubernetes.inspecting.related import REASONS
from clients.kubernetes.inspecting.related_lists import Wanted
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader

MOST_READS = 80
MOST_OBJECTS = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A list as far as it was read, why not further, and how many there are."""

    items: Sequence[JsonObject] = ()
    unseen: str = ""
    total: int = 0


class Surroundings:
    """The objects around those that one plan changes; shared by all of its changes."""

    def __init__(
        self,
        kubernetes: KubernetesReader,
        tasks: asyncio.TaskGroup,
        changes: Sequence[Change],
        most_seconds: float,
    ) -> None:
        self.kubernetes = kubernetes
        self.changes = changes
        self._tasks = tasks
        self._reads: dict[Hashable, asyncio.Task[Seen]] = {}
        self._until = asyncio.get_running_loop().time() + most_seconds

    async def listed(self, wanted: Wanted) -> Seen:
        """Return a list, read once."""
        return await self._once(wanted, self._listed(wanted))

    async def get(self, resource: str, name: str, namespace: str | None) -> Seen:
        """Return one object as a list, empty when there is none."""
        return await self._once((resource, name, namespace), self._got(resource, name, namespace))

    def planned(self, resource: str, name: str, namespace: str | None) -> JsonObject | None:
        """Return an object as this plan itself makes it."""
        for change in self.changes:
            ref = change.ref
            named = (ref.type.qualified, ref.name, ref.namespace)
            if named == (resource, name, namespace) and not change.subresource:
                return change.after
        return None

    def removes(self, obj: JsonObject) -> bool:
        """Whether this plan deletes an object itself."""
        metadata = obj.get("metadata") or {}
        wanted = (obj.get("kind"), metadata.get("name"), metadata.get("namespace"))
        return any(
            change.kind == "deleted"
            and (change.ref.type.kind, change.ref.name, change.ref.namespace) == wanted
            for change in self.changes
        )

    async def _once(self, key: Hashable, reading: Coroutine[Any, Any, Seen]) -> Seen:
        if key in self._reads:
            reading.close()
        elif len(self._reads) >= MOST_READS:
            reading.close()
            return Seen(unseen="not looked at: too many changes at once")
        else:
            self._reads[key] = self._tasks.create_task(self._bounded(reading))
        return await self._reads[key]

    async def _bounded(self, reading: Coroutine[Any, Any, Seen]) -> Seen:
        try:
            async with asyncio.timeout_at(self._until):
                return await reading
        except TimeoutError:
            return Seen(unseen="timed out")
        except errors.ClientError as refusal:
            return Seen(unseen=next(why for kind, why in REASONS if isinstance(refusal, kind)))

    async def _listed(self, wanted: Wanted) -> Seen:
        kind = await self._type(wanted.resource)
        query = ListQuery(kind, wanted.namespace, wanted.label_selector, wanted.field_selector)
        if wanted.most == 1:  # to count: the server says how many more there are
            page = await self.kubernetes.page(query, 1)
            return Seen(page.items, "", len(page.items) + (page.remaining or 0))
        found = await self.kubernetes.list(query, wanted.most)
        return Seen(found.items, _cut(found), len(found.items) + (found.remaining or 0))

    async def _got(self, resource: str, name: str, namespace: str | None) -> Seen:
        kind = await self._type(resource)
        found = await self.kubernetes.get_or_none(ObjectRef(kind, name, namespace))
        return Seen([found], total=1) if found else Seen()

    async def _type(self, resource: str) -> ResourceType:
        """Return a type by its full name, without asking again for one that is not served."""
        for each in (await self.kubernetes.api()).types:
            if each.qualified == resource:
                return each
        raise errors.NotFoundError(resource)


def _cut(found: ObjectList) -> str:
    return "" if found.complete else f"only {len(found.items):,} were read"


@dataclass(slots=True)
class Sight:
    """One change, and its view of the surroundings; ``unseen`` says what it could not see."""

    change: Change
    around: Surroundings
    unseen: dict[str, str] = field(default_factory=dict)

    async def there(
        self, resource: str, namespace: str | None = None, **how: Any
    ) -> list[JsonObject]:
        """List a type; empty when it cannot be read."""
        return list((await self.seen(resource, namespace, **how)).items)

    async def here(self, resource: str, **how: Any) -> Sequence[JsonObject]:
        """List a type in the namespace of the change."""
        return await self.there(resource, self.change.ref.namespace, **how)

    async def staying(self, resource: str) -> Sequence[JsonObject]:
        """List the same without what the plan itself removes: of that its own lines tell."""
        return [each for each in await self.here(resource) if not self.around.removes(each)]

    async def seen(self, resource: str, namespace: str | None = None, **how: Any) -> Seen:
        """List a type and say how much of it was seen; types that are not served hold nothing."""
        wanted = replace(Wanted(resource, namespace, most=MOST_OBJECTS), **how)
        return self._noted(wanted.plural, await self.around.listed(wanted), wanted.optional)

    async def get(self, resource: str, name: str, namespace: str | None) -> JsonObject | None:
        """Read one object; None when there is none or it cannot be read."""
        if planned := self.around.planned(resource, name, namespace):
            return planned
        found = self._noted(
            resource.partition(".")[0], await self.around.get(resource, name, namespace)
        )
        return found.items[0] if found.items else None

    def _noted(self, plural: str, found: Seen, optional: bool = False) -> Seen:
        if found.unseen and not (optional and found.unseen == "not served here"):
            self.unseen[plural] = found.unseen
        return found


def untold(unseen: Mapping[str, str]) -> list[str]:
    """Say what was not visible, in one line by reason; nothing when all was."""
    reasons: dict[str, list[str]] = {}
    for plural, reason in sorted(unseen.items()):
        reasons.setdefault(reason, []).append(plural)
    said = "; ".join(f"{', '.join(plurals)} ({reason})" for reason, plurals in reasons.items())
    return [f"Not visible: {said}."] if said else []
