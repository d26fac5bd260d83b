"""Where pods would find room: requests against what is allocatable, first fit, the largest first.

A sketch of what the scheduler does: node selectors and taints count, affinities and spreading do
not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.render import JsonObject
from tools.render.describe.pod_resources import pod_requests
from tools.render.quantities import Quantity, parse

_REPELS = ("NoSchedule", "NoExecute")
_NANOS = 10**9


@dataclass(frozen=True, slots=True)
class Homeless:
    """A pod that fits on no node, and why."""

    name: str
    why: str


def homeless(
    moved: Sequence[JsonObject], nodes: Sequence[JsonObject], pods: Iterable[JsonObject]
) -> list[Homeless]:
    """Place ``moved`` on ``nodes``, on which ``pods`` are already; return those that do not fit."""
    free = {node["metadata"]["name"]: _allocatable(node) for node in nodes if _is_open(node)}
    for pod in pods:
        if (name := pod["spec"].get("nodeName")) in free:
            _take(free[name], _asked(pod))
    by_name = {node["metadata"]["name"]: node for node in nodes}
    left = []
    for pod in sorted(moved, key=_size, reverse=True):
        eligible = {n: room for n, room in free.items() if _accepts(by_name[n], pod)}
        room = next((room for room in eligible.values() if _fits(room, _asked(pod))), None)
        if room is None:
            left.append(Homeless(_name(pod), _why(eligible, _asked(pod))))
        else:
            _take(room, _asked(pod))
    return left


def _is_open(node: JsonObject) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or ()
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    return ready and not (node.get("spec") or {}).get("unschedulable")


def _allocatable(node: JsonObject) -> dict[str, int]:
    given = (node.get("status") or {}).get("allocatable") or {}
    amounts = {name: parse(amount).nanos for name, amount in given.items()}
    return defaultdict(int, amounts)


def _asked(pod: JsonObject) -> dict[str, int]:
    """What a pod takes of a node, in nanos; itself included, for nodes have a most of pods."""
    asked = {name: quantity.nanos for name, quantity in pod_requests(pod).items()}
    return {**asked, "pods": _NANOS}


def _take(room: dict[str, int], asked: Mapping[str, int]) -> None:
    for name, amount in asked.items():
        room[name] -= amount


def _fits(room: Mapping[str, int], asked: Mapping[str, int]) -> bool:
    return all(amount <= room[name] for name, amount in asked.items() if amount)


def _size(pod: JsonObject) -> tuple[int, int]:
    asked = _asked(pod)
    return asked.get("cpu", 0), asked.get("memory", 0)


def _accepts(node: JsonObject, pod: JsonObject) -> bool:
    labels = node["metadata"].get("labels") or {}
    wanted = (pod["spec"].get("nodeSelector") or {}).items()
    return all(labels.get(key) == value for key, value in wanted) and not _repelling(node, pod)


def _repelling(node: JsonObject, pod: JsonObject) -> bool:
    tolerations = pod["spec"].get("tolerations") or ()
    taints = (node.get("spec") or {}).get("taints") or ()
    return any(
        taint["effect"] in _REPELS and not any(_tolerates(each, taint) for each in tolerations)
        for taint in taints
    )


def _tolerates(toleration: JsonObject, taint: JsonObject) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    same_value = (toleration.get("value") or "") == (taint.get("value") or "")
    return toleration.get("key") == taint["key"] and same_value


def _why(eligible: Mapping[str, Mapping[str, int]], asked: Mapping[str, int]) -> str:
    if not eligible:
        return "no other node takes it (closed, not ready, selector or taints)"
    return ", ".join(_lacks(eligible, asked)) or "no single node has room for all it asks for"


def _lacks(eligible: Mapping[str, Mapping[str, int]], asked: Mapping[str, int]) -> Iterator[str]:
    for name, amount in asked.items():
        most = max(room[name] for room in eligible.values())
        if amount > most:
            yield f"asks for {_shown(amount, name)} {name}, the most free is {_shown(most, name)}"


def _shown(nanos: int, name: str) -> str:
    if name in ("memory", "ephemeral-storage"):
        return f"{max(nanos, 0) / _NANOS / 2**20:,.0f}Mi"
    return str(Quantity(max(nanos, 0)))


def _name(pod: JsonObject) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
