"""The conversation of one call with one Jenkins: what is sent, how often, and with which crumb.

An API token needs no crumb, but only while no cookie travels with it: a session that Jenkins knows
is not asked for the token again, and then wants a crumb. So cookies are dropped until Jenkins asks
for a crumb; from then on cookie and crumb go together (Jenkins' ``ApiCrumbExclusion`` and
``DefaultCrumbIssuer``).

Reads are tried again when that can help; what changes something is sent once, and once more only
where a filter of Jenkins stopped it before anything was done. No redirect is followed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import orjson
import stamina

from clients import errors
from clients.addresses import Address
from clients.credentials import Credentials
from clients.jenkins import refusals
from clients.jenkins.bodies import first_bytes
from clients.jenkins.paths import JSON, Place, path_of
from clients.kubernetes.wire.session import Retries

T = TypeVar("T")
ISSUER = Place(("crumbIssuer",), "a crumb issuer")
MOST_PAGE_BYTES = 2**16
MOST_BODY_BYTES = 8 * 2**20
_SENTENCE_END = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; ``about`` is what a refusal is about, ``unknown`` what a lost answer hides."""

    method: str
    names: tuple[str, ...]
    about: Place
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    accept: str = "application/json"
    most_bytes: int = MOST_BODY_BYTES
    unknown: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers by their lower-case names, and the body as far as it was wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Refused(Exception):  # noqa: N818 - an answer, not yet an error
    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class _Transient(Exception):  # noqa: N818 - a reason to try again
    def __init__(self, cause: errors.ClientError, wait: float | None = None) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.wait = wait


class Session:
    """Sends requests to one address as one user; without ``writes``, nothing but GET."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        base: Address,
        credentials: Credentials,
        renew: Callable[[], Awaitable[Credentials]],
        retries: Retries,
        *,
        writes: bool = False,
    ) -> None:
        self.base = base
        self._http = http
        self._credentials = credentials
        self._renew: Callable[[], Awaitable[Credentials]] | None = renew
        self._retries = retries
        self._writes = writes
        self._renewing = asyncio.Lock()
        self._crumb: dict[str, str] = {}

    @property
    def credentials(self) -> Credentials:
        """Who is asking."""
        return self._credentials

    async def read(self, request: Request) -> Reply:
        """GET and return a whole body of at most ``most_bytes``; more is refused."""

        async def once() -> Reply:
            async with self._answered(request) as response:
                body = await first_bytes(response, request.most_bytes + 1)
                if len(body) > request.most_bytes:
                    raise errors.UnavailableError(
                        f"The answer about {request.about} is larger than "
                        f"{request.most_bytes >> 20} MiB; ask for less of it."
                    )
                return _reply(response, self._credentials.removed_from(body))

        return await self._reading(request, once)

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[httpx.Response]:
        """GET and yield the answer with its body still to come; its headers are there."""

        async def once() -> httpx.Response:
            response = await self._send(request)
            if response.status_code >= 300:
                await self._raise_refused(request, response)
            return response

        response = await self._reading(request, once)
        try:
            yield response
        except (httpx.HTTPError, httpx.StreamError) as broken:
            failed = self._no_answer(request, broken)  # what was read already is not read again
            raise (failed.cause if isinstance(failed, _Transient) else failed) from broken
        finally:
            await response.aclose()

    async def post(self, request: Request) -> Reply:
        """POST a form once; return also redirects, which Jenkins answers many a success with."""
        used = self._credentials
        reply = await self._posted(request)
        if reply.status == 401 and await self._renewed(used):
            reply = await self._posted(request)
        if refusals.misses_crumb(reply.status, reply.body):
            await self._take_crumb()
            reply = await self._posted(request)
        if reply.status >= 400:
            raise self._lost_or_refused(request, reply)
        return reply

    async def _reading(self, request: Request, once: Callable[[], Awaitable[T]]) -> T:
        used = self._credentials
        try:
            return await self._patiently(once)
        except _Refused as refused:
            if refused.reply.status != 401 or not await self._renewed(used):
                raise self._refusal(request, refused.reply) from refused
        try:
            return await self._patiently(once)
        except _Refused as again:
            raise self._refusal(request, again.reply) from again

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        caller = stamina.AsyncRetryingCaller(
            attempts=self._retries.attempts,
            timeout=None,
            wait_initial=self._retries.base_delay,
            wait_max=self._retries.max_delay,
            wait_jitter=self._retries.base_delay,
            wait_exp_base=self._retries.exponential_base,
        )
        try:
            return await caller(self._pause_before, once)
        except _Transient as last:
            raise last.cause from last

    def _pause_before(self, failure: Exception) -> bool | float:
        if not isinstance(failure, _Transient):
            return False
        if failure.wait is None:
            return True
        return min(failure.wait, self._retries.max_delay) or 0.001

    @asynccontextmanager
    async def _answered(self, request: Request) -> AsyncIterator[httpx.Response]:
        """Send a read once and yield a good answer; raise what was refused, or may pass."""
        response = await self._send(request)
        try:
            if response.status_code >= 300:
                await self._raise_refused(request, response)
            yield response
        except (httpx.HTTPError, httpx.StreamError) as broken:
            raise self._no_answer(request, broken) from broken
        finally:
            await response.aclose()

    async def _raise_refused(self, request: Request, response: httpx.Response) -> None:
        reply = await self._page(response)
        if reply.status in refusals.AGAIN:
            raise _Transient(self._refusal(request, reply), _retry_after(reply))
        raise _Refused(reply)

    async def _posted(self, request: Request) -> Reply:
        return await self._page(await self._send(request))

    async def _page(self, response: httpx.Response) -> Reply:
        """Return what came with a status that says enough by itself: a body is welcome, no more."""
        try:
            body = await first_bytes(response, MOST_PAGE_BYTES)
        except (httpx.HTTPError, httpx.StreamError, errors.ClientError):
            body = b""
        finally:
            await response.aclose()
        return _reply(response, self._credentials.removed_from(body))

    async def _send(self, request: Request) -> httpx.Response:
        if request.method != "GET" and not self._writes:
            raise errors.ForbiddenError(
                f"A read or a preview tried to send {request.method} to Jenkins; nothing was sent."
            )
        if not self._crumb:
            self._http.cookies.clear()
        user = self._credentials
        built = self._http.build_request(
            request.method,
            str(self.base) + path_of(request.names),
            params=request.params or None,
            data=request.form,
            headers={"Accept": request.accept, **(self._crumb if request.method == "POST" else {})},
        )
        self._refuse_elsewhere(built.url)
        try:
            return await self._http.send(
                built,
                auth=httpx.BasicAuth(user.username, user.token.get_secret_value()),
                follow_redirects=False,
                stream=True,
            )
        except (httpx.HTTPError, httpx.StreamError) as broken:
            raise self._no_answer(request, broken) from broken

    def _refuse_elsewhere(self, url: httpx.URL) -> None:
        """Look once more at what is about to leave: the address that the credentials are for."""
        path = "".join(f"/{segment}" for segment in self.base.path) + "/"
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        host = f"[{url.host}]" if ":" in url.host else url.host
        where = (url.scheme, host, port)
        if where != (self.base.scheme, self.base.host, self.base.port) or not (
            url.raw_path.decode().startswith(path)
        ):
            raise errors.InvalidError(f"The request would leave {self.base}. Nothing was sent.")

    async def _renewed(self, used: Credentials) -> bool:
        """Read the credentials once more, once a call; say whether they are others than used."""
        async with self._renewing:  # requests at the same time are refused at the same time
            if self._renew and self._credentials == used:
                renew, self._renew = self._renew, None
                self._credentials = await renew()
        return self._credentials != used

    async def _take_crumb(self) -> None:
        """Ask for a crumb; its session's cookie stays with it."""
        self._crumb = {}
        self._http.cookies.clear()
        reply = await self.read(Request("GET", ISSUER.below(*JSON), ISSUER))
        with suppress(ValueError, LookupError, TypeError):
            issued = orjson.loads(reply.body)
            name, crumb = issued["crumbRequestField"], issued["crumb"]
            if _is_header(name) and _is_header(crumb):
                self._crumb = {name: crumb}
                return
        raise errors.UnavailableError(
            f"Jenkins at {self.base} wants a crumb and issues none that can be sent."
        )

    def _refusal(self, request: Request, reply: Reply) -> errors.ClientError:
        return refusals.refusal(
            reply.status,
            reply.headers,
            reply.body,
            request.about,
            str(self.base),
            f'user "{self._credentials.username}" ({self._credentials.source})',
        )

    def _lost_or_refused(self, request: Request, reply: Reply) -> errors.ClientError:
        """Tell a change that was refused from one whose fate is not known."""
        refused = self._refusal(request, reply)
        if reply.status < 500 or refusals.is_starting(reply.body):
            return refused
        return errors.OutcomeUnknownError(str(refused).rstrip("."), request.unknown, request.look)

    def _no_answer(self, request: Request, broken: Exception) -> Exception:
        reason, never_sent = refusals.unanswered(broken, str(self.base))
        if request.method != "GET" and not never_sent:
            return errors.OutcomeUnknownError(reason, request.unknown, request.look)
        error = errors.UnavailableError(f"{reason}. {_SENTENCE_END}")
        may_pass = isinstance(broken, httpx.TransportError) and not isinstance(
            broken, httpx.TimeoutException | httpx.UnsupportedProtocol
        )
        hopeless = request.method != "GET" or refusals.is_certificate(broken)
        return _Transient(error) if may_pass and not hopeless else error


def _reply(response: httpx.Response, body: bytes) -> Reply:
    return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)


def _retry_after(reply: Reply) -> float | None:
    with suppress(ValueError):
        return max(0.0, float(reply.headers.get("retry-after", "")))
    return None


def _is_header(text: object) -> bool:
    printable = isinstance(text, str) and text.isascii() and text.isprintable()
    return printable and 0 < len(str(text)) < 1000
