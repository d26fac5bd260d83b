"""One HTTP exchange with the API server: identity, TLS, time limits, errors in our words.

A websocket has a connection of its own: it takes no place among the kept ones, and stays when they
are closed because a login is read again.

The configuration is read on first use and again when a login expires or is refused, so that the
server starts, and says what is wrong in a sentence, without a cluster.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import aiohttp
from multidict import CIMultiDict

from clients import errors
from clients.kubernetes.configuration.config import ClusterConfig
from clients.kubernetes.wire.breaker import Breaker
from clients.kubernetes.wire.refusals import (
    body_of,
    callers_fault,
    may_have_been_done,
    refusal,
    retry_after,
)
from clients.kubernetes.wire.websockets import UpgradeRefused, WebSocket, refuse_upgrade, sent_once

Params = Mapping[str, str] | list[tuple[str, str]]
JSON = "application/json"
RELOAD_PAUSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds: to connect, and between two pieces of an answer."""

    connect: float = 5.0
    read: float = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; ``body`` is JSON text already.

    With ``protocols`` a websocket is asked for; the server chooses one of them. ``user_agent`` is
    that of a program whose request is passed on: field managers are named after it. ``packed``:
    the answer is packed already, to compress it again would take longer than it spares.
    """

    method: str
    path: str
    params: Params = field(default_factory=dict)
    accept: str = JSON
    body: bytes | None = None
    content_type: str = JSON
    read_timeout: float | None = None
    protocols: tuple[str, ...] = ()
    user_agent: str = ""
    packed: bool = False

    @property
    def reads(self) -> bool:
        """Whether sending it twice is the same as sending it once."""
        return self.method == "GET" and not self.protocols


class Transient(Exception):  # noqa: N818 - not an error of its own: a reason to try again
    """An attempt failed in a way that another may not; ``wait`` is what the server asked for."""

    def __init__(self, cause: errors.ClientError, *, wait: float | None, answered: bool) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.wait = wait
        self.answered = answered


class Connection:
    """The kept HTTP session of one cluster and one identity."""

    def __init__(
        self,
        load: Callable[[], Awaitable[ClusterConfig]],
        *,
        limits: TimeLimits,
        connections: int,
        user_agent: str,
    ) -> None:
        self._load = load
        self._limits = limits
        self._connections = connections
        self._user_agent = user_agent
        self._breaker = Breaker()
        self._opening = asyncio.Lock()
        self._loaded_at = float("-inf")
        self._config: ClusterConfig | None = None
        self._http: aiohttp.ClientSession | None = None

    async def config(self) -> ClusterConfig:
        """Return the configuration, read now if it is the first time or the login has expired."""
        if self._config is None or self._config.expired:
            async with self._opening:
                if self._config is None or self._config.expired:
                    await self._open()
        assert self._config is not None  # noqa: S101 - for mypy: _open sets it or raises
        return self._config

    async def _open(self) -> None:
        config = await self._load()
        await self.close()
        self._config, self._loaded_at = config, time.monotonic()
        self._http = self._http_session(config)

    def _http_session(self, config: ClusterConfig, **more: Any) -> aiohttp.ClientSession:
        http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections, ssl=config.ssl or True),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self._limits.connect, sock_read=self._limits.read
            ),
            headers={"User-Agent": self._user_agent},
            trust_env=False,  # no netrc, no look at the proxies on every request
            auto_decompress=True,
            read_bufsize=2**18,
            **more,
        )
        # Else aiohttp itself repeats a DELETE when a kept connection breaks; there is no option.
        http._retry_connection = False
        return http

    async def close(self) -> None:
        """Close the kept connections."""
        if self._http is not None:
            await self._http.close()
        self._http = self._config = None

    @asynccontextmanager
    async def exchange(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send once; raise a ``ClientError``, or ``Transient`` where another try may help."""
        config = await self.config()
        self._refuse_while_open()
        try:
            async with self._send(config, request) as response:
                self._breaker.succeeded()
                if response.status >= 400:
                    body = await body_of(response)
                    self._raise_refusal(request, response.status, response.headers, body, config)
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as broken:
            raise self._no_answer(config, request, broken) from broken

    @asynccontextmanager
    async def relayed(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send and yield the answer whatever its status, for somebody who knows what it means.

        Once more only after a refused login that can be read again; no answer raises as
        ``exchange`` does.
        """
        config = await self.config()
        self._refuse_while_open()
        try:
            async with self._send(config, request) as response:
                self._breaker.succeeded()
                if response.status != 401 or not self._forget_login():
                    yield response
                    return
            async with self._send(await self.config(), request) as response:
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as broken:
            raise self._no_answer(config, request, broken) from broken

    async def websocket(self, request: Request) -> WebSocket:
        """Open a websocket, to be closed by the caller; raises as ``exchange`` does."""
        config = await self.config()
        self._refuse_while_open()
        hooks = {"raise_for_status": refuse_upgrade, "middlewares": [sent_once]}
        http = self._http_session(config, **hooks)
        try:
            socket = await WebSocket.opened(
                http,
                config.host + request.path,
                request.protocols,
                params=request.params,
                headers=config.headers(),
                proxy=config.proxy,
                server_hostname=config.server_hostname,
            )
        except UpgradeRefused as refused:
            self._breaker.succeeded()
            self._raise_refusal(request, refused.status, refused.headers, refused.body, config)
        except (aiohttp.ClientError, TimeoutError, OSError) as broken:
            raise self._no_answer(config, request, broken) from broken
        self._breaker.succeeded()
        return socket

    def _send(
        self, config: ClusterConfig, request: Request
    ) -> aiohttp.client._RequestContextManager:
        assert self._http is not None  # noqa: S101 - for mypy: config() has opened it
        headers = CIMultiDict(config.headers())
        headers["Accept"] = request.accept
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        if request.user_agent:
            headers["User-Agent"] = request.user_agent
        if request.packed:
            headers["Accept-Encoding"] = "identity"
        return self._http.request(
            request.method,
            config.host + request.path,
            params=request.params or None,
            data=request.body,
            headers=headers,
            proxy=config.proxy,
            server_hostname=config.server_hostname,
            allow_redirects=False,
            timeout=self._timeout(request),
        )

    def _timeout(self, request: Request) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=None,
            connect=self._limits.connect * 2,  # also the wait for a free connection of the pool
            sock_connect=self._limits.connect,
            sock_read=request.read_timeout or self._limits.read,
        )

    def _refuse_while_open(self) -> None:
        if left := self._breaker.open_for:
            raise errors.UnavailableError(
                f"{self._breaker.reason} It is tried again in {left:.0f} s. Nothing was changed."
            )

    def _raise_refusal(
        self,
        request: Request,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        config: ClusterConfig,
    ) -> NoReturn:
        refused = refusal(status, body, config.host)
        if status == 401 and self._forget_login():
            raise Transient(refused, wait=0.0, answered=True)  # refused before it was executed
        if status == 429:  # not executed: with a time to come back, anything may
            wait = retry_after(body, headers.get("Retry-After"))
            if request.reads or wait is not None:
                raise Transient(refused, wait=wait, answered=True)
        if status >= 500 and request.reads and not callers_fault(body):
            raise Transient(refused, wait=None, answered=True)
        if status >= 500 and request.method != "GET" and may_have_been_done(body):
            raise errors.OutcomeUnknownError(str(refused))
        raise refused

    def _forget_login(self) -> bool:
        """Have the configuration read again, unless it is fresh: then the login itself is bad."""
        if time.monotonic() - self._loaded_at < RELOAD_PAUSE_SECONDS:
            return False
        if self._config is not None:
            self._config.expires_at = 0.0
        return True

    def _no_answer(self, config: ClusterConfig, request: Request, broken: Exception) -> Exception:
        never_sent = isinstance(
            broken, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError
        )
        reason = _reason(broken, config, self._limits)
        self._breaker.failed(reason)
        if not request.reads and not never_sent:
            return errors.OutcomeUnknownError(
                f"The connection to the API server at {config.host} broke after the request was "
                "sent"
            )
        error = errors.UnavailableError(f"{reason} Nothing was changed.")
        hopeless = isinstance(broken, aiohttp.ClientSSLError | aiohttp.SocketTimeoutError)
        return error if hopeless else Transient(error, wait=None, answered=False)


def _reason(broken: Exception, config: ClusterConfig, limits: TimeLimits) -> str:
    server = f"The API server at {config.host}"
    match broken:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return (
                f"{server} shows a certificate that the configured certificate authority did not "
                f"sign ({config.source})."
            )
        case aiohttp.ClientConnectorDNSError():
            return f"{server} has a name that cannot be resolved."
        case aiohttp.ConnectionTimeoutError():
            return f"{server} cannot be reached: no connection within {limits.connect:g} s."
        case aiohttp.SocketTimeoutError() | TimeoutError():
            return f"{server} did not answer within {limits.read:g} s."
        case aiohttp.ClientConnectorError() | ConnectionRefusedError():
            return f"{server} refuses connections."
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError():
            return f"{server} broke off in the middle of its answer."
    return f"{server} cannot be talked to ({type(broken).__name__})."
