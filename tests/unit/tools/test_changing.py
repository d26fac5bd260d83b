"""What every changing tool can be asked: to only try, and to hold to what was tried."""

import json
import re
from typing import Any

import orjson
import pytest
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_config_map, a_deployment, a_namespace, an_object
from tests.support.changing import changes, stored, writes
from tests.support.rollouts import a_replica_set
from tools.changing import ChangingTool
from tools.dependencies import Clients
from tools.toolset import REGISTERED

WEB = {"name": "web", "namespace": "shop"}
TYPED = {"resource_type": "deployment", **WEB}
FIVE: dict[str, Any] = {**TYPED, "replicas": 5}
MANIFEST = orjson.dumps(a_config_map(size="big")).decode()
CALLS = [
    pytest.param("k8s_apply", {"content": MANIFEST}, id="apply"),
    pytest.param("k8s_patch", {**TYPED, "patch": "spec: {paused: true}"}, id="patch"),
    pytest.param(
        "k8s_set_image",
        {
            "resource_type": "deployment",
            "resource_name": "web",
            "namespace": "shop",
            "container_images": "web=shop/web:3",
        },
        id="set_image",
    ),
    pytest.param("k8s_scale", FIVE, id="scale"),
    pytest.param("k8s_label", {**TYPED, "labels": {"tier": "front"}}, id="label"),
    pytest.param("k8s_rollout_restart", WEB, id="restart"),
    pytest.param("k8s_rollout_undo", TYPED, id="undo"),
    pytest.param("k8s_rollout_pause", WEB, id="pause"),
    pytest.param("k8s_delete", TYPED, id="delete"),
    pytest.param("k8s_cordon", {"node_name": "node-1"}, id="cordon"),
    pytest.param("k8s_uncordon", {"node_name": "node-2"}, id="uncordon"),
]
each_call = pytest.mark.parametrize(("tool", "arguments"), CALLS)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    web = a_deployment()
    web["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "2"}
    web["spec"]["template"]["spec"]["containers"][0]["image"] = "shop/web:2"
    deployment = cluster.store.create(web)
    for number in (1, 2):
        cluster.store.create(a_replica_set(deployment, number))
    cluster.store.create(a_config_map(colour="red"))
    cluster.store.create(an_object("v1", "Node", "node-1", None))
    cluster.store.create(an_object("v1", "Node", "node-2", None, spec={"unschedulable": True}))
    return cluster


def everything(cluster: Cluster) -> list[Any]:
    kinds = (("apps", "deployments"), ("apps", "replicasets"), ("", "configmaps"), ("", "nodes"))
    return [cluster.store.list(group, plural) for group, plural in kinds]


def digest_in(text: str) -> str:
    found = re.search(r'if_unchanged="(p-[0-9a-f]+)"', text)
    assert found, text
    return found[1]


# Only trying


@each_call
async def test_a_dry_run_says_what_would_change_and_changes_nothing(
    call: Call, shop: Cluster, tool: str, arguments: dict[str, Any]
) -> None:
    before = everything(shop)
    answer = await call(tool, **arguments, dry_run=True)
    assert not answer.error, answer.text
    assert re.match(r"Would (change|delete) 1 object. Nothing has been done.", answer.text)
    assert len(writes(shop)) == 1
    assert changes(shop) == []
    assert everything(shop) == before


@each_call
async def test_a_preview_says_the_same(
    call: Call, shop: Cluster, tool: str, arguments: dict[str, Any]
) -> None:
    dry = await call(tool, **arguments, dry_run=True)
    preview = await call("k8s_preview", tool=tool, arguments=arguments)
    assert preview.text == dry.text
    assert changes(shop) == []


@pytest.mark.parametrize("yes", [True, "true", "True", "yes", "on", 1, "1"])
async def test_a_flag_is_understood_however_it_is_written(
    call: Call, shop: Cluster, yes: object
) -> None:
    answer = await call("k8s_scale", **FIVE, dry_run=yes)
    assert answer.text.startswith("Would change 1 object.")
    assert changes(shop) == []


@pytest.mark.parametrize("no", [False, "false", "no", 0, None])
async def test_a_flag_that_says_no_is_a_call(call: Call, shop: Cluster, no: object) -> None:
    answer = await call("k8s_scale", **FIVE, dry_run=no)
    assert answer.text == "deployment.apps/web scaled: 3 → 5 replicas."


@pytest.mark.parametrize("garbage", ["", "maybe", "server", "tru", 2, -1, [], {"a": 1}, "All"])
async def test_a_flag_that_is_none_is_refused_and_never_taken_for_no(
    call: Call, shop: Cluster, garbage: object
) -> None:
    answer = await call("k8s_scale", **FIVE, dry_run=garbage)
    assert answer.error
    sent = garbage if isinstance(garbage, str) else json.dumps(garbage, separators=(",", ":"))
    assert answer.text == f'Argument "dry_run": "{sent}" is not true or false.'
    assert writes(shop) == []


async def test_what_would_be_refused_is_refused_in_a_preview(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_patch", **TYPED, patch="spec: {replica: 4}", dry_run=True)
    assert answer.error
    assert 'unknown field "spec.replica"' in answer.text
    assert changes(shop) == []


async def test_only_changing_tools_can_be_previewed(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_preview", tool="k8s_get", arguments={"resource_type": "pods"})
    assert (answer.text, answer.error) == ("k8s_get changes nothing; call it.", True)
    answer = await call("k8s_preview", tool="k8s_scael", arguments={})
    assert answer.text == 'Unknown tool "k8s_scael". Did you mean "k8s_scale"?'
    answer = await call("k8s_preview", tool="k8s_scale", arguments={**FIVE, "replica": 1})
    assert answer.text.startswith('Unknown argument "replica". Did you mean "replicas"?')


# Holding to it


@each_call
async def test_what_has_not_moved_is_done(
    call: Call, shop: Cluster, tool: str, arguments: dict[str, Any]
) -> None:
    preview = await call(tool, **arguments, dry_run=True)
    answer = await call(tool, **arguments, if_unchanged=digest_in(preview.text))
    assert not answer.error, answer.text
    assert len(changes(shop)) == 1


async def test_what_has_moved_is_refused_with_what_it_would_be_now(
    call: Call, shop: Cluster
) -> None:
    preview = await call("k8s_scale", **FIVE, dry_run=True)
    web = stored(shop, "Deployment", "web")
    web["spec"]["replicas"] = 4
    shop.store.update(web)
    answer = await call("k8s_scale", **FIVE, if_unchanged=digest_in(preview.text))
    assert answer.error
    first, *rest = answer.text.splitlines()
    assert (
        first == "Not done: the cluster, or the call, is not what was previewed. It would now be:"
    )
    now = (await call("k8s_scale", **FIVE, dry_run=True)).text
    assert rest == now.splitlines()
    assert "4 → 5" in now
    assert changes(shop) == []
    assert stored(shop, "Deployment", "web")["spec"]["replicas"] == 4
    again = await call("k8s_scale", **FIVE, if_unchanged=digest_in(answer.text))
    assert again.text.startswith("deployment.apps/web scaled: 4 → 5 replicas.")


@pytest.mark.parametrize("digest", ["p-00000000", "yes", "*", "p-"])
async def test_a_digest_that_is_none_is_no_approval(call: Call, shop: Cluster, digest: str) -> None:
    answer = await call("k8s_scale", **FIVE, if_unchanged=digest)
    assert answer.error
    assert answer.text.startswith("Not done: ")
    assert changes(shop) == []


async def test_what_changes_by_itself_does_not_count_as_moved(call: Call, shop: Cluster) -> None:
    preview = await call("k8s_rollout_restart", **WEB, dry_run=True)
    web = stored(shop, "Deployment", "web")
    web["status"] = {"readyReplicas": 1}
    shop.store.update(web)
    answer = await call("k8s_rollout_restart", **WEB, if_unchanged=digest_in(preview.text))
    assert not answer.error, answer.text


async def test_the_object_that_was_previewed_is_not_its_successor(
    call: Call, shop: Cluster
) -> None:
    preview = await call("k8s_delete", **TYPED, dry_run=True)
    shop.store.delete("apps", "deployments", "shop", "web")
    answer = await call("k8s_delete", **TYPED, if_unchanged=digest_in(preview.text))
    assert answer.error
    assert changes(shop) == []


# Repeating it


@pytest.mark.parametrize(
    ("tool", "arguments"), [case for case in CALLS if case.id in ("apply", "patch", "scale")]
)
async def test_a_call_repeated_is_carried_out_twice(
    call: Call, shop: Cluster, tool: str, arguments: dict[str, Any]
) -> None:
    """A22: no answer of an earlier call stands for a later one."""
    for _ in range(2):
        assert not (await call(tool, **arguments)).error
    assert len(changes(shop)) == 2


async def test_a_change_that_was_undone_is_made_again(call: Call, shop: Cluster) -> None:
    await call("k8s_scale", **FIVE)
    await call("k8s_scale", **{**FIVE, "replicas": 1})
    answer = await call("k8s_scale", **FIVE)
    assert answer.text == "deployment.apps/web scaled: 1 → 5 replicas."


# Being broken off


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("k8s_scale", "k8s_apply"):
        monkeypatch.setattr(REGISTERED[name], "deadline", 0.3)


async def said_by(clients: Clients, tool: str, **arguments: object) -> str:
    async with Client(create_app(Settings(), clients)) as client:
        answer = await client.call_tool(tool, arguments, raise_on_error=False)
    assert answer.is_error
    return str(answer.content[0].text)


@pytest.mark.usefixtures("impatient")
async def test_a_call_that_is_too_late_says_that_a_change_may_be_under_way(
    clients: Clients, shop: Cluster
) -> None:
    shop.faults.hold("/web/scale$", method="PATCH")
    assert await said_by(clients, "k8s_scale", **FIVE) == (
        "k8s_scale did not finish within 0 s and was stopped. It is unknown whether anything was "
        "changed. Look before calling it again."
    )


@pytest.mark.usefixtures("impatient")
async def test_a_call_that_is_too_late_says_what_was_done(clients: Clients, shop: Cluster) -> None:
    shop.faults.hold("/z$", method="PATCH")
    content = f"{MANIFEST}\n---\n{orjson.dumps(a_config_map('z')).decode()}"
    assert await said_by(clients, "k8s_apply", content=content) == (
        "k8s_apply did not finish within 0 s and was stopped. Done by then: configmap/flags "
        "changed. Look before calling it again."
    )


@pytest.mark.usefixtures("impatient")
async def test_a_dry_run_that_is_too_late_has_done_nothing(clients: Clients, shop: Cluster) -> None:
    shop.faults.hold("/web/scale$", method="PATCH")
    said = await said_by(clients, "k8s_scale", **FIVE, dry_run=True)
    assert said == "k8s_scale did not finish within 0 s and was stopped."


def test_every_tool_that_changes_takes_both_arguments() -> None:
    for tool in REGISTERED.values():
        taken = {"dry_run", "if_unchanged"} & tool.parameters["properties"].keys()
        assert bool(taken) is isinstance(tool, ChangingTool) is not tool.reads, tool.name
