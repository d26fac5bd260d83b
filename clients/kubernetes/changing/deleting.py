"""Delete one object and wait, within a bound, until it is gone; say what holds it if it is not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from clients.errors import ClientError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.waiting import Patience, Present, follow, only
from clients.kubernetes.writer import KubernetesWriter

Cascade = Literal["background", "foreground", "orphan"]
Told = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Whether the object is gone, what held it when the waiting ended, why that is not known."""

    gone: bool
    held_by: str = ""
    unseen: str = ""


async def delete(
    writing: KubernetesWriter,
    ref: ObjectRef,
    cascade: Cascade,
    grace_seconds: int | None,
    wait_seconds: int,
    tell: Told,
) -> Deleted:
    """Delete the object that has this name now; another of the same name is left alone."""
    before = await writing.delete(
        ref, propagation=cascade.capitalize(), grace_seconds=grace_seconds
    )
    if writing.dry:
        return Deleted(gone=False)
    uid = before["metadata"]["uid"]
    last: JsonObject = before

    async def is_gone(present: Present) -> bool:
        nonlocal last
        found = [obj for obj in present.values() if obj["metadata"].get("uid") == uid]
        if not found:
            return True
        last = found[0]
        await tell(f"{ref.qualified_name} is still there{_held_by(last)}")
        return False

    try:
        gone = await follow(writing.read, only(ref), Patience(wait_seconds), is_gone)
    except ClientError as refusal:  # may not be watched: the deletion itself was accepted
        return Deleted(gone=False, unseen=str(refusal))
    return Deleted(gone, "" if gone else _held_by(last))


def _held_by(obj: JsonObject) -> str:
    """Name the finalizers that keep it, and what a namespace says remains in it."""
    metadata = obj["metadata"]
    finalizers = [*metadata.get("finalizers", ()), *(obj.get("spec") or {}).get("finalizers", ())]
    conditions = (obj.get("status") or {}).get("conditions") or ()
    remaining = [
        str(condition.get("message"))
        for condition in conditions
        if condition.get("status") == "True" and "Remaining" in str(condition.get("type"))
    ]
    held = f": finalizers {', '.join(map(str, finalizers))}" if finalizers else ""
    return f"{held}{'; ' if remaining else ''}{'; '.join(remaining)}"
