"""A registry (OCI distribution) to pull charts from: tags, manifests, blobs, tokens, a CDN."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
CONFIG = "application/vnd.cncf.helm.config.v1+json"
TOKEN = "t0ken-of-the-registry"


@dataclass
class Registry:
    """What it serves; ``login`` is the pair it asks for, ``cdn`` where its blobs are."""

    host: str = ""
    tags: dict[str, dict[str, object]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    challenge: str = ""
    login: str = ""
    cdn: str = ""
    page: int = 100
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Path and Authorization header of each request."""

    def publish(self, tag: str, archive: bytes, config: str = CONFIG) -> str:
        """Serve an archive under a tag; return the digest of its layer."""
        digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
        self.blobs[digest] = archive
        layer = {"mediaType": LAYER, "digest": digest, "size": len(archive)}
        self.tags[tag] = {"schemaVersion": 2, "config": {"mediaType": config}, "layers": [layer]}
        return digest

    async def handle(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization", "")
        self.seen.append((request.path, authorization))
        if request.path == "/token":
            pair = base64.b64encode(self.login.encode()).decode()
            if self.login and authorization != f"Basic {pair}":
                return web.Response(status=401)
            return web.json_response({"token": TOKEN})
        if self.challenge and authorization != f"Bearer {TOKEN}":
            return web.Response(status=401, headers={"WWW-Authenticate": self.challenge})
        return self._content(request)

    def _content(self, request: web.Request) -> web.Response:
        _, kind, which = request.path.rsplit("/", 2)
        if request.path.endswith("/tags/list"):
            return self._page(request)
        if kind == "manifests" and which in self.tags:
            return web.json_response(self.tags[which])
        if kind == "manifests":
            for manifest in self.tags.values():
                body = json.dumps(manifest).encode()
                if which == f"sha256:{hashlib.sha256(body).hexdigest()}":
                    return web.Response(body=body)
        if kind == "blobs" and self.cdn:
            return web.Response(status=307, headers={"Location": f"{self.cdn}/{which[7:]}?sig=s"})
        if kind == "blobs" and which in self.blobs:
            return web.Response(body=self.blobs[which])
        return web.json_response({"errors": [{"code": "MANIFEST_UNKNOWN"}]}, status=404)

    def _page(self, request: web.Request) -> web.Response:
        tags = sorted(self.tags)
        start = int(request.query.get("last", 0))
        end = start + self.page
        link = f'<{request.path}?last={end}>; rel="next"'
        headers = {"Link": link} if end < len(tags) else {}
        return web.json_response({"tags": tags[start:end]}, headers=headers)


@asynccontextmanager
async def running_registry() -> AsyncIterator[Registry]:
    registry = Registry()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", registry.handle)
    async with TestServer(app) as server:
        registry.host = f"{server.host}:{server.port}"
        yield registry
