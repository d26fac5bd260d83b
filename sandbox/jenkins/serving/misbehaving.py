"""Plays the faults that a test ordered: before an answer, in its place, or in its middle."""

from __future__ import annotations

from aiohttp import web

from sandbox.jenkins.faults import Fault, Faults
from sandbox.jenkins.requests import Request
from sandbox.jenkins.state import Jenkins

INSTEAD = ("answer", "reset", "flood")
_PIECE = 256 * 1024
_LOGIN_PAGE = b"<html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>"
SIGN_ON_URL = "https://login.example.com/authorize"


async def instead(
    jenkins: Jenkins, http: web.BaseRequest, request: Request
) -> web.StreamResponse | None:
    """Hold the request as ordered; return what takes the place of the answer, if anything."""
    faults = jenkins.faults
    held = faults.take(request, lambda fault: fault.kind == "hold")
    if held is not None and held.event is not None:
        await held.event.wait()
    if faults.take(request, lambda fault: fault.kind == "expire") is not None:
        jenkins.sessions.clear()
    fault = faults.take(request, lambda fault: fault.kind in INSTEAD)
    if fault is None:
        return _signed_on_elsewhere(jenkins)
    if fault.kind == "reset":
        _abort(http)
        return web.Response(status=500)
    if fault.kind == "flood":
        return await _flood(http, fault)
    return web.Response(status=fault.code, body=fault.body, headers=fault.headers)


async def spoiled(
    faults: Faults, http: web.BaseRequest, request: Request, response: web.Response
) -> web.StreamResponse:
    """Take something from an answer, or send it in two parts, when that is ordered."""
    if faults.take(request, lambda fault: fault.kind == "lost") is not None:
        response.headers.pop("Location", None)
    fault = faults.take(request, is_partial)
    if fault is None or not isinstance(response.body, bytes):
        return response
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(response.body)
    await stream.prepare(http)
    await in_parts(stream, http, response.body, fault)
    return stream


def is_partial(fault: Fault) -> bool:
    """Whether a fault lets only a part of a body through, for ever or for a while."""
    return fault.kind in ("truncate", "drip")


async def in_parts(
    stream: web.StreamResponse, http: web.BaseRequest, body: bytes, fault: Fault
) -> None:
    """Send the beginning of a body, and the rest when that is allowed, if ever."""
    await stream.write(body[: fault.after])
    if fault.event is not None:
        await fault.event.wait()
        await stream.write(body[fault.after :])
    elif http.transport is not None:
        http.transport.close()


async def _flood(http: web.BaseRequest, fault: Fault) -> web.StreamResponse:
    response = web.StreamResponse(headers=fault.headers)
    await response.prepare(http)
    line = (fault.body * _PIECE)[:_PIECE]
    sent = 0
    while sent < fault.after:
        piece = line[: fault.after - sent]
        await response.write(piece)
        sent += len(piece)
    return response


def _signed_on_elsewhere(jenkins: Jenkins) -> web.Response | None:
    """Answer as a proxy that wants a login of its own."""
    if jenkins.single_sign_on == "redirect":
        return web.Response(status=302, headers={"Location": SIGN_ON_URL})
    if jenkins.single_sign_on == "login page":
        return web.Response(body=_LOGIN_PAGE, headers={"Content-Type": "text/html;charset=utf-8"})
    return None


def _abort(http: web.BaseRequest) -> None:
    """End the connection at once; what is written afterwards goes nowhere."""
    if http.transport is not None:
        http.transport.abort()
