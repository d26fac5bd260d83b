"""The queue's endpoints."""

from __future__ import annotations

from aiohttp import web

from sandbox.jenkins.exporting.queue import queue_bean, queue_item_bean
from sandbox.jenkins.queue import QueueItem
from sandbox.jenkins.serving import pages
from sandbox.jenkins.serving.call import Call


def answer(call: Call, tokens: list[str]) -> web.StreamResponse:
    """Answer, or refuse what is not there."""
    match tokens:
        case ["api", form]:
            return call.export(queue_bean(call.point), form)
        case ["cancelItem"]:
            return _cancel(call)
        case ["item", number, *rest]:
            return _item(call, _known(call, number), rest)
    raise call.not_found()


def _known(call: Call, number: str) -> QueueItem:
    """Find an item that is queued or left less than five minutes ago."""
    queue = call.jenkins.queue
    queue.forget(call.jenkins.now - call.jenkins.left_seconds * 1000)
    item = queue.items.get(int(number)) if number.isascii() and number.isdigit() else None
    if item is None or not call.point.sees(item.job):
        raise call.not_found()
    return item


def _item(call: Call, item: QueueItem, rest: list[str]) -> web.StreamResponse:
    match rest:
        case []:
            return pages.plain(item.why or "")
        case ["api", form]:
            response = call.export(queue_item_bean(item, call.point), form)
            if call.jenkins.moves_on_polls:
                call.jenkins.tick()
            return response
    raise call.not_found()


def _cancel(call: Call) -> web.Response:
    """Cancel (Queue.doCancelItem): 204, or 404, 422, 500."""
    call.need_post()
    number = call.value("id") or ""
    try:
        item = _known(call, number)
    except pages.RefusedError as unknown:
        raise pages.jetty(404, f"Provided id ({number}) not found") from unknown
    if not call.user.may("cancel", item.job.full_name):
        raise pages.jetty(422, f"Item for id ({number}) is not cancellable")
    if not item.queued:
        raise pages.jetty(500, f"Could not cancel run for id ({number})")
    item.leave("cancelled", call.jenkins.now)
    return web.Response(status=204)
