"""The only way helm has to the cluster: a loopback address whose requests become the session's own.

So helm acts as the very user the Kubernetes client acts as, under the operator's policy, and no
credential of the cluster ever lies on a disk: the address holds a random word, made for one run,
and whoever lacks it is refused. Protobuf, watches and refusals pass as they are; what was
compressed passes decompressed. Nothing is sent twice.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
from aiohttp import ClientError, ClientResponse, web

from clients import errors
from clients.helm.executable.secrecy import Secrecy
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.doors import REVIEWS
from clients.kubernetes.wire.refusals import refusal
from clients.kubernetes.wire.session import Session

LOOPBACK = "127.0.0.1"
LONGEST_SILENCE_SECONDS = 300.0  # of a watch; the run itself ends before
MOST_BODY_BYTES = 16 * 2**20
MOST_REFUSALS = 20
_MOST_REFUSAL_BYTES = 2**20
_PASSED_ON = ("Content-Type", "Warning", "Retry-After", "ETag", "Cache-Control", "Vary")
_CODES: dict[type[errors.ClientError], tuple[int, str]] = {
    errors.ForbiddenError: (403, "Forbidden"),
    errors.UnauthorizedError: (401, "Unauthorized"),
    errors.InvalidError: (400, "BadRequest"),
    errors.UnavailableError: (503, "ServiceUnavailable"),
}
Guard = Callable[[Request], Awaitable[None]]


@dataclass(slots=True)
class Passed:
    """What has gone through: how many changes were sent, and the refusals in our words."""

    changes: int = 0
    refusals: list[str] = field(default_factory=list)


class Gateway:
    """Passes requests on through one session; ``guard`` may refuse one after looking at it."""

    def __init__(self, session: Session, secrecy: Secrecy, guard: Guard | None = None) -> None:
        self._session = session
        self._secrecy = secrecy
        self._guard = guard
        self._word = secrets.token_urlsafe(32)
        self.passed = Passed()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Listen, and yield the URL that stands for the API server's."""
        runner = web.ServerRunner(
            web.Server(self._answered, handler_cancellation=True, access_log=None),
            shutdown_timeout=0.1,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, LOOPBACK, 0).start()
            port = runner.addresses[0][1]
            yield f"http://{LOOPBACK}:{port}/{self._word}"
        finally:
            await runner.cleanup()

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        prefix = f"/{self._word}/"
        if not secrets.compare_digest(request.path[: len(prefix)].encode(), prefix.encode()):
            return web.Response(status=401)
        try:
            return await self._passed_on(request, await _as_ours(request, prefix))
        except errors.ClientError as refused:
            self._remember(str(refused))
            return _status(refused)

    async def _passed_on(self, request: web.BaseRequest, ours: Request) -> web.StreamResponse:
        if self._guard:
            await self._guard(ours)
        async with self._session.relay(self._secrecy.asked(ours)) as answer:
            if ours.method != "GET" and ours.path not in REVIEWS:
                self.passed.changes += 1
            if answer.status >= 400 or self._secrecy.concerns(ours):
                return await self._whole(ours, answer)
            return await _streamed(request, answer)

    async def _whole(self, ours: Request, answer: ClientResponse) -> web.StreamResponse:
        """Answer with what has to be looked at first: refusals, and objects with secrets."""
        body = await answer.read()
        if answer.status < 400:
            body = await asyncio.to_thread(self._secrecy.told, ours, body)
        elif answer.status != 404:
            said = refusal(answer.status, body[:_MOST_REFUSAL_BYTES], str(answer.url.origin()))
            self._remember(str(said))
        return web.Response(status=answer.status, body=body, headers=_headers(answer))

    def _remember(self, sentence: str) -> None:
        if sentence not in self.passed.refusals and len(self.passed.refusals) < MOST_REFUSALS:
            self.passed.refusals.append(sentence)


async def _as_ours(request: web.BaseRequest, prefix: str) -> Request:
    path = "/" + request.raw_path.partition("?")[0].removeprefix(prefix)
    if "%" in path or "//" in path or {".", ".."} & {*path.split("/")}:
        raise errors.InvalidError("helm asked for a path that no object of Kubernetes has.")
    body = await _body(request)
    watches = request.query.get("watch") in ("true", "1")
    return Request(
        request.method,
        path,
        [*request.query.items()],
        accept=request.headers.get("Accept", "application/json"),
        body=body or None,
        content_type=request.headers.get("Content-Type", "application/json"),
        read_timeout=LONGEST_SILENCE_SECONDS if watches else None,
        user_agent=request.headers.get("User-Agent", ""),
    )


async def _body(request: web.BaseRequest) -> bytes:
    pieces, size = [], 0
    async for piece in request.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BODY_BYTES:
            raise errors.InvalidError(f"helm sent more than {MOST_BODY_BYTES >> 20} MiB at once.")
    return b"".join(pieces)


async def _streamed(request: web.BaseRequest, answer: ClientResponse) -> web.StreamResponse:
    """Pass the body on piece by piece, as a watch needs it."""
    response = web.StreamResponse(status=answer.status, headers=_headers(answer))
    try:
        await response.prepare(request)
        async for piece in answer.content.iter_any():
            await response.write(piece)
        await response.write_eof()
    except ConnectionError:  # helm has ended, or has seen enough
        return response
    except (ClientError, TimeoutError):  # half an answer must not look like a whole one
        if request.transport is not None:
            request.transport.abort()
    return response


def _headers(answer: ClientResponse) -> list[tuple[str, str]]:
    return [(name, value) for name in _PASSED_ON for value in answer.headers.getall(name, ())]


def _status(refused: errors.ClientError) -> web.Response:
    """Say a refusal of ours as an API server would."""
    code, reason = next(
        (told for kind, told in _CODES.items() if isinstance(refused, kind)), (500, "InternalError")
    )
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": str(refused),
        "reason": reason,
        "code": code,
    }
    return web.Response(status=code, body=orjson.dumps(body), content_type="application/json")
