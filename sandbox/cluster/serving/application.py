"""The HTTP server: logs each request, plays faults, identifies, authorizes, answers."""

import logging

from aiohttp import web

from sandbox.cluster.access.impersonation import requesting_user
from sandbox.cluster.requests import HEADERS_OF_INTEREST, Request
from sandbox.cluster.serving import dispatch, misbehaving
from sandbox.cluster.serving.paths import resource_path
from sandbox.cluster.serving.plain import plain_answer
from sandbox.cluster.serving.responses import compressed, error_response, text_response
from sandbox.cluster.serving.routing import authorize_path, route
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import (
    ApiError,
    PlainTextError,
    internal_error,
    method_not_allowed,
)

log = logging.getLogger(__name__)


class Application:
    """Answers every request of one cluster's API server."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def __call__(self, http: web.BaseRequest) -> web.StreamResponse:
        """Answer a request, or play the fault that was ordered for it."""
        request = _logged(http, await http.read())
        await self._cluster.requests.add(request)
        response = await misbehaving.instead(self._cluster.faults, http, request)
        if response is None:
            response = await self._answer(http, request)
            if isinstance(response, web.Response):
                encoding = http.headers.get("Accept-Encoding", "")
                response = await compressed(response, encoding)
                response = await misbehaving.cut(self._cluster.faults, http, request, response)
        request.status = response.status
        return response

    async def _answer(self, http: web.BaseRequest, request: Request) -> web.StreamResponse:
        try:
            return await self._authorized_answer(http, request)
        except ApiError as refusal:
            return error_response(refusal)
        except PlainTextError as refusal:
            return text_response(refusal)
        except Exception:  # the server's last line: whatever it is, the client gets a Status
            log.exception("%s %s", request.method, request.path)
            return error_response(internal_error("the sandbox failed; see its log"))

    async def _authorized_answer(
        self, http: web.BaseRequest, request: Request
    ) -> web.StreamResponse:
        user = requesting_user(self._cluster, http.headers)
        request.user = user.name
        path = resource_path(http.path)
        if path is None:
            authorize_path(self._cluster, user, http)
            if http.method not in ("GET", "HEAD"):
                raise method_not_allowed()
            return plain_answer(self._cluster, http)
        call = route(self._cluster, http, request, user, path)
        try:
            return await dispatch.answer(call)
        except ApiError as refusal:  # what the call found worth a warning is said all the same
            return error_response(refusal, call.warnings)


def _logged(http: web.BaseRequest, body: bytes) -> Request:
    wanted = {name: http.headers[name] for name in HEADERS_OF_INTEREST if name in http.headers}
    return Request(http.method, http.path, dict(http.query), wanted, body)
