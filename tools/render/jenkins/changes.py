"""What became of a change: a build started, stopped, renamed."""

from typing import Any

from tools.render import JsonObject

FOLLOW = "jenkins_get_queue shows what it waits for"


def triggered(job: str, outcome: Any, url: str) -> str:
    """Say the build's number, or the queue item and why it waits."""
    queued = outcome.queued
    if queued is None:
        return f"{job}: scan for branches started."
    values = f" Parameters: {outcome.told}." if outcome.told else ""
    again = (
        "An equal build was in the queue already; nothing was added. " if outcome.already else ""
    )
    if queued.cancelled:
        return f"{again}Queue item {queued.item} of {job} was cancelled; it will not be built."
    if queued.number is not None:
        return (
            f"{again}Build {queued.number} of {job} started (queue item {queued.item}): "
            f"{url}/{queued.number}/.{values}"
        )
    why = f": {queued.why.rstrip('.')}" if queued.why else ""
    return f"{again}{job} is queued as item {queued.item}{why}.{values} {FOLLOW}."


def stopped(label: str, before: JsonObject, after: JsonObject) -> str:
    """Say whether it ended, and as what."""
    if not before.get("building"):
        return f"{label} has ended already: {before.get('result')}. Nothing was sent."
    if "unread" in after:
        return f"{label} was asked to stop; what became of it cannot be read: {after['unread']}"
    if after.get("building"):
        return (
            f"{label} was asked to stop and is still running: it may be in a step that cannot be "
            "interrupted. Look again with jenkins_get_build."
        )
    return f"{label} stopped: {after.get('result') or 'no result yet'}."


def updated(label: str, differences: list[str]) -> str:
    """Say each field that changed."""
    if not differences:
        return f"{label} is so already."
    return "\n".join([f"{label} changed.", *(f"  {line}" for line in differences)])
