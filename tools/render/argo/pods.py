"""A pod in the plugin's tree: status, ready containers, restarts (``info/pod_info.go``)."""

from typing import NamedTuple

from tools.render import JsonObject
from tools.render.argo.reading import at, items


class PodLine(NamedTuple):
    """kubectl's word for the pod's state, and its counts."""

    status: str
    ready: str
    restarts: int


def pod_line(pod: JsonObject) -> PodLine:
    """Say how a pod is."""
    status = at(pod, "status")
    word = str(status.get("reason") or status.get("phase") or "")
    first = _initializing(pod)
    if first is None:
        word, ready, restarts = _running(pod, word)
    else:
        word, ready, restarts = first[0], 0, first[1]
    if at(pod, "metadata").get("deletionTimestamp"):
        word = "Unknown" if status.get("reason") == "NodeLost" else "Terminating"
    return PodLine(word, f"{ready}/{len(items(pod, 'spec', 'containers'))}", restarts)


def _initializing(pod: JsonObject) -> tuple[str, int] | None:
    """Return the word and the restarts as long as an init container holds the others up."""
    declared = items(pod, "spec", "initContainers")
    beside = {c.get("name") for c in declared if c.get("restartPolicy") == "Always"}
    restarts = 0
    for position, container in enumerate(items(pod, "status", "initContainerStatuses")):
        restarts += int(container.get("restartCount") or 0)
        state = at(container, "state")
        ended, waiting = state.get("terminated"), at(state, "waiting").get("reason")
        if ended is not None:
            if ended.get("exitCode") == 0:
                continue
            return f"Init:{ended.get('reason') or _exit(ended)}", restarts
        if container.get("name") in beside and container.get("started"):
            if container.get("ready"):
                continue
            return None
        if waiting and waiting != "PodInitializing":
            return f"Init:{waiting}", restarts
        return f"Init:{position}/{len(declared)}", restarts
    return None


def _running(pod: JsonObject, word: str) -> tuple[str, int, int]:
    ready, restarts, runs = 0, 0, False
    for container in reversed(items(pod, "status", "containerStatuses")):
        restarts += int(container.get("restartCount") or 0)
        state = at(container, "state")
        ended, waiting = state.get("terminated"), at(state, "waiting").get("reason")
        if waiting:
            word = waiting
        elif ended is not None:
            word = ended.get("reason") or _exit(ended)
        elif container.get("ready") and state.get("running") is not None:
            runs, ready = True, ready + 1
    return ("Running" if word == "Completed" and runs else word), ready, restarts


def _exit(ended: JsonObject) -> str:
    if ended.get("signal"):
        return f"Signal:{ended['signal']}"
    return f"ExitCode:{ended.get('exitCode', 0)}"
