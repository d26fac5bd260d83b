"""What a pod asks of its node: the rules of k8s.io/component-helpers/resource."""

from collections.abc import Iterable, Mapping
from typing import Any

from tools.render.quantities import Quantity, parse

JsonObject = dict[str, Any]
Amounts = Mapping[str, Quantity]


def pod_requests(pod: JsonObject, *, as_resized: bool = False) -> Amounts:
    """Add up what a pod requests, its overhead included.

    ``as_resized`` counts what the node has granted so far where a resize is under way.
    """
    total = dict(_of_containers(pod, "requests", as_resized))
    if _is_set_for_pod(pod, ("requests",)):
        total |= _pod_level(pod, "requests")
    return _sum([total, read(pod["spec"].get("overhead"))])


def pod_limits(pod: JsonObject, *, as_resized: bool = False) -> Amounts:
    """Add up a pod's limits; overhead counts where there is a limit at all."""
    total = dict(_of_containers(pod, "limits", as_resized))
    if _is_set_for_pod(pod, ("requests", "limits")):
        total |= _pod_level(pod, "limits")
    for name, amount in read(pod["spec"].get("overhead")).items():
        if name in total and total[name].nanos:
            total[name] += amount
    return total


def total_of(amounts: Iterable[Amounts]) -> Amounts:
    """Add up requests or limits of many pods."""
    return _sum(amounts)


def _of_containers(pod: JsonObject, kind: str, as_resized: bool) -> Amounts:
    """Give the larger of what runs together and what one init container needs while it runs.

    Sidecars (init containers that restart always) run on beside whatever comes after them.
    """
    needs = _Needs(pod, kind, as_resized)
    together = [needs.of(container) for container in pod["spec"].get("containers") or ()]
    sidecars: list[Amounts] = []
    peak: Amounts = {}
    for container in pod["spec"].get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            sidecars.append(needs.of(container))
            peak = _most([peak, _sum(sidecars)])
        else:
            own = read((container.get("resources") or {}).get(kind))
            peak = _most([peak, _sum([own, *sidecars])])
    return _most([_sum([*together, *sidecars]), peak])


class _Needs:
    """What single containers of a pod need, as written or as their status has it."""

    def __init__(self, pod: JsonObject, kind: str, as_resized: bool) -> None:
        status = pod.get("status", {})
        listed = ("containerStatuses", "initContainerStatuses")
        statuses = [each for key in listed for each in status.get(key) or ()] if as_resized else []
        self._kind = kind
        self._statuses = {each["name"]: each for each in statuses}
        self._infeasible = any(
            condition["type"] == "PodResizePending" and condition.get("reason") == "Infeasible"
            for condition in status.get("conditions") or ()
        )

    def of(self, container: JsonObject) -> Amounts:
        written = read((container.get("resources") or {}).get(self._kind))
        status = self._statuses.get(container["name"]) or {}
        if "resources" not in status:
            return written
        granted = [read(status["resources"].get(self._kind))]
        if self._kind == "requests":
            granted.append(read(status.get("allocatedResources")))
        return _most(granted if self._infeasible else [written, *granted])


def _is_set_for_pod(pod: JsonObject, kinds: Iterable[str]) -> bool:
    return any(_pod_level(pod, kind) for kind in kinds)


def _pod_level(pod: JsonObject, kind: str) -> Amounts:
    """Give what is set for the pod as a whole, which stands instead of its containers' sum."""
    amounts = read((pod["spec"].get("resources") or {}).get(kind))
    return {
        name: amount
        for name, amount in amounts.items()
        if name in ("cpu", "memory") or name.startswith("hugepages-")
    }


def read(amounts: Mapping[str, str] | None) -> Amounts:
    """Read a resource list as the API has it."""
    return {name: parse(amount) for name, amount in (amounts or {}).items()}


def _sum(lists: Iterable[Amounts]) -> dict[str, Quantity]:
    total: dict[str, Quantity] = {}
    for amounts in lists:
        for name, amount in amounts.items():
            total[name] = total[name] + amount if name in total else amount
    return total


def _most(lists: Iterable[Amounts]) -> dict[str, Quantity]:
    most: dict[str, Quantity] = {}
    for amounts in lists:
        for name, amount in amounts.items():
            if name not in most or amount.nanos > most[name].nanos:
                most[name] = amount
    return most
