"""The name of a Deployment, given where a rollout's is wanted: it is said what to do instead."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo_states import healthy, with_sets
from tests.support.builders import a_deployment
from tests.support.changing import changes

SHOP = {"namespace": "shop"}
TOOLS: list[tuple[str, dict[str, Any]]] = [
    ("argo_status", {}),
    ("argo_status", {"watch": True}),
    ("argo_describe", {}),
    ("argo_history", {}),
    ("argo_promote", {}),
    ("argo_promote", {"full": True}),
    ("argo_pause_rollout", {}),
    ("argo_resume_rollout", {}),
    ("argo_abort_rollout", {}),
    ("argo_retry", {}),
    ("argo_set_image", {"image": "shop/held:2"}),
    ("argo_undo", {}),
    ("argo_rollout_restart", {}),
]


@pytest.mark.parametrize(("tool", "arguments"), TOOLS)
async def test_a_deployment_is_said_to_be_one(
    call: Call, shop: Cluster, tool: str, arguments: dict[str, Any]
) -> None:
    with_sets(shop, healthy())
    shop.store.create(a_deployment("weber"))
    answer = await call(tool, name="weber", **SHOP, **arguments)
    assert answer.error
    assert answer.text == (
        'rollout "weber" not found in namespace "shop": that is a Deployment; use the tools for '
        "those, such as k8s_rollout_status."
    )
    assert changes(shop) == []


async def test_the_rollout_that_takes_its_pods_from_it_is_named(call: Call, shop: Cluster) -> None:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "held"}
    with_sets(shop, healthy(), template=None, workloadRef=reference)
    shop.store.create(a_deployment("held"))
    answer = await call("argo_status", name="held", **SHOP)
    assert answer.error
    assert answer.text == (
        'rollout "held" not found in namespace "shop": that is a Deployment; name rollout "web", '
        "which takes its pods from it."
    )


async def test_an_empty_list_of_what_a_deployment_made_says_so_too(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_deployment("held"))
    answer = await call("argo_list_analysisruns", rollout_name="held", **SHOP)
    assert answer.text == (
        'No resources found: rollout "held" not found in namespace "shop": that is a Deployment; '
        "use the tools for those, such as k8s_rollout_status."
    )


async def test_where_deployments_may_not_be_read_the_nearest_rollout_is_named(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, healthy())
    shop.store.create(a_deployment("weber"))
    shop.faults.status(403, path="/deployments/weber$", reason="Forbidden", times=None)
    answer = await call("argo_status", name="weber", **SHOP)
    assert answer.error
    assert answer.text == ('rollout "weber" not found in namespace "shop". Did you mean "web"?')
