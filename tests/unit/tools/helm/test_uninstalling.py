"""What an uninstall takes away: endpoints that nobody asks for any more, data for good."""

import json
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_custom_resource_definition, an_object
from tests.support.helm_releases import a_release, as_secret
from tests.support.operating import Bench
from tests.support.story import told

WEB = {"release_name": "web", "namespace": "shop", "dry_run": True}


def manifest(*objects: dict[str, Any]) -> str:
    return "".join(f"---\n{json.dumps(each)}\n" for each in objects)


def of_helm(obj: dict[str, Any]) -> dict[str, Any]:
    """Mark an object as the release's own."""
    owner = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}
    metadata = {"labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": owner}
    return {**obj, "metadata": {**obj["metadata"], **metadata}}


def installed(bench: Bench, *objects: dict[str, Any]) -> None:
    """Have the release and its objects in the cluster."""
    bench.has(1, manifest(*objects))
    for each in objects:
        bench.cluster.store.create(of_helm(each))


def release_of_the_story(cluster: Cluster, *kinds: tuple[str, str, str]) -> None:
    """Keep a release ``web`` of objects that the story has already."""
    objects = [cluster.store.get(group, plural, "shop", name) for group, plural, name in kinds]
    record = a_release("web", 1, manifest=manifest(*(each for each in objects if each)))
    cluster.store.create(as_secret(record))


DEPLOYMENT = ("apps", "deployments", "web")
SERVICE = ("", "services", "web")
INGRESS = ("networking.k8s.io", "ingresses", "shop")
ORDERS = ("apps", "statefulsets", "orders-db")
BUDGET = ("policy", "poddisruptionbudgets", "orders-db")


async def test_a_service_that_stays_loses_its_endpoints(call: Call, cluster: Cluster) -> None:
    release_of_the_story(told(cluster), DEPLOYMENT)
    answer = await call("helm_uninstall", **WEB)
    assert "! Service web loses its last ready endpoint (3 now)." in answer.text
    assert "! ingress shop: shop.example.com/ is then without a backend." in answer.text


async def test_what_goes_with_the_release_is_not_said_to_lose_anything(
    call: Call, cluster: Cluster
) -> None:
    """A Service and an Ingress that go tell themselves whom they serve now."""
    release_of_the_story(told(cluster), DEPLOYMENT, SERVICE, INGRESS)
    answer = await call("helm_uninstall", **WEB)
    assert "loses its last" not in answer.text
    assert "without a backend" not in answer.text
    assert "It has 3 ready endpoints now; its name and address stop answering." in answer.text
    assert "! ingress shop serves shop.example.com now" in answer.text


@pytest.mark.parametrize(("kinds", "asks"), [([ORDERS], True), ([ORDERS, BUDGET], False)])
async def test_a_budget_that_goes_asks_for_no_pods(
    call: Call, cluster: Cluster, kinds: list[tuple[str, str, str]], asks: bool
) -> None:
    release_of_the_story(told(cluster), *kinds)
    answer = await call("helm_uninstall", **WEB)
    assert ("PodDisruptionBudget orders-db asks for" in answer.text) is asks


def a_claim(name: str, volume: str) -> dict[str, Any]:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "volumeName": volume,
    }
    return an_object("v1", "PersistentVolumeClaim", name, spec=spec)


def a_volume(name: str, policy: str) -> dict[str, Any]:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
        "hostPath": {"path": "/data"},
        "persistentVolumeReclaimPolicy": policy,
    }
    return an_object("v1", "PersistentVolume", name, None, spec=spec)


async def test_data_that_goes_for_good_is_said_once(call: Call, bench: Bench) -> None:
    store = bench.cluster.store
    store.create(a_custom_resource_definition("widgets", "Widget"))
    for volume, policy in (("lost", "Delete"), ("stays", "Retain")):
        store.create(a_volume(volume, policy))
    installed(
        bench,
        an_object("v1", "ConfigMap", "web", data={"a": "b"}),
        an_object("v1", "Secret", "login", type="Opaque", data={"password": "aHVudGVyMg=="}),
        a_claim("data", "lost"),
        a_claim("archive", "stays"),
        an_object("example.com/v1", "Widget", "gear"),
    )
    lost = "what is in widget.example.com/gear, persistentvolumeclaim/data, secret/login."
    answer = await call("helm_uninstall", **WEB)
    assert f"! lost for good, as the history goes too: {lost}" in answer.text.splitlines()
    assert "Caution: " in answer.text
    with_history = await call("helm_uninstall", **WEB, keep_history=True)
    assert (
        "Would keep the history (1 revision): helm_rollback brings it back, but not what is in "
        "persistentvolumeclaim/data."
    ) in with_history.text.splitlines()
    assert "for good" not in with_history.text


async def test_where_no_data_goes_none_is_said_to_be_lost(call: Call, bench: Bench) -> None:
    installed(bench, an_object("v1", "ConfigMap", "web", data={"a": "b"}))
    assert "for good" not in (await call("helm_uninstall", **WEB)).text
