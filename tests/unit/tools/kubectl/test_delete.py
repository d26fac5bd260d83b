"""k8s_delete: exactly one object, the one that was there, and whether it is really gone."""

import asyncio
from typing import Any

import orjson
import pytest
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from sandbox.cluster.faults import Fault
from tests.conftest import Call
from tests.support.builders import a_config_map, a_deployment, a_namespace, a_pod, an_object
from tests.support.changing import DEPLOYMENTS, JSON, changes, is_there, stored
from tests.support.rollouts import watched
from tools.dependencies import Clients

FLAGS: dict[str, Any] = {"resource_type": "configmap", "name": "flags", "namespace": "shop"}
HELD = "example.com/hold"
PATH = "/api/v1/namespaces/shop/configmaps/flags"


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    cluster.store.create(a_config_map())
    cluster.store.create(a_config_map("others"))
    return cluster


def held(cluster: Cluster) -> None:
    obj = stored(cluster, "ConfigMap", "flags")
    obj["metadata"]["finalizers"] = [HELD]
    cluster.store.update(obj)


def let_go(cluster: Cluster) -> None:
    obj = stored(cluster, "ConfigMap", "flags")
    del obj["metadata"]["finalizers"]
    cluster.store.update(obj)


def options(cluster: Cluster, **more: Any) -> dict[str, Any]:
    return {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Background",
        "preconditions": {"uid": stored(cluster, "ConfigMap", "flags")["metadata"]["uid"]},
        **more,
    }


async def test_one_object_goes_and_the_others_stay(call: Call, shop: Cluster) -> None:
    body = options(shop)
    answer = await call("k8s_delete", **FLAGS)
    assert (answer.text, answer.error) == ("configmap/flags deleted", False)
    assert changes(shop) == [("DELETE", PATH, {}, JSON, body)]
    assert not is_there(shop, "configmaps", "flags")
    assert is_there(shop, "configmaps", "others")


async def test_a_secret_is_deleted_as_the_engine_asks_for_it(call: Call, shop: Cluster) -> None:
    """E10: the call with which the Engine forgets an integration."""
    shop.store.create(an_object("v1", "Secret", "skyflo-jenkins"))
    asked = {"name": "skyflo-jenkins", "resource_type": "secret", "namespace": "shop"}
    assert (await call("k8s_delete", **asked)).text == "secret/skyflo-jenkins deleted"
    assert not is_there(shop, "secrets", "skyflo-jenkins")


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({"cascade": "foreground"}, {"propagationPolicy": "Foreground"}),
        ({"cascade": "orphan"}, {"propagationPolicy": "Orphan"}),
        ({"grace_seconds": 0}, {"gracePeriodSeconds": 0}),
        ({"grace_seconds": "5"}, {"gracePeriodSeconds": 5}),
    ],
)
async def test_cascade_and_grace_are_sent_in_the_body(
    call: Call, shop: Cluster, asked: dict[str, Any], sent: dict[str, Any]
) -> None:
    body = options(shop, **sent)
    await call("k8s_delete", **FLAGS, **asked, wait_seconds=0)
    assert changes(shop) == [("DELETE", PATH, {}, JSON, body)]


@pytest.mark.parametrize("cascade", ["Background", "all", "--now", ""])
async def test_an_unknown_cascade_is_refused(call: Call, shop: Cluster, cascade: str) -> None:
    answer = await call("k8s_delete", **FLAGS, cascade=cascade)
    assert answer.error
    assert 'accepted: "background", "foreground" or "orphan".' in answer.text
    assert changes(shop) == []


async def test_dependents_go_in_the_background_and_stay_as_orphans(
    call: Call, shop: Cluster
) -> None:
    for name, cascade in (("web", "background"), ("api", "orphan")):
        owner = shop.store.create(a_deployment(name))
        reference = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": name,
            "uid": owner["metadata"]["uid"],
        }
        shop.store.create(a_pod(name, ownerReferences=[reference]))
        asked = {"resource_type": "deploy", "name": name, "namespace": "shop"}
        answer = await call("k8s_delete", **asked, cascade=cascade)
        assert answer.text.splitlines()[0] == f"deployment.apps/{name} deleted"
    assert not is_there(shop, "pods", "web")
    assert is_there(shop, "pods", "api")


async def test_what_a_finalizer_holds_is_named_when_the_time_is_over(
    call: Call, shop: Cluster
) -> None:
    held(shop)
    answer = await call("k8s_delete", **FLAGS, wait_seconds=0)
    assert answer.text == (
        "configmap/flags is being deleted; still there after 0 s: finalizers example.com/hold. "
        'k8s_wait(resource_type="configmaps", name="flags", namespace="shop", '
        'condition="delete") goes on waiting.'
    )
    assert not answer.error


async def test_a_namespace_says_what_remains_in_it(call: Call, shop: Cluster) -> None:
    shop.store.create({**a_namespace("busy"), "spec": {"finalizers": ["kubernetes"]}})
    stuck = a_config_map("stuck", "busy")
    stuck["metadata"]["finalizers"] = [HELD]
    shop.store.create(stuck)
    answer = await call("k8s_delete", resource_type="ns", name="busy", wait_seconds=0)
    assert answer.text.startswith("namespace/busy is being deleted; still there after 0 s")
    assert "finalizers kubernetes" in answer.text
    assert "Some resources are remaining: configmaps. has 1 resource instances" in answer.text
    assert 'k8s_wait(resource_type="namespaces", name="busy", condition="delete")' in answer.text


async def test_the_wait_ends_when_the_finalizer_is_gone_and_tells_what_it_waits_for(
    clients: Clients, shop: Cluster
) -> None:
    held(shop)
    told: list[str | None] = []

    async def progress(step: float, total: float | None, message: str | None) -> None:
        told.append(message)

    async def lets_go() -> None:
        await watched(shop)
        let_go(shop)

    async with Client(create_app(Settings(), clients), progress_handler=progress) as client:
        answer, _ = await asyncio.gather(client.call_tool("k8s_delete", FLAGS), lets_go())
    assert answer.content[0].text == "configmap/flags deleted"
    assert told == ["configmap/flags is still there: finalizers example.com/hold"]


async def test_a_successor_of_the_same_name_ends_the_wait_and_is_left_alone(
    call: Call, shop: Cluster
) -> None:
    looked = shop.faults.hold("/configmaps$", method="GET")

    async def replaced() -> None:
        async with asyncio.timeout(5):
            while is_there(shop, "configmaps", "flags"):  # noqa: ASYNC110
                await asyncio.sleep(0)
        shop.store.create(a_config_map(colour="new"))
        looked.set()

    answer, _ = await asyncio.gather(call("k8s_delete", **FLAGS, wait_seconds=2), replaced())
    assert answer.text == "configmap/flags deleted"
    assert stored(shop, "ConfigMap", "flags")["data"] == {"colour": "new"}


async def test_a_successor_that_came_before_the_deletion_is_not_deleted(
    call: Call, shop: Cluster
) -> None:
    """The object that was looked at is not there any more: its uid is a precondition."""
    gone = stored(shop, "ConfigMap", "flags")
    gone["metadata"]["uid"] = "00000000-0000-0000-0000-000000000000"
    shop.faults.add(Fault("body", "GET", PATH, 1, 200, body=orjson.dumps(gone)))
    answer = await call("k8s_delete", **FLAGS)
    assert answer.error
    assert "UID in the precondition" in answer.text
    assert "might have been deleted and then recreated" in answer.text
    assert is_there(shop, "configmaps", "flags")


async def test_what_may_not_be_watched_is_deleted_all_the_same(call: Call, shop: Cluster) -> None:
    refused = "configmaps is forbidden"
    shop.faults.add(Fault("status", "GET", "/configmaps$", None, 403, "Forbidden", refused))
    answer = await call("k8s_delete", **FLAGS)
    assert not answer.error
    assert answer.text == (
        "configmap/flags is being deleted; whether it is gone could not be seen: "
        "Not allowed: configmaps is forbidden"
    )
    assert not is_there(shop, "configmaps", "flags")


async def test_a_missing_object_is_refused_with_the_nearest_name(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_delete", resource_type="cm", name="flag", namespace="shop")
    assert answer.error
    assert answer.text == ('configmap "flag" not found in namespace "shop". Did you mean "flags"?')
    assert changes(shop) == []


@pytest.mark.parametrize("wait_seconds", [-1, 281, 10_000, "for ever"])
async def test_the_wait_is_bounded(call: Call, shop: Cluster, wait_seconds: object) -> None:
    answer = await call("k8s_delete", **FLAGS, wait_seconds=wait_seconds)
    assert answer.error
    assert 'Argument "wait_seconds"' in answer.text
    assert changes(shop) == []


async def test_a_dry_run_is_asked_for_in_the_body_and_deletes_nothing(
    call: Call, shop: Cluster
) -> None:
    body = options(shop, dryRun=["All"])
    answer = await call("k8s_delete", **FLAGS, dry_run=True)
    assert answer.text.startswith("Would delete 1 object. Nothing has been done.")
    assert "- configmap/flags in shop" in answer.text
    [request] = shop.requests.matching(lambda request: request.method == "DELETE")
    assert (request.query, request.json) == ({}, body)
    assert changes(shop) == []
    assert is_there(shop, "configmaps", "flags")


async def test_a_deployment_is_named_with_its_group(call: Call, shop: Cluster) -> None:
    shop.store.create(a_deployment())
    await call("k8s_delete", resource_type="deploy", name="web", namespace="shop")
    [(method, path, *_)] = changes(shop)
    assert (method, path) == ("DELETE", f"{DEPLOYMENTS}/web")
