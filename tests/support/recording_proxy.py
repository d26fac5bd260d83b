"""A reverse proxy before an API server that needs no login, which remembers what changes something.

For asking two clients of one cluster the same: each gets a kubeconfig that leads through it.
"""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

_NOT_PASSED_ON = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}


class Sent(NamedTuple):
    """A request that was no read: method, path, type of the body, the body."""

    method: str
    path: str
    content_type: str
    body: Any


@dataclass
class Recording:
    """Where it listens, what came that changes something, and the paths of what only reads."""

    url: str = ""
    upstream: str = ""
    sent: list[Sent] = field(default_factory=list)
    got: list[str] = field(default_factory=list)
    http: aiohttp.ClientSession | None = None

    def kubeconfig(self, folder: Path, namespace: str) -> Path:
        file = folder / "recorded.kubeconfig"
        context = {"cluster": "recorded", "user": "recorded", "namespace": namespace}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "recorded", "cluster": {"server": self.url}}],
            "contexts": [{"name": "recorded", "context": context}],
            "users": [{"name": "recorded", "user": {}}],
            "current-context": "recorded",
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(config))
        return file

    def taken(self) -> list[Sent]:
        """Return what came since the last time."""
        sent, self.sent = self.sent, []
        return sent

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if request.method in ("GET", "HEAD"):
            self.got.append(request.path)
        else:
            kind = request.headers.get("Content-Type", "").partition(";")[0]
            self.sent.append(Sent(request.method, request.path, kind, _parsed(body)))
        assert self.http
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _NOT_PASSED_ON}
        url = f"{self.upstream}{request.raw_path}"
        async with self.http.request(
            request.method, url, headers=headers, data=body or None
        ) as answer:
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _NOT_PASSED_ON}
            response = web.StreamResponse(status=answer.status, headers=kept)
            await response.prepare(request)
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                async for piece in answer.content.iter_any():
                    await response.write(piece)
            return response


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


@contextlib.asynccontextmanager
async def recording(upstream: str) -> AsyncIterator[Recording]:
    """Listen on a free port of this machine and pass everything on to ``upstream``."""
    far = Recording(upstream=upstream.rstrip("/"))
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", far.handle)
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(timeout=timeout, auto_decompress=True) as far.http,
        TestServer(app) as server,
    ):
        far.url = str(server.make_url("")).rstrip("/")
        yield far
