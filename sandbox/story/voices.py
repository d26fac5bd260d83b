"""Lets containers write and be measured: follows the pods, fills the books of logs and usage."""

from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.logbook import LogBook
from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.cluster.store import Store
from sandbox.cluster.usage import UsageBook
from sandbox.controllers.conditions import moment
from sandbox.story import programs

_MIB = 1024
# Nanocores and Ki, by container; others use little.
_TYPICAL = {
    "web": (145_000_000, 171 * _MIB),
    "checkout": (62_000_000, 204 * _MIB),
    "catalog": (88_000_000, 402 * _MIB),
    "postgres": (213_000_000, 846 * _MIB),
    "redis": (9_000_000, 21 * _MIB),
    "coredns": (3_100_000, 24 * _MIB),
    "metrics-server": (5_400_000, 37 * _MIB),
    "kube-proxy": (1_900_000, 31 * _MIB),
    "fluent-bit": (12_000_000, 49 * _MIB),
}
_LITTLE = (1_200_000, 12 * _MIB)
NODES = {
    "node-1": ("1684302117n", "9210432Ki"),
    "node-2": ("1127750931n", "15431704Ki"),
    "node-3": ("94113806n", "2204516Ki"),
}


class Voices:
    """Watches the store; what a container's status says, its log and its usage follow."""

    def __init__(self, store: Store, logs: LogBook, usage: UsageBook) -> None:
        self._store = store
        self._logs = logs
        self._usage = usage
        self._heard: dict[tuple[str, str], str] = {}
        store.observe(self.follow)

    def follow(self, change: Change) -> None:
        """Take note of a pod's change."""
        if change.resource.storage != ("", "pods"):
            return
        namespace, pod = namespace_of(change.object), name_of(change.object)
        if change.type == "DELETED":
            self._logs.forget(namespace, pod)
            self._usage.forget(namespace, pod)
            return
        for status in _statuses(change.object):
            self._listen(change.object, status)

    def reminisce(self, present: datetime) -> None:
        """Write what running containers wrote in the last hour, and measure the nodes."""
        for pod in self._store.view("", "pods"):
            for status in _statuses(pod):
                if "running" in status["state"]:
                    self._recall(pod, status["name"], present)
        for node, (cpu, memory) in NODES.items():
            self._usage.node(node, cpu, memory)

    def _listen(self, pod: JsonObject, status: JsonObject) -> None:
        state, key = status["state"], (pod["metadata"]["uid"], status["name"])
        place = (namespace_of(pod), name_of(pod), status["name"])
        run = f"{status['restartCount']}{sorted(state)}"
        if self._heard.get(key) == run:
            return
        if "running" in state:
            self._start(pod, status, again=key in self._heard)
        elif "terminated" in state:
            self._logs.end(*place)
            self._usage.containers.get(place[:2], {}).pop(place[2], None)
        self._heard[key] = run

    def _start(self, pod: JsonObject, status: JsonObject, *, again: bool) -> None:
        place = (namespace_of(pod), name_of(pod), status["name"])
        if again and self._logs.of(*place).lines:
            self._logs.restart(*place)
        text = "\n".join(programs.opening(status["image"], _words(pod, status["name"])))
        self._logs.write(*place, text, moment(status["state"]["running"]["startedAt"]))
        self._measure(place)

    def _measure(self, place: tuple[str, str, str]) -> None:
        cpu, memory = _TYPICAL.get(place[2], _LITTLE)
        differs = sum(map(ord, place[1])) % 21 - 10  # per cent, by the pod's name
        used = f"{cpu * (100 + differs) // 100}n", f"{memory * (100 + differs) // 100}Ki"
        self._usage.container(*place, *used)

    def _recall(self, pod: JsonObject, container: str, present: datetime) -> None:
        begun = moment(pod["status"]["startTime"])
        index = sum(map(ord, name_of(pod))) % 3
        for at, line in programs.running(container, index, present):
            if at > begun:
                self._logs.write(namespace_of(pod), name_of(pod), container, line, at)


def _words(pod: JsonObject, name: str) -> list[str]:
    """Return a container's command and arguments."""
    spec = pod["spec"]
    for container in [*spec["containers"], *(spec.get("initContainers") or [])]:
        if container["name"] == name:
            return [*(container.get("command") or []), *(container.get("args") or [])]
    return []


def _statuses(pod: JsonObject) -> list[JsonObject]:
    status = pod.get("status") or {}
    every = ("initContainerStatuses", "containerStatuses")
    return [each for kind in every for each in status.get(kind) or []]
