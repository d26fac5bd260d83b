"""Disruption budgets that a change disregards: they hold back evictions only."""

from clients.kubernetes.impact.fields import at, counted, kind_of, labels, matches, name
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import WORKLOADS, pod_labels, replicas_of, share
from clients.kubernetes.objects import JsonObject

BUDGETS = "poddisruptionbudgets.policy"


async def budgets_broken(sight: Sight) -> list[str]:
    """Say which budget asks for more pods than a change leaves."""
    change, replicas = sight.change, replicas_of(sight.change)
    if replicas is None or not replicas.fewer or kind_of(change) not in WORKLOADS:
        return await _of_a_pod(sight)
    live = change.before
    if change.subresource:
        live = await sight.get(change.ref.type.qualified, change.ref.name, change.ref.namespace)
    given = pod_labels(live)
    told: list[str] = []
    for budget in await sight.staying(BUDGETS) if given else ():
        wanted = _wanted(budget, replicas.before)
        if matches(at(budget, "spec", "selector"), given) and replicas.after < wanted:
            told.append(
                f"! PodDisruptionBudget {name(budget)} asks for {counted(wanted, 'healthy pod')}, "
                f"this leaves {replicas.after:,}; it does not hold it back."
            )
    return told


def _wanted(budget: JsonObject, replicas: int) -> int:
    """Return how many have to be healthy (disruption.go: getExpectedPodCount)."""
    spec = at(budget, "spec")
    if "minAvailable" in spec:
        return share(spec["minAvailable"], replicas, 0, up=True)
    return 0  # a most number of unavailable pods follows the size of the workload


async def _of_a_pod(sight: Sight) -> list[str]:
    change = sight.change
    if change.kind != "deleted" or kind_of(change) != ("", "Pod"):
        return []
    return [
        f"! PodDisruptionBudget {name(budget)} allows no disruption now; a delete disregards it."
        for budget in await sight.staying(BUDGETS)
        if matches(at(budget, "spec", "selector"), labels(change.before))
        and at(budget, "status").get("disruptionsAllowed") == 0
    ]
