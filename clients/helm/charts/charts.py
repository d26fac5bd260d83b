"""Find, fetch and check charts; keep the list of repositories. No helm is needed for any of it."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from clients.errors import ClientError, ConflictError, InvalidError, NotFoundError, UnavailableError
from clients.helm.charts import archive, oci, searching, urls
from clients.helm.charts.chart import Chart
from clients.helm.charts.fetching import Fetcher, Login, Question, Resolve
from clients.helm.charts.index import Index
from clients.helm.charts.indexes import Indexes
from clients.helm.charts.logins import Logins
from clients.helm.charts.repository import (
    Repository,
    SecretRef,
    checked_name,
    checked_secret,
    checked_url,
)
from clients.helm.charts.settings import ChartSettings
from clients.helm.charts.shelf import Loan, Shelf
from clients.helm.charts.stored import stored
from clients.helm.charts.urls import Url
from clients.kubernetes import Kubernetes
from clients.kubernetes.changes import Journal
from clients.kubernetes.names import shown
from clients.suggestions import did_you_mean, nearest

MOST_REPOSITORIES = 100
_FRESH_SECONDS = 60.0
_AT_ONCE = 3  # an archive under inspection may take 100 MiB
_IN_REPOSITORY = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one repository's update; ``failure`` is empty when it went well."""

    repository: Repository
    charts: int = 0
    failure: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found, and the repositories that could not be searched, each with the reason.

    ``instead`` says what there is where nothing was found, with its leading space.
    """

    found: Sequence[searching.Found]
    searched: int
    failures: Sequence[Refreshed] = ()
    instead: str = ""


class Charts:
    """Charts from the sources that the operator allows."""

    def __init__(
        self,
        kubernetes: Kubernetes,
        settings: ChartSettings | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._settings = settings or ChartSettings()
        self._fetcher = Fetcher(
            self._settings.policy, self._settings.limits, self._settings.ca_file, resolve
        )
        self._logins = Logins(kubernetes)
        self._indexes = Indexes(self._fetcher, self._logins)
        self._registries = oci.Registries(self._fetcher, self._registry_login)
        self._stored = stored(kubernetes, self._settings.keeping)
        self._settled = {each.name: each for each in self._settings.repositories}
        self._shelf = Shelf()
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def close(self) -> None:
        """Remove the fetched archives."""
        self._shelf.close()

    async def obtain(self, chart: str, version: str | None = None) -> Chart:
        """Fetch a chart for what it says; its archive may be gone, ``lent`` has it stay."""
        async with self.lent(chart, version) as found:
            return found

    @asynccontextmanager
    async def lent(self, chart: str, version: str | None = None) -> AsyncIterator[Chart]:
        """Fetch and check a chart: ``repository/name``, ``oci://host/path``, ``https://…/x.tgz``.

        Without a version the newest that is no pre-release; else that version, or the newest that
        the constraint allows. Its archive stays until the context ends. Raises ClientError.
        """
        with self._shelf.lending() as loan:
            yield await self._found(chart, version, loan)

    async def _found(self, chart: str, version: str | None, loan: Loan) -> Chart:
        match = _IN_REPOSITORY.fullmatch(chart)
        if match is None and "://" not in chart:
            raise await self._no_chart(chart)
        async with self._slots:
            if match is not None:
                repository = await self._repository(match[1])
                return await self._in_repository(repository, match[2], version, loan)
            if chart.startswith("oci://"):
                pulled = await self._registries.pull(oci.reference(chart, version), version)
                return await self._checked(pulled.archive, pulled.source, "", loan)
            return await self._at(urls.parsed(chart), version, loan)

    async def repositories(self) -> Mapping[str, Repository]:
        """Return the repositories by name: those of the settings, then those that were added."""
        return self._settled | {
            name: each
            for name, each in (await self._stored.read()).items()
            if name not in self._settled
        }

    async def add(
        self, name: str, url: str, secret: str | None, journal: Journal, *, dry: bool
    ) -> int | None:
        """Keep a repository whose index can be read; return how many charts it has.

        None: it was there already, just so. Raises ConflictError when the name is another's.
        """
        login = _given_login(secret) if secret else None
        wanted = Repository(checked_name(name), checked_url(url), login)
        if _is_there(wanted, await self.repositories()):
            return None
        index = await self._indexes.of(wanted, newer_than=_FRESH_SECONDS)

        def add(kept: Mapping[str, Repository]) -> Mapping[str, Repository]:
            if len(kept) >= MOST_REPOSITORIES:
                raise InvalidError(f"There are {len(kept)} repositories; remove one first.")
            return {} if _is_there(wanted, kept) else {name: wanted}

        await self._stored.edit(add, journal, dry=dry)
        return len(index.charts)

    async def remove(self, name: str, journal: Journal, *, dry: bool) -> None:
        """Forget a repository; raises NotFoundError with the nearest name."""
        there = await self.repositories()
        if name in self._settled:
            raise ConflictError(
                f'Repository "{name}" stands in the server\'s settings: no call removes it.'
            )

        def remove(kept: Mapping[str, Repository]) -> Mapping[str, None]:
            if name not in kept:
                raise _no_repository(name, there)
            return {name: None}

        await self._stored.edit(remove, journal, dry=dry)
        if not dry and name in there:
            self._indexes.forget(there[name])

    async def update(self) -> Sequence[Refreshed]:
        """Fetch every index now; one that fails does not keep the others from it."""
        there = (await self.repositories()).values()
        return await asyncio.gather(*(self._refreshed(each, 0.0) for each in there))

    async def search(
        self, keyword: str, version: str | None, *, every_version: bool = False
    ) -> SearchResult:
        """Search all repositories as ``helm search repo`` does."""
        indexes: dict[str, Index] = {}
        failures = []
        there = await self.repositories()
        if not there:
            raise NotFoundError("There are no repositories to search; helm_repo_add adds one.")
        for outcome in await asyncio.gather(*(self._refreshed(each) for each in there.values())):
            if outcome.failure:
                failures.append(outcome)
            else:
                indexes[outcome.repository.name] = await self._indexes.of(outcome.repository)
        found = await asyncio.to_thread(
            searching.search, indexes, keyword, version, every_version=every_version
        )
        instead = "" if found else await asyncio.to_thread(searching.instead, indexes, keyword)
        return SearchResult(found, len(indexes), failures, instead)

    async def _refreshed(self, repository: Repository, newer_than: float = 900.0) -> Refreshed:
        try:
            index = await self._indexes.of(repository, newer_than)
        except ClientError as failed:
            return Refreshed(repository, failure=str(failed))
        return Refreshed(repository, len(index.charts))

    async def _in_repository(
        self, repository: Repository, name: str, version: str | None, loan: Loan
    ) -> Chart:
        index = await self._indexes.of(repository)
        try:
            entry = index.find(repository.name, name, version)
        except NotFoundError:  # it may have been published since
            index = await self._indexes.of(repository, newer_than=_FRESH_SECONDS)
            entry = index.find(repository.name, name, version)
        if not entry.urls:
            raise UnavailableError(
                f'Repository "{repository.name}" does not say where {name}-{entry.version} is.'
            )
        digest = entry.digest.removeprefix("sha256:").lower()
        source = f"{repository.url} {entry.urls[0]}"
        if digest and (kept := loan.get(digest, source)):
            return kept
        if entry.urls[0].startswith("oci://"):
            wanted = oci.reference(entry.urls[0], None)
            body = (await self._registries.pull(wanted, entry.version)).archive
        else:
            body = await self._indexes.archive(repository, entry)
        chart = await self._checked(body, source, digest, loan)
        if (chart.name, chart.version) != (name, entry.version):
            raise UnavailableError(
                f'Repository "{repository.name}" answered {chart.name}-{chart.version} '
                f"for {name}-{entry.version}."
            )
        return chart

    async def _at(self, url: Url, version: str | None, loan: Loan) -> Chart:
        if url.scheme == "oci" or not url.path.endswith((".tgz", ".tar.gz")):
            raise InvalidError(f"{url} is not the address of a chart's archive (.tgz).")
        answer = await self._fetcher.get(Question(url, self._settings.limits.archive_bytes))
        chart = await self._checked(answer.body, str(url), "", loan)
        if version and version != chart.version:
            raise NotFoundError(f"{url} holds version {chart.version}, not {shown(version)}.")
        return chart

    async def _checked(self, body: bytes, source: str, digest: str, loan: Loan) -> Chart:
        found = await asyncio.to_thread(lambda: hashlib.sha256(body).hexdigest())
        if digest and found != digest:
            raise UnavailableError(
                f"The archive from {source.partition(' ')[0]} is not the one its index names: its "
                "SHA-256 digest differs."
            )
        contents = await asyncio.to_thread(archive.inspected, body)
        return loan.put(body, contents, found, source)

    async def _repository(self, name: str) -> Repository:
        there = await self.repositories()
        if name not in there:
            raise _no_repository(name, there)
        return there[name]

    async def _no_chart(self, chart: str) -> InvalidError:
        """Say what a chart is to be given as, and where one of this name, or a near one, is."""
        forms = "a chart is given as repository/name, oci://host/path or https://…/name.tgz"
        there: dict[str, list[str]] = {}
        for each in (await self.repositories()).values():
            outcome = await self._refreshed(each)
            if not outcome.failure:
                for name in (await self._indexes.of(each)).charts:
                    there.setdefault(name, []).append(f'"{each.name}/{name}"')
        meant = nearest(chart, there)
        hint = f" Did you mean {' or '.join(there[meant])}?" if meant else ""
        return InvalidError(f'Argument "chart": {shown(chart)} is none; {forms}.{hint}')

    async def _registry_login(self, url: Url) -> Login | None:
        place = f"{url.authority}{url.path}"
        for beginning in sorted(self._settings.registries, key=len, reverse=True):
            if f"{place}/".startswith(f"{beginning}/"):
                secret = self._settings.registries[beginning]
                return await self._logins.login(secret, url, settled=True)
        return None


def _given_login(text: str) -> SecretRef:
    """Read a caller's Secret by Kubernetes' own grammar."""
    try:
        return checked_secret(text)
    except InvalidError as wrong:
        raise InvalidError(
            f'Argument "credentials_ref": {shown(text)} is not the namespace and name of a Secret, '
            'such as "ci/charts". Nothing was sent.'
        ) from wrong


def _is_there(wanted: Repository, there: Mapping[str, Repository]) -> bool:
    """Whether it is there just so; raises ConflictError when its name is another's."""
    present = there.get(wanted.name)
    if present is None:
        return False
    if present.url.rstrip("/") == wanted.url and present.login == wanted.login:
        return True
    what = "another login" if present.url.rstrip("/") == wanted.url else present.url
    way = (
        "choose another name"
        if present.settled
        else "choose another name, or remove that one first"
    )
    raise ConflictError(
        f'Repository "{wanted.name}" already exists, with {what}. It was not replaced: {way}.'
    )


def _no_repository(name: str, there: Mapping[str, Repository]) -> NotFoundError:
    known = f" There are: {', '.join(there)}." if there else " There is none."
    near = did_you_mean(name, there)
    return NotFoundError(f"No repository named {shown(name)}.{near or known}")
