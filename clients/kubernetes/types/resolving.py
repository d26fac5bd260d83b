"""A type as a person writes it (``deploy``, ``Deployment``, ``rollouts.argoproj.io``) to a type.

The order is kubectl's (cli-runtime ``Builder``, ``PriorityRESTMapper``, ``shortcutExpander``): an
exact plural, singular or kind wins over a short name; the core group wins over others; then groups
and versions in the server's order. ``resource.group`` and ``resource.version.group`` are exact.
"""

import time
from collections.abc import Callable, Iterable, Sequence

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.names import shown
from clients.kubernetes.objects import ResourceType
from clients.kubernetes.types.discovery import Api, discover
from clients.kubernetes.wire.session import Session
from clients.suggestions import did_you_mean

KEPT_SECONDS = 600.0
MOST_TYPES = 20


class Resolver:
    """Discovery, kept for ten minutes and read again once when a name is not in it."""

    def __init__(self, session: Session, clock: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._clock = clock
        self._api: Api | None = None
        self._read_at = float("-inf")
        self._found: dict[str, Sequence[ResourceType]] = {}

    async def api(self) -> Api:
        """Return what is known, asking the server when that is nothing or old."""
        if self._api is None or self._clock() - self._read_at > KEPT_SECONDS:
            return await self.refreshed()
        return self._api

    async def refreshed(self) -> Api:
        """Ask the server now."""
        self._api = await discover(self._session)
        self._found.clear()
        self._read_at = self._clock()
        return self._api

    def is_namespaced(self, group: str, plural: str) -> bool:
        """Whether a type is known to live in namespaces; asked of requests, so never a request."""
        types = self._api.types if self._api else ()
        return any(t.namespaced for t in types if (t.group, t.plural) == (group, plural))

    async def one(self, text: str) -> ResourceType:
        """Return the one type ``text`` names."""
        named = await self.several(text)
        if len(named) != 1:
            raise InvalidError(
                f'Argument "resource_type": {shown(text)} names several types; give one.'
            )
        return named[0]

    async def kind(self, api_version: str, kind: str) -> ResourceType:
        """Return the type of an object that says its ``apiVersion`` and ``kind``."""
        api = await self.api()
        found = _of_kind(api, api_version, kind)
        if found is None:  # a CRD made a moment ago
            api = await self.refreshed()
            found = _of_kind(api, api_version, kind)
        if found is not None:
            return found
        near = did_you_mean(kind, [one.kind for one in api.types])
        raise NotFoundError(f"The cluster has no {kind} of {api_version}.{near}")

    async def several(self, text: str) -> list[ResourceType]:
        """Return the types of ``a,b``, of a category such as ``all``, or of one name."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words or len(words) > MOST_TYPES:
            raise InvalidError(
                f'Argument "resource_type": {shown(text)} names no type, or more than {MOST_TYPES}.'
            )
        found = [one for word in words for one in await self._named(word)]
        return list(dict.fromkeys(found))

    async def _named(self, word: str) -> Sequence[ResourceType]:
        api = await self.api()
        if found := self._found.get(word) or _matching(word, api.types):
            self._found[word] = found
            return found
        api = await self.refreshed()  # a CRD made a moment ago
        if found := _matching(word, api.types):
            return found
        raise NotFoundError(_unknown(word, api))


def _of_kind(api: Api, api_version: str, kind: str) -> ResourceType | None:
    matching = (t for t in api.types if t.kind == kind and t.api_version == api_version)
    return next(matching, None)


def _matching(word: str, types: Sequence[ResourceType]) -> list[ResourceType]:
    wanted = word.lower()
    in_category = [one for one in types if wanted in one.categories and "list" in one.verbs]
    if in_category:
        return _preferred_versions(in_category)
    resource, _, rest = wanted.partition(".")
    matches = [one for one in types if _is_called(one, resource) and _is_in(one, rest)]
    matches = matches or [one for one in types if resource in one.short_names and _is_in(one, rest)]
    # The core group comes first in discovery, and then the server's own order decides.
    return matches[:1]


def _is_called(one: ResourceType, word: str) -> bool:
    return word in (one.plural, one.singular, one.kind.lower())


def _is_in(one: ResourceType, rest: str) -> bool:
    """Whether ``rest`` is nothing, the type's group, or its ``version.group``."""
    return rest in ("", one.group, f"{one.version}.{one.group}")


def _preferred_versions(types: Iterable[ResourceType]) -> list[ResourceType]:
    first: dict[tuple[str, str], ResourceType] = {}
    for one in types:
        first.setdefault((one.group, one.plural), one)
    return list(first.values())


def _unknown(word: str, api: Api) -> str:
    names = [
        name for one in api.types for name in (one.plural, one.singular, *one.short_names) if name
    ]
    near = did_you_mean(word.lower().partition(".")[0], names)
    down = f" (not answering: {', '.join(api.stale_groups)})" if api.stale_groups else ""
    return f"Unknown resource type {shown(word)}.{near} k8s_api_resources lists all.{down}"
