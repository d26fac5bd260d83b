"""A pod's status from those of its containers: phase and conditions."""

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers.conditions import with_condition


def phase(spec: JsonObject, init: JsonObjects, main: JsonObjects) -> str:
    """Tell the phase (kubelet `getPhase`): pending until every container has once run."""
    if spec["restartPolicy"] == "Never" and any(_exit_code(status) for status in init):
        return "Failed"
    if any(_never_ran(status) for status in main):
        return "Pending"
    if not all(is_over(spec["restartPolicy"], status) for status in main):
        return "Running"
    return "Failed" if any(_exit_code(status) for status in main) else "Succeeded"


def is_over(policy: str, status: JsonObject) -> bool:
    """Tell whether a container has ended for good."""
    if "terminated" not in status["state"] or policy == "Always":
        return False
    return policy == "Never" or not _exit_code(status)


def _exit_code(status: JsonObject) -> int:
    return int(status["state"].get("terminated", {}).get("exitCode", 0))


def _never_ran(status: JsonObject) -> bool:
    return "waiting" in status["state"] and not status["lastState"]


def conditions(
    pod: JsonObject, phase_: str, *, sandbox: bool, initialised: bool, unready: list[str], now: str
) -> JsonObjects:
    """Write the five conditions that every pod on a node has, in kubelet's order."""
    finished = phase_ in ("Succeeded", "Failed")
    ready = _readiness(phase_, unready)
    initial = {"status": "True"} if initialised else _uninitialised(pod)
    wanted: list[tuple[str, JsonObject]] = [
        ("PodReadyToStartContainers", {"status": _word(sandbox and not finished)}),
        ("Initialized", initial | (_completed() if phase_ == "Succeeded" else {})),
        ("Ready", ready),
        ("ContainersReady", ready),
        ("PodScheduled", {"status": "True"}),
    ]
    generation = pod["metadata"].get("generation", 1)
    found: JsonObjects = (pod.get("status") or {}).get("conditions") or []
    for kind, state in wanted:
        new = {"type": kind, "lastProbeTime": None, "observedGeneration": generation, **state}
        found = with_condition(found, new, now)
    order = [kind for kind, _ in wanted]
    return sorted(found, key=lambda c: order.index(c["type"]) if c["type"] in order else 9)


def _readiness(phase_: str, unready: list[str]) -> JsonObject:
    if phase_ == "Succeeded":
        return {"status": "False", **_completed()}
    if not unready:
        return {"status": "True"}
    reason = "PodFailed" if phase_ == "Failed" else "ContainersNotReady"
    if reason == "PodFailed":
        return {"status": "False", "reason": reason}
    message = f"containers with unready status: [{' '.join(unready)}]"
    return {"status": "False", "reason": reason, "message": message}


def _uninitialised(pod: JsonObject) -> JsonObject:
    names = [container["name"] for container in pod["spec"].get("initContainers") or []]
    message = f"containers with incomplete status: [{' '.join(names)}]"
    return {"status": "False", "reason": "ContainersNotInitialized", "message": message}


def _completed() -> JsonObject:
    return {"reason": "PodCompleted"}


def _word(value: bool) -> str:
    return "True" if value else "False"
