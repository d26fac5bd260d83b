"""Evictions under way: what is asked again, how often, and what is told meanwhile."""

import asyncio

import pytest

from clients.kubernetes import KubernetesWriter
from clients.kubernetes.changes import Journal
from clients.kubernetes.nodes.drain_filters import Allowances
from clients.kubernetes.nodes.draining import Fate, Haste, drain, plan
from clients.kubernetes.nodes.eviction_outlook import selects
from sandbox import Cluster
from tests.support.builders import a_namespace
from tests.support.nodes import a_budget, a_node, on_node
from tools.dependencies import Clients

SOON = Haste(seconds=5, retry_seconds=0.01)


@pytest.fixture
async def writing(clients: Clients, cluster: Cluster) -> KubernetesWriter:
    cluster.store.create(a_namespace())
    cluster.store.create(a_node())
    return clients.kubernetes.writer(Journal(), dry=False)


async def drained(writing: KubernetesWriter, told: list[str], haste: Haste = SOON) -> list[Fate]:
    async def tell(message: str) -> None:
        told.append(message)

    return await drain(writing, await plan(writing.read, "node-1", Allowances()), haste, tell)


def evictions(cluster: Cluster) -> int:
    return sum(line.endswith("/eviction") for line in cluster.requests.lines)


async def test_a_blocked_pod_is_asked_for_again_until_its_budget_allows(
    writing: KubernetesWriter, cluster: Cluster
) -> None:
    budget = cluster.store.create(a_budget("web", 0))
    cluster.store.create(on_node("web-a"))
    told: list[str] = []

    async def another_becomes_ready() -> None:
        while evictions(cluster) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        budget["status"]["disruptionsAllowed"] = 1
        cluster.store.update(budget)

    fates, _ = await asyncio.gather(drained(writing, told), another_becomes_ready())
    assert [(fate.name, fate.state) for fate in fates] == [("shop/web-a", "gone")]
    assert evictions(cluster) >= 4
    assert told[0] == (
        "shop/web-a blocked: The disruption budget web needs 2 healthy pods and has 2 currently"
    )
    assert told[-1] == "shop/web-a is gone (1 of 1)"


async def test_a_lost_answer_is_asked_again_for_the_eviction_names_the_uid(
    writing: KubernetesWriter, cluster: Cluster
) -> None:
    cluster.store.create(on_node("web-a"))
    cluster.faults.reset("/eviction$", method="POST")
    [fate] = await drained(writing, [])
    assert fate.state == "gone"
    assert evictions(cluster) == 2


async def test_a_blocked_pod_that_goes_by_itself_is_gone(
    writing: KubernetesWriter, cluster: Cluster
) -> None:
    cluster.store.create(a_budget("web", 0))
    cluster.store.create(on_node("web-a"))

    async def goes() -> None:
        while not evictions(cluster):  # noqa: ASYNC110
            await asyncio.sleep(0)
        cluster.store.delete("", "pods", "shop", "web-a")

    fates, _ = await asyncio.gather(drained(writing, [], Haste(5, retry_seconds=60)), goes())
    assert fates[0].state == "gone"


async def test_many_pods_cost_one_watch(writing: KubernetesWriter, cluster: Cluster) -> None:
    for number in range(60):
        cluster.store.create(on_node(f"web-{number:02}"))
    cluster.requests.clear()
    fates = await drained(writing, [])
    assert {fate.state for fate in fates} == {"gone"}
    assert evictions(cluster) == 60
    assert len(cluster.requests) < 60 + 15


async def test_a_terminating_namespace_is_waited_for(
    writing: KubernetesWriter, cluster: Cluster
) -> None:
    cluster.store.create(on_node("web-a"))
    message = 'pods "web-a" is forbidden: unable to create new content in namespace shop because '
    message += "it is being terminated"
    cluster.faults.status(403, "/eviction$", reason="Forbidden", message=message)
    [fate] = await drained(writing, [])
    assert (fate.state, evictions(cluster)) == ("gone", 2)


async def test_a_cancelled_drain_evicts_nothing_more(
    writing: KubernetesWriter, cluster: Cluster
) -> None:
    cluster.store.create(a_budget("web", 0))
    cluster.store.create(on_node("web-a"))
    draining = asyncio.create_task(drained(writing, []))
    while not evictions(cluster):  # noqa: ASYNC110
        await asyncio.sleep(0)
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    asked = evictions(cluster)
    await asyncio.sleep(0.05)
    assert evictions(cluster) == asked


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "x"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_a_budgets_selector_is_read_as_kubernetes_reads_it(
    selector: dict[str, object] | None, selected: bool
) -> None:
    assert selects(selector, {"app": "web"}) is selected
