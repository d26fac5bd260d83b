"""Questions that several controllers ask of a pod."""

from datetime import datetime, timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.conditions import condition, is_true, moment
from sandbox.controllers.ownership import is_deleted

FINISHED = ("Succeeded", "Failed")


def phase(pod: JsonObject) -> str:
    """Return the pod's phase; one without a status is pending."""
    return str((pod.get("status") or {}).get("phase") or "Pending")


def is_active(pod: JsonObject) -> bool:
    """Tell whether the pod counts as a replica: neither finished nor going."""
    return phase(pod) not in FINISHED and not is_deleted(pod)


def is_ready(pod: JsonObject) -> bool:
    """Tell whether the pod takes traffic."""
    return is_true(pod, "Ready")


def available_from(pod: JsonObject, min_ready_seconds: int) -> datetime | None:
    """Tell when a ready pod counts as available; None while it is not ready."""
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    return moment(ready["lastTransitionTime"]) + timedelta(seconds=min_ready_seconds)


def is_available(pod: JsonObject, min_ready_seconds: int, now: datetime) -> bool:
    """Tell whether the pod has been ready for long enough."""
    since = available_from(pod, min_ready_seconds)
    return since is not None and since <= now


def deletion_rank(pod: JsonObject) -> tuple[bool, bool, bool, int, str]:
    """Order pods for scaling down: the least useful and then the youngest first.

    Follows `ActivePodsWithRanks` in kubernetes `pkg/controller/controller_utils.go`.
    """
    restarts = sum(
        status.get("restartCount", 0)
        for status in (pod.get("status") or {}).get("containerStatuses") or []
    )
    return (
        bool(pod["spec"].get("nodeName")),
        phase(pod) == "Running",
        is_ready(pod),
        -restarts,
        _younger_first(pod["metadata"]["creationTimestamp"]),
    )


def _younger_first(stamp: str) -> str:
    return "".join(chr(ord("9") - ord(c) + ord("0")) if c.isdigit() else c for c in stamp)
