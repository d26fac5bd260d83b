"""Pods: READY, STATUS and RESTARTS as the API server's `printPod` computes them."""

from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import (
    at,
    condition,
    created,
    deleted,
    has_condition,
    labels,
    name,
)
from sandbox.cluster.tables.cells import containers as container_cells
from sandbox.cluster.tables.durations import age
from sandbox.cluster.tables.printing import Cells, prints

_FINISHED = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}


def _completed(pod: JsonObject) -> list[JsonObject]:
    phase = at(pod, "status.phase", "")
    if phase not in _FINISHED:
        return []
    return [
        {"type": "Completed", "status": "True", "reason": phase, "message": _FINISHED[phase]},
    ]


@prints(
    "pods",
    columns="Name, Ready, Status, Restarts, Age, IP*, Node*, Nominated Node*, Readiness Gates*",
    conditions=_completed,
)
def _pod(pod: JsonObject, now: datetime) -> Cells:
    tally = _Tally(pod)
    return [
        name(pod),
        f"{tally.ready}/{tally.total}",
        tally.status(),
        tally.restarts_text(now),
        created(pod, now),
        (at(pod, "status.podIPs", []) or [{}])[0].get("ip") or "<none>",
        at(pod, "spec.nodeName", "") or "<none>",
        at(pod, "status.nominatedNodeName", "") or "<none>",
        _readiness_gates(pod),
    ]


def _readiness_gates(pod: JsonObject) -> str:
    gates = at(pod, "spec.readinessGates", [])
    if not gates:
        return "<none>"
    return f"{sum(has_condition(pod, gate['conditionType']) for gate in gates)}/{len(gates)}"


class _Tally:
    """Walks a pod's container statuses the way `printPod` does, in the same order."""

    def __init__(self, pod: JsonObject) -> None:
        self.pod = pod
        self.sidecars = {
            c["name"]
            for c in at(pod, "spec.initContainers", [])
            if c.get("restartPolicy") == "Always"
        }
        self.total = len(at(pod, "spec.containers", [])) + len(self.sidecars)
        self.ready = 0
        self.restarts = 0
        self.last_restart = ""
        self.reason = self._phase_reason()
        if not self._initializing() or has_condition(pod, "Initialized"):
            self._count_running()

    def status(self) -> str:
        """Give the STATUS cell."""
        if deleted(self.pod) and at(self.pod, "status.reason") == "NodeLost":
            return "Unknown"
        if deleted(self.pod) and at(self.pod, "status.phase") not in _FINISHED:
            return "Terminating"
        return self.reason

    def restarts_text(self, now: datetime) -> str:
        """Give the RESTARTS cell: `14 (2m ago)`."""
        if self.restarts and self.last_restart:
            return f"{self.restarts} ({age(self.last_restart, now)} ago)"
        return str(self.restarts)

    def _phase_reason(self) -> str:
        scheduled = condition(self.pod, "PodScheduled") or {}
        if scheduled.get("reason") == "SchedulingGated":
            return "SchedulingGated"
        return str(at(self.pod, "status.reason", "") or at(self.pod, "status.phase", ""))

    def _initializing(self) -> bool:
        total = len(at(self.pod, "spec.initContainers", []))
        for index, status in enumerate(at(self.pod, "status.initContainerStatuses", [])):
            self._restarted(status)
            if self._initialized(status):
                continue
            self.reason = "Init:" + (_init_reason(status) or f"{index}/{total}")
            return True
        return False

    def _initialized(self, status: JsonObject) -> bool:
        terminated = at(status, "state.terminated")
        if terminated is not None and terminated.get("exitCode") == 0:
            return True
        if status["name"] in self.sidecars and status.get("started"):
            self.ready += bool(status.get("ready"))
            return True
        return False

    def _restarted(self, status: JsonObject) -> None:
        self.restarts += status.get("restartCount", 0)
        finished = at(status, "lastState.terminated.finishedAt", "")
        self.last_restart = max(self.last_restart, finished)

    def _count_running(self) -> None:
        # Once the init containers are through, only those that restart still count.
        self.restarts, self.last_restart = 0, ""
        for status in at(self.pod, "status.initContainerStatuses", []):
            if status["name"] in self.sidecars:
                self._restarted(status)
        running, error = False, ""
        for status in reversed(at(self.pod, "status.containerStatuses", [])):
            self._restarted(status)
            waiting, terminated = at(status, "state.waiting"), at(status, "state.terminated")
            if waiting is not None and waiting.get("reason"):
                self.reason = waiting["reason"]
            elif terminated is not None:
                self.reason = _end(terminated)
                error = self.reason if terminated.get("exitCode") else error
            elif status.get("ready") and at(status, "state.running") is not None:
                running = True
                self.ready += 1
        if self.reason == "Completed":
            self.reason = self._completed_reason(running=running, error=error)

    def _completed_reason(self, *, running: bool, error: str) -> str:
        if running and has_condition(self.pod, "Ready"):
            return "Running"
        return error or ("NotReady" if running else "Completed")


def _init_reason(status: JsonObject) -> str:
    terminated, waiting = at(status, "state.terminated"), at(status, "state.waiting", {})
    if terminated is not None:
        return _end(terminated)
    reason = waiting.get("reason", "")
    return "" if reason == "PodInitializing" else reason


def _end(terminated: JsonObject) -> str:
    reason: Any = terminated.get("reason")
    if reason:
        return str(reason)
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


@prints("podtemplates", columns="Name, Containers, Images, Pod Labels")
def _pod_template(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        *container_cells(item, "template"),
        labels(at(item, "template.metadata.labels")),
    ]
