"""Charts in a registry (OCI distribution 1.1): a manifest, one layer, and the tags.

As helm stores them: config ``application/vnd.cncf.helm.config.v1+json``, the archive as the layer
``application/vnd.cncf.helm.chart.content.v1.tar+gzip``; a ``+`` of a version is ``_`` in its tag.
What a digest names is checked against it. Logins go to the registry's own host, or to the host that
is known to give out its tokens.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

import orjson
from pydantic import SecretStr

from clients.errors import InvalidError, NotFoundError, UnauthorizedError, UnavailableError
from clients.helm.charts import urls, versions
from clients.helm.charts.fetching import Fetched, Fetcher, Login, Question
from clients.helm.charts.urls import Url
from clients.kubernetes.names import shown

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
ARCHIVE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
CONFIG = "application/vnd.cncf.helm.config.v1+json"
_MOST_MANIFEST_BYTES = 2**20
_MOST_TAG_PAGES = 20
_TOKEN_HOSTS = {
    "registry-1.docker.io": "auth.docker.io",
    "registry.gitlab.com": "gitlab.com",
}
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_EXACT = re.compile(r"v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')

LoginFor = Callable[[Url], Awaitable[Login | None]]


@dataclass(frozen=True, slots=True)
class Reference:
    """``oci://host/path[:tag][@sha256:…]``, taken apart."""

    registry: Url
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def url(self) -> Url:
        """The repository's URL, without tag and digest."""
        return Url("oci", self.registry.host, self.registry.port, f"/{self.repository}")


@dataclass(frozen=True, slots=True)
class Pulled:
    """An archive whose digest was checked, and the reference it is known by."""

    archive: bytes = field(repr=False)
    source: str


def reference(text: str, version: str | None) -> Reference:
    """Take a reference apart; raises InvalidError."""
    url = urls.parsed(text)
    path, at, digest = url.path.removeprefix("/").partition("@")
    repository, colon, tag = path.partition(":")
    wrong = (
        not _REPOSITORY.fullmatch(repository)
        or (bool(at) and not _DIGEST.fullmatch(digest))
        or (bool(colon) and not _TAG.fullmatch(tag))
        or bool(url.query)
    )
    if wrong:
        raise InvalidError(
            f"{shown(text)} is not a chart in a registry as oci://host/path[:version]."
        )
    if tag and version and version.replace("+", "_") != tag:
        raise InvalidError(f"The chart names version {shown(tag)}, the argument {shown(version)}.")
    return Reference(url, repository, tag, digest)


class Registries:
    """Pulls charts from registries that the policy allows."""

    def __init__(self, fetcher: Fetcher, login_for: LoginFor) -> None:
        self._fetcher = fetcher
        self._login_for = login_for

    async def pull(self, wanted: Reference, version: str | None) -> Pulled:
        """Return the chart of a tag, of a digest, or of the newest tag that a constraint allows."""
        self._fetcher.policy.check(wanted.url)
        pull = _Pull(self._fetcher, wanted, await self._login_for(wanted.url))
        which = wanted.digest or wanted.tag or await pull.tag_for(version)
        archive = await pull.archive(await pull.manifest(which))
        mark = "@" if wanted.digest else ":"
        return Pulled(archive, f"{wanted.url}{mark}{which}")


class _Pull:
    """One pull: it keeps the token that the registry asked for."""

    def __init__(self, fetcher: Fetcher, wanted: Reference, login: Login | None) -> None:
        self._fetcher = fetcher
        self._wanted = wanted
        self._login = login
        self._authorization: SecretStr | None = None
        host, port = wanted.registry.host, wanted.registry.port
        host = "registry-1.docker.io" if host in ("docker.io", "index.docker.io") else host
        scheme = "http" if fetcher.policy.allows_plain(host, port) else "https"
        self._base = Url(scheme, host, port, f"/v2/{wanted.repository}")

    async def tag_for(self, version: str | None) -> str:
        """Return the tag of an exact version, else of the newest that the constraint allows."""
        if version and _EXACT.fullmatch(version):
            return version.replace("+", "_")
        constraint = versions.Constraint(version or versions.STABLE)
        there = versions.newest_first([tag.replace("_", "+") for tag in await self._tags()])
        for tag in there:
            known = versions.parsed(tag)
            if known is not None and constraint.allows(known):
                return tag.replace("+", "_")
        known_ones = ", ".join(there[:5]) or "none"
        raise NotFoundError(
            f"{self._wanted.url} has no version {shown(version or versions.STABLE)}. "
            f"There are: {known_ones}{' and more' if len(there) > 5 else ''}."
        )

    async def manifest(self, which: str) -> dict[str, object]:
        """Return the manifest of a tag or digest."""
        answer = await self._get(f"/manifests/{which}", _MOST_MANIFEST_BYTES, MANIFEST)
        if which.startswith("sha256:"):
            _check_digest(answer.body, which, "manifest")
        manifest = _object(answer)
        config = manifest.get("config")
        if not isinstance(config, dict) or config.get("mediaType") != CONFIG:
            raise InvalidError(f"{self._wanted.url}:{which} is not a chart but something else.")
        return manifest

    async def archive(self, manifest: dict[str, object]) -> bytes:
        """Return the layer that is the chart."""
        layers = manifest.get("layers")
        for layer in layers if isinstance(layers, list) else []:
            if isinstance(layer, dict) and layer.get("mediaType") == ARCHIVE:
                digest = str(layer.get("digest"))
                if not _DIGEST.fullmatch(digest):
                    raise InvalidError(f"{self._wanted.url} names its chart by no SHA-256 digest.")
                most = self._fetcher.limits.archive_bytes
                answer = await self._get(f"/blobs/{digest}", most, "*/*")
                _check_digest(answer.body, digest, "chart")
                return answer.body
        raise InvalidError(f"{self._wanted.url} holds no chart archive.")

    async def _tags(self) -> list[str]:
        tags: list[str] = []
        where = "/tags/list"
        for _ in range(_MOST_TAG_PAGES):
            answer = await self._get(where, _MOST_MANIFEST_BYTES, "application/json")
            page = _object(answer).get("tags")
            tags += [str(tag) for tag in page] if isinstance(page, list) else []
            following = re.search(r'<[^>]*\?([^>]*)>;\s*rel="?next', answer.headers.get("link", ""))
            if following is None:
                break
            where = f"/tags/list?{following[1]}"
        return tags

    async def _get(self, path: str, most: int, accept: str) -> Fetched:
        answer = await self._asked(path, most, accept)
        if answer.status == 401:
            challenge = answer.headers.get("www-authenticate", "")
            self._authorization = await self._authorized(challenge)
            answer = await self._asked(path, most, accept)
        if answer.status == 401:
            raise UnauthorizedError(_unauthorized(self._wanted, self._login))
        return answer

    async def _asked(self, path: str, most: int, accept: str) -> Fetched:
        below, _, query = path.partition("?")
        base = self._base
        url = Url(base.scheme, base.host, base.port, f"{base.path}{below}", query)
        question = Question(url, most, accept, self._authorization, self._check, refused_ok=True)
        return await self._fetcher.get(question)

    def _check(self, url: Url) -> None:
        """Hold the policy: the registry about this chart is allowed, others by their own URL."""
        own = url.origin == self._base.origin and url.path.startswith(f"{self._base.path}/")
        if not own:
            self._fetcher.policy.check_registry(url)

    def _check_token(self, trusted: tuple[str, str, int] | None, url: Url) -> None:
        """Allow an allowed registry's own token service, others by their own URL."""
        if url.origin != trusted:
            self._fetcher.policy.check(url)

    async def _authorized(self, challenge: str) -> SecretStr:
        """Answer a challenge: Basic with the login, Bearer with a token (anonymous without one)."""
        kind, _, rest = challenge.partition(" ")
        said = dict(_CHALLENGE.findall(rest))
        if kind.lower() == "basic" and self._login:
            return self._login.header
        if kind.lower() != "bearer" or "realm" not in said:
            raise UnauthorizedError(_unauthorized(self._wanted, self._login))
        return SecretStr(f"Bearer {await self._token(said)}")

    async def _token(self, said: dict[str, str]) -> str:
        realm = urls.parsed(said["realm"])
        asked = {"service": said.get("service", "")}
        asked["scope"] = f"repository:{self._wanted.repository}:pull"
        query = "&".join(filter(None, (realm.query, urlencode(asked))))
        url = Url(realm.scheme, realm.host, realm.port, realm.path, query)
        gives = _TOKEN_HOSTS.get(self._base.host, self._base.host)
        trusted = realm.host == gives and (
            realm.scheme == "https" or realm.origin == self._base.origin
        )
        login = self._login.header if self._login and trusted else None
        check = partial(self._check_token, url.origin if trusted else None)
        question = Question(url, _MOST_MANIFEST_BYTES, "*/*", login, check, refused_ok=True)
        answer = await self._fetcher.get(question)
        if answer.status == 401:
            raise UnauthorizedError(_unauthorized(self._wanted, self._login))
        body = _object(answer)
        token = body.get("token") or body.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise UnavailableError(f"{url} gave no token.")
        return token


def _check_digest(body: bytes, digest: str, what: str) -> None:
    if f"sha256:{hashlib.sha256(body).hexdigest()}" != digest:
        raise UnavailableError(f"The registry answered another {what} than {digest} names.")


def _object(answer: Fetched) -> dict[str, object]:
    try:
        parsed = orjson.loads(answer.body)
    except ValueError as garbled:
        raise UnavailableError(f"{answer.url} answered something that is not JSON.") from garbled
    if not isinstance(parsed, dict):
        raise UnavailableError(f"{answer.url} answered JSON that is no object.")
    return parsed


def _unauthorized(wanted: Reference, login: Login | None) -> str:
    if login is None:
        return (
            f"{wanted.url} does not exist or asks for a login; the server's settings pair "
            "registries with Secrets."
        )
    return f"{wanted.url} does not exist, or the login in the Secret is not accepted."
