"""No answer ever carries a credential: the story's canaries are searched in all that is said."""

import json
from collections.abc import AsyncIterator

import pytest

from sandbox import Cluster, running_cluster, story
from tests.conftest import NOW, Call

SHOP = {"namespace": "shop"}
EVERYWHERE = {"all_namespaces": True}
OUTPUTS = [
    "wide",
    "json",
    "yaml",
    "name",
    "jsonpath={.items[*].data}",
    "jsonpath={..data}",
    "jsonpath={..env}",
    "jsonpath={..annotations}",
    "custom-columns=D:.data,S:.stringData,E:.spec.template.spec.containers[*].env",
]
DESCRIBED = ["secret", "configmap", "serviceaccount", "pod", "deployment", "statefulset", "widget"]


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    async with running_cluster(clock=lambda: NOW) as simulated:
        story.load(simulated.store, simulated.logs, simulated.usage, lambda: NOW)
        yield simulated


def assert_no_leak(answer: object) -> None:
    leaked = story.leaks(json.dumps(answer.data, ensure_ascii=False) + str(answer))  # type: ignore[attr-defined]
    assert not leaked


def test_the_search_itself_finds_what_it_looks_for() -> None:
    for canary in story.CANARIES:
        assert story.leaks(f"before {canary} after")


async def test_get_shows_no_secret(call: Call) -> None:
    for types in ("secrets", "all,cm,secrets,sa", "widgets"):
        for output in (None, *OUTPUTS):
            answer = await call("k8s_get", resource_type=types, output=output, **EVERYWHERE)
            assert not answer.error, answer.text
            assert_no_leak(answer)


async def test_each_object_by_its_name_shows_no_secret(call: Call, cluster: Cluster) -> None:
    for secret in cluster.store.list("", "secrets"):
        where = {"name": secret["metadata"]["name"], "namespace": secret["metadata"]["namespace"]}
        for output in (None, "yaml", "json", "jsonpath={.data}", "jsonpath={}"):
            assert_no_leak(await call("k8s_get", resource_type="secret", output=output, **where))
        assert_no_leak(await call("k8s_describe", resource_type="secret", **where))


async def test_describe_shows_no_secret(call: Call) -> None:
    names = "jsonpath={.items[*].metadata.name}"
    for kind in DESCRIBED:
        listed = await call("k8s_get", resource_type=kind, output=names, **SHOP)
        assert listed.text
        for name in listed.text.split():
            answer = await call("k8s_describe", resource_type=kind, name=name, **SHOP)
            assert not answer.error, answer.text
            assert_no_leak(answer)


async def test_logs_show_no_secret(call: Call) -> None:
    for name in ("deployment/checkout", "deployment/web", "statefulset/orders-db"):
        for options in ({}, {"previous": True}, {"all_pods": True}, {"pattern": "."}):
            answer = await call("k8s_logs", pod_name=name, num_lines=1000, **SHOP, **options)
            assert_no_leak(answer)


CHECKOUT = {"name": "checkout", "resource_type": "deployment", **SHOP}
THE_SECRET = {"name": "db", "resource_type": "secret", **SHOP}


async def test_events_rollouts_and_waits_show_no_secret(call: Call) -> None:
    condition = {"condition": "jsonpath={.data.password}=x", "timeout_seconds": 0}
    for tool, arguments in (
        ("k8s_events", EVERYWHERE),
        ("k8s_rollout_history", CHECKOUT),
        ("k8s_rollout_history", {**CHECKOUT, "revision": 7}),
        ("k8s_rollout_status", {"name": "checkout", "wait_seconds": 0, **SHOP}),
        ("k8s_wait", THE_SECRET | condition),
    ):
        assert_no_leak(await call(tool, **arguments))


CACHE = {"release_name": "web-cache", **SHOP}


async def test_a_release_shows_no_secret(call: Call) -> None:
    for tool, arguments in (
        ("helm_list_releases", EVERYWHERE),
        ("helm_history", CACHE),
        ("helm_status", CACHE | {"notes": True, "hooks": True}),
        ("helm_status", CACHE | {"output": "json"}),
        ("helm_get_values", CACHE | {"all_values": True}),
        ("helm_get_values", CACHE | {"output": "json", "revision": 1}),
        ("helm_get_manifest", CACHE),
        ("helm_get_manifest", CACHE | {"revision": 1}),
    ):
        answer = await call(tool, **arguments)
        assert not answer.error, answer.text
        assert_no_leak(answer)


async def test_a_refusal_shows_no_secret(call: Call, cluster: Cluster) -> None:
    quoted = json.dumps(cluster.store.get("", "secrets", "shop", "db"))
    said = f'"" is invalid: patch: Invalid value: "{quoted}": strict decoding error: unknown field'
    cluster.faults.status(422, "/secrets/db", None, "Invalid", said)
    answer = await call("k8s_get", **THE_SECRET)
    assert answer.text == "unknown field"
    assert_no_leak(answer)


async def test_a_preview_and_a_change_show_no_secret(call: Call) -> None:
    images = {"resource_name": "checkout", "container_images": "*=shop/checkout:9"}
    undone = {"name": "checkout", "resource_type": "deployment", **SHOP}
    for tool, arguments in (
        ("k8s_label", THE_SECRET | {"labels": {"team": "shop"}}),
        ("k8s_patch", THE_SECRET | {"patch": "stringData: {password: new}"}),
        ("k8s_rollout_restart", {"name": "checkout", **SHOP}),
        ("k8s_set_image", images | {"resource_type": "deployment"} | SHOP),
        ("k8s_rollout_undo", undone),
        ("k8s_delete", THE_SECRET),
    ):
        for dry in (True, False):
            answer = await call(tool, **arguments, dry_run=dry)
            assert not answer.error, answer.text
            assert_no_leak(answer)
