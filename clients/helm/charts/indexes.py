"""The repositories' indexes, kept a while and shared by all calls; many askers, one fetch."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from clients.helm.charts import index
from clients.helm.charts.fetching import Fetched, Fetcher, Login, Question
from clients.helm.charts.index import Entry, Index
from clients.helm.charts.logins import Logins
from clients.helm.charts.repository import Repository
from clients.helm.charts.urls import Url

KEPT_SECONDS = 900.0
MOST_INDEXES = 50
_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class _Kept:
    index: Index
    fetched_at: float


class Indexes:
    """Indexes by the repository they are of; the least used make room."""

    def __init__(
        self, fetcher: Fetcher, logins: Logins, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetcher = fetcher
        self._logins = logins
        self._clock = clock
        self._kept: OrderedDict[Repository, _Kept] = OrderedDict()
        self._locks: dict[Repository, asyncio.Lock] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def of(self, repository: Repository, newer_than: float = KEPT_SECONDS) -> Index:
        """Return an index at most ``newer_than`` seconds old; raises ClientError."""
        asked_at = self._clock()
        async with self._locks.setdefault(repository, asyncio.Lock()):
            kept = self._kept.get(repository)
            if kept is None or kept.fetched_at < asked_at - newer_than:
                kept = _Kept(await self._fetched(repository), self._clock())
                self._kept[repository] = kept
                while len(self._kept) > MOST_INDEXES:
                    self._locks.pop(self._kept.popitem(last=False)[0], None)
            self._kept.move_to_end(repository)
            return kept.index

    async def archive(self, repository: Repository, entry: Entry) -> bytes:
        """Return a chart version's archive, from the first of its URLs, as helm does."""
        url = repository.base.joined(entry.urls[0])
        most = self._fetcher.limits.archive_bytes
        return (await self._get(repository, url, most)).body

    def forget(self, repository: Repository) -> None:
        """Drop the index of a repository that is no more."""
        self._kept.pop(repository, None)
        self._locks.pop(repository, None)

    async def _fetched(self, repository: Repository) -> Index:
        async with self._slots:
            url = repository.index_url
            answer = await self._get(repository, url, self._fetcher.limits.index_bytes)
            return await index.read(answer.body, repository.url)

    async def _get(self, repository: Repository, url: Url, most: int) -> Fetched:
        login = await self._login(repository)
        own = login is not None and url.origin == login.origin
        authorization = login.header if login and own else None
        return await self._fetcher.get(Question(url, most, authorization=authorization))

    async def _login(self, repository: Repository) -> Login | None:
        if repository.login is None:
            return None
        self._fetcher.policy.check(repository.base)
        return await self._logins.login(
            repository.login, repository.base, settled=repository.settled
        )
