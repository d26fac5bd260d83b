"""k8s_cordon and k8s_uncordon: kubectl's patch, and none when the node is so already."""

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import an_object
from tests.support.changing import OWN, STRATEGIC, changes, stored

PATH = "/api/v1/nodes/node-1"


@pytest.fixture
def nodes(cluster: Cluster) -> Cluster:
    cluster.store.create(an_object("v1", "Node", "node-1", None, spec={"podCIDR": "10.1.0.0/24"}))
    return cluster


def unschedulable(cluster: Cluster) -> object:
    return stored(cluster, "Node", "node-1", None)["spec"].get("unschedulable")


async def test_a_node_is_closed_and_opened_with_kubectls_patches(
    call: Call, nodes: Cluster
) -> None:
    closed = await call("k8s_cordon", node_name="node-1")
    assert closed.text == "node/node-1 cordoned"
    assert unschedulable(nodes) is True
    opened = await call("k8s_uncordon", node_name="node-1")
    assert opened.text == "node/node-1 uncordoned"
    assert unschedulable(nodes) is None
    assert changes(nodes) == [
        ("PATCH", PATH, OWN, STRATEGIC, {"spec": {"unschedulable": True}}),
        ("PATCH", PATH, OWN, STRATEGIC, {"spec": {"unschedulable": None}}),
    ]


async def test_what_is_so_already_is_not_sent(call: Call, nodes: Cluster) -> None:
    assert (await call("k8s_uncordon", node_name="node-1")).text == "node/node-1 already uncordoned"
    await call("k8s_cordon", node_name="node-1")
    assert (await call("k8s_cordon", node_name="node-1")).text == "node/node-1 already cordoned"
    assert len(changes(nodes)) == 1


async def test_a_dry_run_closes_nothing(call: Call, nodes: Cluster) -> None:
    answer = await call("k8s_cordon", node_name="node-1", dry_run=True)
    assert answer.text.startswith("Would change 1 object. Nothing has been done.")
    assert "~ node/node-1" in answer.text
    assert "spec.unschedulable" in answer.text
    assert changes(nodes) == []
    assert unschedulable(nodes) is None


async def test_a_missing_node_is_named_with_the_nearest(call: Call, nodes: Cluster) -> None:
    answer = await call("k8s_cordon", node_name="node-2")
    assert answer.error
    assert answer.text == 'node "node-2" not found. Did you mean "node-1"?'
