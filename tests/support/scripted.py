"""A far side that answers what a test says, in order, and remembers what it was asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

Step = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Scripted:
    """Its URL, the answers still to come (the last one repeats), the requests that came."""

    url: str = ""
    steps: list[Step] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)

    def answers(self, *steps: Step) -> None:
        self.steps = list(steps)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.requests.append(request)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        return await step(request)


@contextlib.asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    far = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", far.handle)
    async with TestServer(app) as server:
        far.url = str(server.make_url("")).rstrip("/")
        yield far


def says(body: object, status: int = 200, **headers: str) -> Step:
    """Answer JSON."""

    async def step(_: web.Request) -> web.Response:
        return web.json_response(body, status=status, headers=headers)

    return step


def says_text(text: str | bytes, status: int = 200, content_type: str = "text/plain") -> Step:
    """Answer something that is no JSON."""

    async def step(_: web.Request) -> web.Response:
        body = text.encode() if isinstance(text, str) else text
        return web.Response(body=body, status=status, content_type=content_type)

    return step


def refuses(status: int, reason: str, message: str, **headers: str) -> Step:
    """Answer a Status, as an API server refuses."""
    body = {"kind": "Status", "status": "Failure", "reason": reason, "message": message}
    return says({**body, "code": status}, status, **headers)


def in_pieces(body: bytes, status: int) -> Step:
    """Answer the bytes one half after the other."""

    async def step(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        await response.prepare(request)
        for half in (body[: len(body) // 2], body[len(body) // 2 :]):
            await response.write(half)
            await asyncio.sleep(0.05)
        return response

    return step


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """Promise a long answer and close the connection in the middle of it."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"kind": "Po')
    assert request.transport is not None
    request.transport.close()
    return response


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()
