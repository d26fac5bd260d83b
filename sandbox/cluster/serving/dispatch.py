"""From a path and a method to the handler that answers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.cluster.access import reviews
from sandbox.cluster.metrics import serve_metrics
from sandbox.cluster.reading.collection import read_object, read_page
from sandbox.cluster.reading.documents import presented, presented_list
from sandbox.cluster.reading.events import Selection
from sandbox.cluster.reading.negotiation import Representation, negotiate
from sandbox.cluster.reading.options import list_options
from sandbox.cluster.reading.watching import Watch
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.serving.responses import json_response
from sandbox.cluster.statuses import method_not_allowed, resource_not_found

Handler = Callable[[Call], Answer | Awaitable[Answer | web.StreamResponse]]


async def answer(call: Call) -> web.StreamResponse:
    """Answer a call that is authorized. Raises ApiError or PlainTextError."""
    if call.resource.group == "metrics.k8s.io":
        return serve_metrics(call)
    if call.resource.plural in reviews.HANDLERS:
        return _encoded(call, reviews.HANDLERS[call.resource.plural](call))
    if call.verb in ("list", "watch"):
        return await _serve_collection(call)
    if call.verb == "get":
        return _encoded(call, Answer(read_object(call)))
    raise method_not_allowed()


async def _serve_collection(call: Call) -> web.StreamResponse:
    shape = negotiate(call.headers.get("Accept", ""))
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
    if body.get("kind") not in ("Status", "Scale", "Table") and "metadata" in body:
        include = call.query.text("includeObject")
        body = presented(body, call.resource, shape, call.cluster.clock(), include)
    return json_response(body, answer.code, answer.headers, call.warnings, shape.media_type)


__all__ = ["Handler", "Representation", "answer", "resource_not_found"]
