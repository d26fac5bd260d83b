"""Why there is no log yet, or none any more, from what the pod's status says.

Texts followed: the API server's ``registry/core/pod/strategy.go`` and the kubelet's
``GetKubeletContainerLogs``; there is no field to read instead.
"""

import re

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.logs.sources import LogSource
from clients.kubernetes.objects import JsonObject
from clients.kubernetes.pods.facts import condition, container_status, is_assigned, pod_label

_WAITING = re.compile(r"is waiting to start: (?P<reason>.*)", re.DOTALL)
_NO_PREVIOUS = re.compile(r"previous terminated container .* not found")
# The kubelet answers so with 200 when the runtime has thrown the container away.
GONE = b"unable to retrieve container logs for "


def not_scheduled(source: LogSource) -> NotFoundError | None:
    """Return a refusal for a pod without a node: the API server's answer would be an empty 204."""
    if is_assigned(source.pod):
        return None
    scheduled = condition(source.pod, "PodScheduled")
    reason = scheduled.get("message") or scheduled.get("reason") or "no scheduler has looked at it"
    return NotFoundError(f"{pod_label(source.pod)} has no log: not scheduled yet: {reason}")


def gone(source: LogSource) -> NotFoundError:
    """Refuse what the container runtime no longer keeps."""
    return NotFoundError(
        f"The log of container {_named(source)} is gone: the node keeps this container no longer."
    )


def explained(refusal: InvalidError, source: LogSource) -> InvalidError | NotFoundError:
    """Return a refusal that says why and what to ask instead; others as they are."""
    if waiting := _WAITING.search(str(refusal)):
        return NotFoundError(_waiting(source, waiting["reason"].strip()))
    if _NO_PREVIOUS.search(str(refusal)):
        return NotFoundError(_no_previous(source))
    return refusal


def _waiting(source: LogSource, said: str) -> str:
    status = container_status(source.pod, source.container)
    waiting = (status.get("state") or {}).get("waiting") or {}
    reason = ": ".join(filter(None, (waiting.get("reason") or said, waiting.get("message"))))
    earlier = " Its last run has a log: previous=true." if status.get("restartCount") else ""
    return (
        f"container {_named(source)} has no log: waiting to start: {reason.rstrip('.')}."
        f"{_init_in_progress(source.pod, source.container)}{earlier}"
    )


def _init_in_progress(pod: JsonObject, container: str) -> str:
    """Name the init container that the others wait for: its log tells why."""
    for status in (pod.get("status") or {}).get("initContainerStatuses") or ():
        state: JsonObject = status.get("state") or {}
        if status.get("started") or (state.get("terminated") or {}).get("exitCode") == 0:
            continue
        if status["name"] == container:
            break
        kind = next(iter(state), "waiting")
        details = state.get(kind) or {}
        reason = f": {details['reason']}" if details.get("reason") else ""
        name = status["name"]
        return f' Init container "{name}" comes first ({kind}{reason}): container_name="{name}".'
    return ""


def _no_previous(source: LogSource) -> str:
    restarts = container_status(source.pod, source.container).get("restartCount", 0)
    if restarts:
        return f"The node keeps no previous log of container {_named(source)} any more."
    return f"container {_named(source)} was never restarted: there is no previous log."


def _named(source: LogSource) -> str:
    return f'"{source.container}" of {pod_label(source.pod)}'
