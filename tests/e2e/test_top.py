"""k8s_top_pods and k8s_top_nodes print what kubectl top prints, from the same scrape."""

from typing import Any

import pytest

from tests.e2e.comparing import Parity
from tests.e2e.differences import without_trailing_spaces
from tests.e2e.kubectl import Kubectl
from tests.e2e.shop import Shop

PODS = [
    ("", {}),
    ("--containers", {"show_containers": True}),
    ("--no-headers", {"no_headers": True}),
    ("-l app=orders-db", {"label_selector": "app=orders-db"}),
    ("pair", {"pod_name": "pair"}),
    ("pair --containers", {"pod_name": "pair", "show_containers": True}),
    ("--sum", {"totals": True}),
    ("-A -l app=orders-db", {"all_namespaces": True, "label_selector": "app=orders-db"}),
]
NODES = [("", {}), ("--no-headers", {"no_headers": True}), ("--sort-by=cpu", {"sort_by": "cpu"})]


@pytest.fixture(scope="session")
def measured(kubectl: Kubectl, shop: Shop) -> bool:
    """Wait for the first figures of every pod that runs for long; False where nothing measures."""
    groups = kubectl("get", "apiservices", "-o", "name").split()
    if not any(name.endswith(".metrics.k8s.io") for name in groups):
        return False
    here = ("-n", shop.namespace, "-o", "name")
    running = kubectl("get", "pods", *here, "-l", "app in (web,several,orders-db,pair,agent)")
    wanted = len(running.split())
    kubectl.until(lambda found: len(found.split()) >= wanted, "get", "pods.metrics.k8s.io", *here)
    return True


async def require_usage(
    parity: Parity, measured: bool, tool: str, command: str, **arguments: Any
) -> None:
    """Compare; a cluster without metrics-server is one that both refuse."""
    if measured:
        await parity.check(tool, command, theirs=without_trailing_spaces, **arguments)
        return
    assert "Metrics API not available" in parity.kubectl.refused(*command.split())
    said = await parity.ask(tool, **arguments)
    assert said.error
    assert "metrics-server" in said.text


@pytest.mark.parametrize(("flags", "arguments"), PODS, ids=[each[0] for each in PODS])
async def test_usage_of_pods_is_kubectls_table(
    parity: Parity, shop: Shop, measured: bool, flags: str, arguments: dict[str, Any]
) -> None:
    command = f"top pods -n {shop.namespace} {flags}"
    asked = {"namespace": shop.namespace, **arguments}
    await require_usage(parity, measured, "k8s_top_pods", command, **asked)


@pytest.mark.parametrize(("flags", "arguments"), NODES, ids=[each[0] for each in NODES])
async def test_usage_of_nodes_is_kubectls_table(
    parity: Parity, measured: bool, flags: str, arguments: dict[str, Any]
) -> None:
    await require_usage(parity, measured, "k8s_top_nodes", f"top nodes {flags}", **arguments)


@pytest.mark.parametrize("field", ["cpu", "memory"])
async def test_usage_of_pods_is_sorted_as_by_kubectl(
    parity: Parity, shop: Shop, measured: bool, field: str
) -> None:
    """Equal amounts stand in any order; kubectl's sort does not keep them."""
    command = f"top pods -n {shop.namespace} --sort-by={field}"
    asked = {"namespace": shop.namespace, "sort_by": field}
    if not measured:
        await require_usage(parity, measured, "k8s_top_pods", command, **asked)
        return
    theirs, said = await parity.of("k8s_top_pods", command, **asked)
    ours, kubectls = said.text.splitlines(), without_trailing_spaces(theirs).splitlines()
    column = ("cpu", "memory").index(field) + 1
    assert [row.split()[column] for row in ours] == [row.split()[column] for row in kubectls]
    assert sorted(ours) == sorted(kubectls)
