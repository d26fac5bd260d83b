"""From a call to the handler that answers it."""

from collections.abc import Callable

from aiohttp import web

from sandbox.cluster.access import reviews
from sandbox.cluster.metrics import serve_metrics
from sandbox.cluster.reading.collection import read_object, read_page
from sandbox.cluster.reading.documents import presented, presented_list
from sandbox.cluster.reading.events import Selection
from sandbox.cluster.reading.negotiation import negotiate
from sandbox.cluster.reading.options import list_options
from sandbox.cluster.reading.watching import Watch
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.serving.responses import json_response
from sandbox.cluster.statuses import method_not_allowed, resource_not_found
from sandbox.cluster.subresources.eviction import serve_eviction
from sandbox.cluster.subresources.logs import serve_log
from sandbox.cluster.subresources.scale import serve_scale
from sandbox.cluster.subresources.token import serve_token
from sandbox.cluster.websockets import serve_websocket
from sandbox.cluster.writing.deleting import delete, delete_collection
from sandbox.cluster.writing.patching import patch
from sandbox.cluster.writing.upserting import create, replace

# Subresources that show and change the object itself.
SAME_OBJECT = ("status", "ephemeralcontainers", "resize", "approval", "finalize")
WEBSOCKETS = ("exec", "portforward")
SHAPED_ELSEWHERE = ("Status", "Scale", "Table", "TokenRequest")

_VERBS: dict[str, Callable[[Call], Answer]] = {
    "get": lambda call: Answer(read_object(call)),
    "create": create,
    "update": replace,
    "patch": patch,
    "delete": delete,
    "deletecollection": delete_collection,
}
_SUBRESOURCES: dict[str, Callable[[Call], Answer]] = {
    "scale": serve_scale,
    "eviction": serve_eviction,
    "token": serve_token,
}


async def answer(call: Call) -> web.StreamResponse:
    """Answer a call that is authorized. Raises ApiError or PlainTextError."""
    if call.resource.group == "metrics.k8s.io":
        return serve_metrics(call)
    if call.subresource is not None and call.subresource.name == "log":
        return await serve_log(call)
    if call.subresource is not None and call.subresource.name in WEBSOCKETS:
        return await serve_websocket(call)
    if call.subresource is None and call.verb in ("list", "watch"):
        return await _serve_collection(call)
    return _encoded(call, _handler(call)(call))


def _handler(call: Call) -> Callable[[Call], Answer]:
    if call.resource.plural in reviews.HANDLERS:
        return reviews.HANDLERS[call.resource.plural]
    if call.subresource is None or call.subresource.name in SAME_OBJECT:
        if call.verb not in _VERBS:
            raise method_not_allowed()
        return _VERBS[call.verb]
    if call.subresource.name in _SUBRESOURCES:
        return _SUBRESOURCES[call.subresource.name]
    raise resource_not_found()


async def _serve_collection(call: Call) -> web.StreamResponse:
    shape = negotiate(call.headers.get("Accept", ""), watchable=True)
    if call.verb == "watch":
        options = list_options(call.query, call.resource)
        selection = Selection(call.cluster.store, call.resource, call.namespace, options)
        return await Watch(call, selection, shape).serve()
    objects, metadata = read_page(call)
    include = call.query.text("includeObject")
    now = call.cluster.clock()
    body = presented_list(objects, call.resource, shape, now, metadata, include)
    return json_response(body, warnings=call.warnings, content_type=shape.media_type)


def _encoded(call: Call, answer: Answer) -> web.Response:
    shape = negotiate(call.headers.get("Accept", ""))
    body = answer.body
    if body.get("kind") not in SHAPED_ELSEWHERE and "items" not in body:
        include = call.query.text("includeObject")
        body = presented(body, call.resource, shape, call.cluster.clock(), include)
    return json_response(body, answer.code, answer.headers, call.warnings, shape.media_type)
