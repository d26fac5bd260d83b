"""Fetch over HTTP(S) with the source policy at every hop, bounded in bytes and seconds.

A host's name is resolved here, its addresses are checked, and the connection goes to the address
that was checked: a second answer of the name server cannot lead elsewhere. Redirects are followed
by hand, each as a new URL. A login goes to its own origin only. Compressed answers are decompressed
step by step, never beyond the bound.
"""

import asyncio
import base64
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx
from pydantic import SecretStr

from clients.errors import (
    ClientError,
    ConfigurationError,
    NotFoundError,
    TimedOutError,
    UnauthorizedError,
    UnavailableError,
)
from clients.helm.charts.policy import SourcePolicy
from clients.helm.charts.urls import Url

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Check = Callable[[Url], None]
MOST_HOPS = 6
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a fetch may take, and how large what is fetched may be, decompressed."""

    seconds: float = 45.0
    connect_seconds: float = 10.0
    index_bytes: int = 64 * 2**20
    archive_bytes: int = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and password, and the one origin they are for."""

    origin: tuple[str, str, int]
    username: str
    password: SecretStr

    @property
    def header(self) -> SecretStr:
        """What HTTP calls Basic."""
        pair = f"{self.username}:{self.password.get_secret_value()}"
        return SecretStr(f"Basic {base64.b64encode(pair.encode()).decode()}")


@dataclass(frozen=True, slots=True)
class Question:
    """One GET: ``authorization`` goes to the first URL's origin only."""

    url: Url
    most_bytes: int
    accept: str = "*/*"
    authorization: SecretStr | None = None
    check: Check | None = None
    refused_ok: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: 200, or 401 where the question allows for it."""

    url: Url
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Fetcher:
    """Asks what the policy allows."""

    def __init__(
        self,
        policy: SourcePolicy,
        limits: Limits | None = None,
        ca_file: str | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self.policy = policy
        self.limits = limits or Limits()
        self._ca_file = ca_file
        self._resolve = resolve or _system_resolver
        self._context: ssl.SSLContext | None = None

    async def get(self, question: Question) -> Fetched:
        """Return the answer at the end of the redirects; raises ClientError."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._followed(question)
        except TimeoutError as late:
            raise TimedOutError(
                f"{question.url} did not answer within {self.limits.seconds:g} s."
            ) from late

    async def _followed(self, question: Question) -> Fetched:
        url, authorization = question.url, question.authorization
        for _ in range(MOST_HOPS):
            (question.check or self.policy.check)(url)
            answer = await self._asked(url, question, authorization)
            if answer.status not in _REDIRECTS:
                return _accepted(answer, question)
            url = url.joined(answer.headers.get("location", ""))
            if url.origin != question.url.origin:
                authorization = None  # for good: another host must not lead back to it either
        raise UnavailableError(f"{question.url} redirects more than {MOST_HOPS} times.")

    async def _asked(self, url: Url, question: Question, login: SecretStr | None) -> Fetched:
        broken: Exception | None = None
        for address in await self._addresses(url):
            try:
                async with self._sent(url, address, question, login) as response:
                    return await _read(url, response, question.most_bytes)
            except (httpx.ConnectError, httpx.ConnectTimeout) as unreachable:
                broken = unreachable
            except (httpx.HTTPError, httpx.InvalidURL) as cut:
                raise UnavailableError(
                    f"{url} broke off or answered what is not HTTP ({type(cut).__name__})."
                ) from cut
        raise UnavailableError(_unreachable(url, broken)) from broken

    async def _addresses(self, url: Url) -> Sequence[str]:
        try:
            found = await self._resolve(url.host, url.port)
        except (OSError, UnicodeError) as unknown:
            raise UnavailableError(f'Host "{url.host}" has a name that cannot be resolved.') from (
                unknown
            )
        for address in found:
            self.policy.check_address(url, address)
        return found

    @asynccontextmanager
    async def _sent(
        self, url: Url, address: str, question: Question, login: SecretStr | None
    ) -> AsyncIterator[httpx.Response]:
        """Send to the address, as the host: its name in TLS and in ``Host``."""
        headers = {
            "Host": url.authority,
            "Accept": question.accept,
            "Accept-Encoding": "gzip",
            "User-Agent": "skyflo-mcp",
        }
        if login is not None:
            headers["Authorization"] = login.get_secret_value()
        where = f"[{address}]" if ":" in address else address
        pinned = httpx.URL(f"{url.scheme}://{where}:{url.port}").copy_with(
            raw_path=url.target.encode()
        )
        limits = httpx.Timeout(self.limits.seconds, connect=self.limits.connect_seconds)
        async with httpx.AsyncClient(
            verify=self._tls() if url.scheme == "https" else False,
            trust_env=False,
            timeout=limits,
        ) as client:
            request = client.build_request(
                "GET", pinned, headers=headers, extensions={"sni_hostname": url.host}
            )
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                yield response
            finally:
                await response.aclose()

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            try:
                self._context = ssl.create_default_context(cafile=self._ca_file)
            except (OSError, ssl.SSLError) as unreadable:
                raise ConfigurationError(
                    f"The certificate authorities for chart sources in {self._ca_file} cannot be "
                    "read."
                ) from unreadable
        return self._context


async def _system_resolver(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=1)  # SOCK_STREAM
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _read(url: Url, response: httpx.Response, most: int) -> Fetched:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.status_code in _REDIRECTS:
        return Fetched(url, response.status_code, headers, b"")
    bound = most if response.status_code == HTTPStatus.OK else _CHUNK
    body = bytearray()
    async for piece in _decompressed(url, headers, response):
        body += piece
        if len(body) > bound and response.status_code == HTTPStatus.OK:
            raise UnavailableError(f"{url} answered more than {_size(bound)}; it was not read.")
        if len(body) > bound:
            break
    return Fetched(url, response.status_code, headers, bytes(body))


async def _decompressed(
    url: Url, headers: Mapping[str, str], response: httpx.Response
) -> AsyncIterator[bytes]:
    """Yield the body in pieces of bounded size, whatever was compressed into them."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        async for piece in response.aiter_raw(_CHUNK):
            yield piece
        return
    if encoding not in ("gzip", "x-gzip"):
        raise UnavailableError(f"{url} answered in an encoding that was not asked for.")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        async for piece in response.aiter_raw(_CHUNK):
            yield inflate.decompress(piece, _CHUNK)
            while inflate.unconsumed_tail:
                yield inflate.decompress(inflate.unconsumed_tail, _CHUNK)
    except zlib.error as garbled:
        raise UnavailableError(f"{url} answered gzip that cannot be read.") from garbled
    if not inflate.eof:
        raise UnavailableError(f"{url} broke off in the middle of its answer.")


def _accepted(answer: Fetched, question: Question) -> Fetched:
    if answer.status == HTTPStatus.OK:
        return answer
    if answer.status == HTTPStatus.UNAUTHORIZED and question.refused_ok:
        return answer
    raise _refusal(answer)


def _refusal(answer: Fetched) -> ClientError:
    phrase = next((status.phrase for status in HTTPStatus if status == answer.status), "")
    said = f"{answer.url} answered {answer.status} {phrase}".rstrip()
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return UnauthorizedError(f"{said}: it asks for another login.")
    if answer.status == HTTPStatus.NOT_FOUND:
        return NotFoundError(f"{said}.")
    return UnavailableError(f"{said}.")


def _unreachable(url: Url, broken: Exception | None) -> str:
    if isinstance(broken, httpx.ConnectTimeout):
        return f"{url} cannot be reached: no connection in time."
    if broken is not None and "CERTIFICATE_VERIFY_FAILED" in str(broken):
        return f"{url} shows a certificate that no known authority signed for its host."
    return f"{url} cannot be reached: no connection."


def _size(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 2**20 else f"{count:,} bytes"
