"""Plays the faults that a test ordered: before an answer, in its place, or in its middle."""

from aiohttp import web

from sandbox.cluster.faults import Fault, Faults
from sandbox.cluster.requests import Request
from sandbox.cluster.serving.responses import error_response
from sandbox.cluster.statuses import ApiError

INSTEAD = ("status", "reset", "body")


async def instead(
    faults: Faults, http: web.BaseRequest, request: Request
) -> web.StreamResponse | None:
    """Hold the request as ordered; return what takes the place of the answer, if anything."""
    held = faults.take(request, lambda fault: fault.kind == "hold")
    if held is not None and held.event is not None:
        await held.event.wait()
    fault = faults.take(request, lambda fault: fault.kind in INSTEAD)
    if fault is None:
        return None
    if fault.kind == "reset":
        _abort(http)
        return web.Response(status=500)
    if fault.kind == "body":
        headers = {"Content-Type": fault.content_type, **(fault.headers or {})}
        return web.Response(status=fault.code, body=fault.body, headers=headers)
    return error_response(_refusal(fault))


async def cut(
    faults: Faults, http: web.BaseRequest, request: Request, response: web.Response
) -> web.StreamResponse:
    """Send only the beginning of a body, under the length of the whole, when it is ordered."""
    fault = faults.take(request, lambda fault: fault.kind == "truncate")
    if fault is None or not isinstance(response.body, bytes):
        return response
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(response.body)
    await stream.prepare(http)
    await stream.write(response.body[: fault.after])
    if http.transport is not None:
        http.transport.close()
    return stream


def _refusal(fault: Fault) -> ApiError:
    headers = fault.headers or {}
    details = {"retryAfterSeconds": int(headers.get("Retry-After", 0))} if headers else None
    return ApiError(fault.code, fault.reason, fault.message, details, headers)


def _abort(http: web.BaseRequest) -> None:
    """End the connection at once; what is written afterwards goes nowhere."""
    if http.transport is not None:
        http.transport.abort()
