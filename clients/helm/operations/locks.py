"""Helm's lock, a revision that is pending, checked before anything is sent.

helm itself checks it for an upgrade alone: a rollback or uninstall beside a running operation would
succeed and leave two revisions deployed. What is older than any operation can be was left by a helm
that was killed, and exactly these two free it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from clients.errors import ConflictError
from clients.helm.executable import Target
from clients.helm.release import Release
from clients.helm.storage import Entry

# helm's own default timeout; an operation through this server is shorter.
STALE_AFTER = timedelta(minutes=5)
GOOD = ("deployed", "superseded")
_OPERATION = {
    "pending-install": "an install",
    "pending-upgrade": "an upgrade",
    "pending-rollback": "a rollback",
}


def refuse_pending(
    last: Release, history: Sequence[Entry], target: Target, *, killed: bool
) -> None:
    """Refuse an upgrade beside any pending revision, saying how to get rid of it, and when."""
    if last.pending:
        left = 0 if killed else _seconds_left(last)
        raise ConflictError(f"{_pending(last, target)} {_way_out(left, history, target)}")


def refuse_running(last: Release, target: Target, *, killed: bool) -> None:
    """Refuse a rollback or uninstall beside an operation that may still run: not one killed."""
    if last.pending and not killed and (left := _seconds_left(last)):
        raise ConflictError(
            f"{_pending(last, target)} Wait for it (helm_status shows its end); if it was killed, "
            f"this call is accepted in {left} s."
        )


def _pending(last: Release, target: Target) -> str:
    what = _OPERATION.get(last.status, "an operation")
    return (
        f"{target} is {last.status} (revision {last.version}, for {_told(_age(last))}): {what} is "
        "running, or helm was killed in it. Nothing was changed."
    )


def _seconds_left(last: Release) -> int:
    """Count for how long an operation may still be running; 0 when none can be."""
    left = STALE_AFTER - _age(last)
    return int(left.total_seconds()) + 1 if left > timedelta(0) else 0


def _way_out(left: int, history: Sequence[Entry], target: Target) -> str:
    where = f'release_name="{target.name}", namespace="{target.namespace}"'
    good = [each.version for each in history if each.status in GOOD]
    free = [f"helm_rollback({where}, revision={good[-1]})"] if good else []
    free.append(f"helm_uninstall({where})")
    when = f", which is accepted in {left} s" if left else ""
    return f"If nothing is running any more, free it with {' or '.join(free)}{when}."


def _age(last: Release) -> timedelta:
    """Say how old a revision is: by its record's label, else by what is written in it."""
    began = datetime.fromtimestamp(last.created_at, UTC) if last.created_at else _deployed(last)
    return max(timedelta(0), datetime.now(UTC) - began)


def _deployed(last: Release) -> datetime:
    try:
        return datetime.fromisoformat(str(last.info.get("last_deployed"))).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _told(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
