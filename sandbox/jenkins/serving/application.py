"""The HTTP server: logs each request, plays faults, filters, routes, answers."""

from __future__ import annotations

import logging
import re
from urllib.parse import unquote

from aiohttp import web

from sandbox.jenkins.requests import Request
from sandbox.jenkins.serving import misbehaving, pages, routing
from sandbox.jenkins.serving.authentication import check_crumb, identify
from sandbox.jenkins.serving.call import Call
from sandbox.jenkins.state import Jenkins

log = logging.getLogger(__name__)
LARGEST_HEAD_BYTES = 8192  # winstone REQUEST_HEADER_SIZE
SMALLEST_PACKED_BYTES = 1024


class Application:
    """Answers every request of one controller."""

    def __init__(self, jenkins: Jenkins) -> None:
        self._jenkins = jenkins

    async def __call__(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answer a request, or play the fault that was ordered for it."""
        request = Request(http.method, http.raw_path, dict(http.headers), await http.read())
        await self._jenkins.requests.add(request)
        faults = self._jenkins.faults
        response = await misbehaving.instead(self._jenkins, http, request)
        if response is None:
            response = await self._answer(http, request)
            if isinstance(response, web.Response):
                response = await misbehaving.spoiled(faults, http, request, response)
                self._pack(request, response)
        request.status = response.status
        return response

    async def _answer(self, http: web.BaseRequest, request: Request) -> web.StreamResponse:
        try:
            return await self._filtered(http, request)
        except pages.RefusedError as refusal:
            return refusal.response
        except Exception:  # the server's last line: whatever it is, the client gets the Oops page
            log.exception("%s", request)
            return pages.oops().response

    async def _filtered(self, http: web.BaseRequest, request: Request) -> web.StreamResponse:
        jenkins = self._jenkins
        if jenkins.starting:
            return pages.getting_ready()
        _check_size(request)
        tokens = self._tokens(request)
        identity = identify(jenkins, request, dict(http.cookies))
        request.user = identity.user.name
        try:
            check_crumb(jenkins, request, identity)
            call = Call(jenkins, http, request, identity.user, identity.session)
            response = await routing.answer(call, tokens)
            if call.new_session is not None:
                _set_cookie(jenkins, response, call.new_session.id)
            return response
        finally:
            identity.committed()

    def _tokens(self, request: Request) -> list[str]:
        """Split the raw path, and decode each part once (stapler TokenList)."""
        path, prefix = request.path, self._jenkins.prefix
        if ";" in path:
            raise pages.jetty(400, "Semicolons are not allowed in the request URI", path)
        if path != prefix and not path.startswith(f"{prefix}/"):
            raise pages.jetty(404, "Not Found", path)
        parts = re.split(r"[/\\]+", path[len(prefix) :])
        tokens = [unquote(part, errors="replace") for part in parts if part]
        if ".." in tokens:
            raise pages.jetty(400, "Bad Request", path)
        return tokens

    def _pack(self, request: Request, response: web.StreamResponse) -> None:
        if not isinstance(response, web.Response) or "Content-Encoding" in response.headers:
            return
        accepted = "gzip" in request.headers.get("Accept-Encoding", "")
        size = len(response.body) if isinstance(response.body, bytes) else 0
        if self._jenkins.gzip and accepted and size >= SMALLEST_PACKED_BYTES:
            response.enable_compression(web.ContentCoding.gzip)


def _check_size(request: Request) -> None:
    if len(request.target) > LARGEST_HEAD_BYTES:
        raise pages.jetty(414, "URI Too Long", request.path[:100])
    head = sum(len(name) + len(value) + 4 for name, value in request.headers.items())
    if len(request.target) + head > LARGEST_HEAD_BYTES:
        raise pages.jetty(431, "Request Header Fields Too Large", request.path[:100])


def _set_cookie(jenkins: Jenkins, response: web.StreamResponse, session: str) -> None:
    response.set_cookie(
        jenkins.sessions.cookie, session, path=jenkins.prefix or "/", httponly=True, samesite="Lax"
    )
