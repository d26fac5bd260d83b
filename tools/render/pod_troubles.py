"""Why a pod is not ready, in one line: what its scheduler, kubelet or containers say."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tools.render import JsonObject
from tools.render.tabwriter import align

MOST_PODS = 10
LONGEST_REASON = 500
_SAYS_WHY = re.compile(r"FATAL|ERROR|Error|panic|[Ee]xception")


def pod_troubles(pods: Sequence[JsonObject], evidence: Mapping[str, str]) -> list[str]:
    """Print name, ready containers and reason of each pod.

    ``evidence`` is by pod name: a warning, or the last lines of a log.
    """
    rows = [
        f"  {name}\t{_ready_containers(pod)}\t{pod_trouble(pod, evidence.get(name, ''))}"
        for pod in pods[:MOST_PODS]
        for name in [pod["metadata"]["name"]]
    ]
    more = len(pods) - MOST_PODS
    return [*align(rows, minimum=0, padding=2), *([f"  … and {more} more"] if more > 0 else [])]


def pod_trouble(pod: JsonObject, evidence: str = "") -> str:
    """Say the first thing that keeps a pod from being ready."""
    return _shortened(next(_troubles(pod, _telling_line(evidence))))


def _telling_line(text: str) -> str:
    """Pick the line that says why a program ended: the last words are often where, a stack."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    ending = [line for line in lines if not line[0].isspace()] or lines
    why = [line for line in ending if _SAYS_WHY.search(line)]
    why = why or [line for line in lines if _SAYS_WHY.search(line)] or ending
    return why[-1].strip() if why else ""


def _troubles(pod: JsonObject, evidence: str) -> Iterator[str]:
    status = pod.get("status") or {}
    if pod["metadata"].get("deletionTimestamp"):
        yield "terminating"
    if status.get("phase") == "Failed" and (status.get("reason") or status.get("message")):
        yield _joined(f"Failed: {status.get('reason') or ''}".rstrip(": "), status.get("message"))
    yield from _unscheduled(status)
    several = len(pod["spec"].get("containers") or ()) > 1
    for container in status.get("initContainerStatuses") or ():
        if not (container.get("ready") or container.get("started")):
            yield f"init container {container['name']}: {_container_trouble(container, evidence)}"
    for container in status.get("containerStatuses") or ():
        if not container.get("ready"):
            name = f"container {container['name']}: " if several else ""
            yield name + _container_trouble(container, evidence)
    yield from _unready(status)
    yield _joined(str(status.get("phase") or "no status yet"), evidence)


def _unscheduled(status: JsonObject) -> Iterator[str]:
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            yield _joined("Pending", condition.get("message") or condition.get("reason"))


def _unready(status: JsonObject) -> Iterator[str]:
    """Say which condition is not true although all containers are ready: a readiness gate."""
    for condition in status.get("conditions") or ():
        if condition["type"] == "Ready" and condition["status"] != "True":
            yield _joined("not ready", condition.get("message") or condition.get("reason"))


def _container_trouble(container: JsonObject, evidence: str) -> str:
    state = container.get("state") or {}
    if waiting := state.get("waiting"):
        return _waiting(container, waiting, evidence)
    if terminated := state.get("terminated"):
        return _terminated(terminated, container, evidence)
    return _joined("running, not ready", evidence)


def _waiting(container: JsonObject, waiting: JsonObject, evidence: str) -> str:
    reason = str(waiting.get("reason") or "waiting")
    if last := (container.get("lastState") or {}).get("terminated"):
        return f"{reason}, {_terminated(last, container, evidence)}"
    return _joined(reason, waiting.get("message") or evidence)


def _terminated(terminated: JsonObject, container: JsonObject, evidence: str) -> str:
    parts = [
        f"terminated: {terminated.get('reason') or 'Error'}",
        f"exit {terminated.get('exitCode', 0)}",
    ]
    if signal := terminated.get("signal"):
        parts.append(f"signal {signal}")
    if restarts := container.get("restartCount"):
        parts.append(f"{restarts} restart{'s' if restarts > 1 else ''}")
    line = _telling_line(str(terminated.get("message") or evidence))
    return ", ".join(parts) + (f': "{line}"' if line else "")


def _ready_containers(pod: JsonObject) -> str:
    """Count as kubectl's column READY does: containers, and init containers that keep running."""
    status = pod.get("status") or {}
    sidecars = {
        each["name"]
        for each in pod["spec"].get("initContainers") or ()
        if each.get("restartPolicy") == "Always"
    }
    running = [
        each
        for each in status.get("initContainerStatuses") or ()
        if each["name"] in sidecars and each.get("started")
    ]
    counted = [*running, *(status.get("containerStatuses") or ())]
    ready = sum(bool(each.get("ready")) for each in counted)
    return f"{ready}/{len(pod['spec'].get('containers') or ()) + len(sidecars)}"


def _joined(what: str, why: object) -> str:
    return f"{what}: {why}" if why else what


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LONGEST_REASON else f"{one_line[:LONGEST_REASON]}…"
