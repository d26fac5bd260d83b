"""The queue and its items as they are exported."""

from __future__ import annotations

from typing import Any

from sandbox.jenkins.exporting.beans import Bean, Inline
from sandbox.jenkins.exporting.builds import build_or_none
from sandbox.jenkins.exporting.items import item_bean
from sandbox.jenkins.exporting.values import cause_action, parameters_action
from sandbox.jenkins.exporting.viewpoint import Viewpoint
from sandbox.jenkins.queue import QueueItem

_CLASSES = {
    "waiting": "hudson.model.Queue$WaitingItem",
    "blocked": "hudson.model.Queue$BlockedItem",
    "buildable": "hudson.model.Queue$BuildableItem",
    "left": "hudson.model.Queue$LeftItem",
    "cancelled": "hudson.model.Queue$LeftItem",
}


def queue_bean(point: Viewpoint) -> Bean:
    """Export what waits, as far as the user may read the jobs."""
    seen = [item for item in point.jenkins.queue.queued if point.sees(item.job)]
    items = [queue_item_bean(item, point) for item in seen]
    return Bean("hudson.model.Queue", {"discoverableItems": [], "items": Inline(items)})


def queue_item_bean(item: QueueItem, point: Viewpoint) -> Bean:
    """Export an item in the shape of its state."""
    properties: dict[str, Any] = {
        "actions": lambda: _actions(item),
        "blocked": item.state == "blocked",
        "buildable": item.state == "buildable",
        "id": item.id,
        "inQueueSince": item.since,
        "params": "".join(f"\n{each.name}={each.shown}" for each in item.values or []),
        "stuck": item.stuck,
        "task": lambda: item_bean(item.job, point),
        "url": item.path,
        "why": item.why,
    }
    if item.state == "waiting":
        properties["timestamp"] = item.since + item.quiet * 1000
    elif item.state in ("blocked", "buildable"):
        properties["buildableStartMilliseconds"] = item.since
    if item.state == "buildable":
        properties["pending"] = False
    if item.left_at is not None:
        properties["cancelled"] = item.state == "cancelled"
        properties["executable"] = lambda: build_or_none(item.build, point)
    return Bean(_CLASSES[item.state], properties, visibility=999)


def _actions(item: QueueItem) -> list[Bean]:
    cause = f"Started by user {item.user}"
    actions = [cause_action("hudson.model.Cause$UserIdCause", cause, item.user)]
    return [parameters_action(item.values), *actions] if item.values is not None else actions
