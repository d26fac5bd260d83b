"""What came of an operation on a release that failed, and how far one is that still runs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tools.render import JsonObject
from tools.render.helm.readiness import readiness

MOST_TOLD = 5
_DEADLINE = re.compile(r"(\s*\n)?(?:context deadline exceeded|timed out waiting for the condition)")
_UNDONE = {
    "install": "not installed",
    "upgrade": "not upgraded",
    "rollback": "not rolled back",
    "uninstall": "not uninstalled",
}


@dataclass(frozen=True, slots=True)
class Failed:
    """An operation that failed; ``good`` is the last revision that had succeeded, 0 without one.

    ``troubles`` are objects that are not ready, the event of those that are hooks, and lines about
    their pods. ``unread`` says why the status is not known.
    """

    verb: str
    name: str
    namespace: str
    reason: str
    status: str
    revision: int
    good: int
    changed: bool
    troubles: Sequence[tuple[JsonObject, str, Sequence[str]]] = field(default=())
    unread: str = ""


def failure(failed: Failed, seconds: int) -> str:
    """Say what failed, why, what the pods say, what state that leaves, and the way out."""
    who = f'Release "{failed.name}" in namespace "{failed.namespace}"'
    lines = [f"{who} {_UNDONE[failed.verb]}: {_timed(failed.reason, seconds)}"]
    for obj, hook, said in failed.troubles:
        lines.append(f"  {_of_hook(hook)}{_name(obj)} {readiness(obj).text or 'is not ready'}")
        lines += [f"  {line}" for line in said]
    return "\n".join([*lines, *_left(failed)])


def progress_of(objects: Sequence[JsonObject]) -> str:
    """Say of what is not ready how far it is, in one line; nothing without any objects."""
    told = [(obj, readiness(obj)) for obj in objects]
    waiting = [f"{_name(obj)} {state.text}" for obj, state in told if not state.ready]
    if not waiting:
        return f"{len(objects)} of {len(objects)} ready" if objects else ""
    more = f"; {len(waiting) - MOST_TOLD} more" if len(waiting) > MOST_TOLD else ""
    return "; ".join(waiting[:MOST_TOLD]) + more


def _left(failed: Failed) -> Iterator[str]:
    where = f'release_name="{failed.name}", namespace="{failed.namespace}"'
    if not failed.changed:
        yield "Nothing was changed."
    elif failed.unread:
        yield f"What state it is in is not known: {failed.unread} Look with helm_status({where})."
    elif not failed.status:
        yield "No revision of the release is left."
    else:
        yield f"It is {failed.status} (revision {failed.revision})."
    if failed.changed and failed.status.startswith(("failed", "pending-")):
        if failed.good:
            yield f"Go back with helm_rollback({where}, revision={failed.good})."
        elif failed.status != "failed":
            yield f"Clear it with helm_uninstall({where})."
        elif failed.verb != "uninstall":
            yield f"Try again with helm_upgrade, or clear it with helm_uninstall({where})."


def _timed(reason: str, seconds: int) -> str:
    """Say of a deadline how long it was."""

    def told(found: "re.Match[str]") -> str:
        return f"{'; ' if found[1] else ''}not finished in {seconds} s"

    return _DEADLINE.sub(told, reason)


def _of_hook(event: str) -> str:
    return f"hook {event} " if event else ""


def _name(obj: JsonObject) -> str:
    return f"{str(obj.get('kind')).lower()}/{obj['metadata']['name']}"
