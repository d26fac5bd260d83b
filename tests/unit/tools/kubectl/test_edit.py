"""k8s_patch, k8s_scale and k8s_label: what is asked for, sent and said."""

import json
from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import (
    a_config_map,
    a_deployment,
    a_namespace,
    a_pod,
    a_secret,
)
from tests.support.changing import (
    DEPLOYMENTS,
    JSON_PATCH,
    MERGE,
    OWN,
    STRATEGIC,
    WIDGETS,
    a_scalable_definition,
    a_widget,
    changes,
    stored,
)

WEB: dict[str, Any] = {"resource_type": "deployment", "name": "web", "namespace": "shop"}
GEAR: dict[str, Any] = {"resource_type": "widgets", "name": "gear", "namespace": "shop"}


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    for obj in (a_namespace(), a_deployment(), a_scalable_definition(), a_widget()):
        cluster.store.create(obj)
    return cluster


# k8s_patch


async def test_a_built_in_is_patched_strategically_unless_told_otherwise(
    call: Call, shop: Cluster
) -> None:
    body = {"spec": {"template": {"spec": {"containers": [{"name": "web", "tty": True}]}}}}
    answer = await call("k8s_patch", **WEB, patch=json.dumps(body))
    assert answer.text == "deployment.apps/web patched"
    assert changes(shop) == [("PATCH", f"{DEPLOYMENTS}/web", OWN, STRATEGIC, body)]
    [container] = stored(shop, "Deployment", "web")["spec"]["template"]["spec"]["containers"]
    assert container == {**container, "name": "web", "image": "shop/web:1", "tty": True}


async def test_a_custom_resource_is_merged_unless_told_otherwise(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_patch", **GEAR, patch="spec: {colour: red}")
    assert answer.text == "widget.example.com/gear patched"
    body = {"spec": {"colour": "red"}}
    assert changes(shop) == [("PATCH", f"{WIDGETS}/gear", OWN, MERGE, body)]


async def test_a_custom_resource_cannot_be_patched_strategically(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_patch", **GEAR, patch="{}", patch_type="strategic")
    assert answer.error
    assert "unknown format" in answer.text


async def test_a_merge_patch_replaces_lists(call: Call, shop: Cluster) -> None:
    only = [{"name": "other", "image": "other:1"}]
    body = {"spec": {"template": {"spec": {"containers": only}}}}
    await call("k8s_patch", **WEB, patch=json.dumps(body), patch_type="merge")
    assert changes(shop) == [("PATCH", f"{DEPLOYMENTS}/web", OWN, MERGE, body)]
    found = stored(shop, "Deployment", "web")["spec"]["template"]["spec"]["containers"]
    assert [container["name"] for container in found] == ["other"]


async def test_a_list_is_a_json_patch(call: Call, shop: Cluster) -> None:
    operations = [
        {"op": "test", "path": "/spec/replicas", "value": 3},
        {"op": "replace", "path": "/spec/replicas", "value": 4},
    ]
    answer = await call("k8s_patch", **WEB, patch=json.dumps(operations))
    assert answer.text == "deployment.apps/web patched"
    assert changes(shop) == [("PATCH", f"{DEPLOYMENTS}/web", OWN, JSON_PATCH, operations)]
    assert stored(shop, "Deployment", "web")["spec"]["replicas"] == 4


async def test_a_json_patch_that_fails_says_which_operation(call: Call, shop: Cluster) -> None:
    operations = [
        {"op": "add", "path": "/metadata/labels/a~1b", "value": "c"},
        {"op": "remove", "path": "/spec/template/spec/containers/3"},
    ]
    answer = await call("k8s_patch", **WEB, patch=json.dumps(operations), patch_type="json")
    assert answer.error
    assert answer.text.endswith(
        "Operation 1 (remove): there is no /spec/template/spec/containers/3."
    )
    assert stored(shop, "Deployment", "web")["metadata"]["labels"] == {"app": "web"}


async def test_a_json_patch_whose_test_fails_says_so(call: Call, shop: Cluster) -> None:
    operations = [
        {"op": "test", "path": "/spec/replicas", "value": 9},
        {"op": "replace", "path": "/spec/replicas", "value": 4},
    ]
    answer = await call("k8s_patch", **WEB, patch=json.dumps(operations))
    assert answer.error
    assert answer.text.endswith("Operation 0 (test): /spec/replicas is 3.")
    assert stored(shop, "Deployment", "web")["spec"]["replicas"] == 3


@pytest.mark.parametrize(
    ("patch", "patch_type", "sentence"),
    [
        ("{}", "json", "A json patch is a list of operations."),
        ("[]", "merge", "A merge patch is an object."),
        ("text", None, "A strategic patch is an object."),
        ("a: 1\n---\nb: 2", None, "The patch has to be one document."),
        ("a: [", None, "The content is not YAML: line 2, column 1: "),
        ("a: 1\na: 2", None, 'Line 2: key "a" is there twice.'),
    ],
)
async def test_what_is_no_patch_is_refused_before_anything_is_sent(
    call: Call, shop: Cluster, patch: str, patch_type: str | None, sentence: str
) -> None:
    answer = await call("k8s_patch", **WEB, patch=patch, patch_type=patch_type)
    assert answer.error
    assert answer.text.startswith(sentence)
    assert changes(shop) == []


async def test_a_patch_that_changes_nothing_says_so(call: Call, shop: Cluster) -> None:
    await call("k8s_patch", **WEB, patch="spec: {replicas: 4}")
    answer = await call("k8s_patch", **WEB, patch="spec: {replicas: 4}")
    assert answer.text == "deployment.apps/web patched (no change)"


async def test_a_status_is_patched_at_its_own_place_and_is_a_change(
    call: Call, shop: Cluster
) -> None:
    answer = await call("k8s_patch", **GEAR, patch="status: {phase: Done}", subresource="status")
    assert answer.text == "widget.example.com/gear patched"
    body = {"status": {"phase": "Done"}}
    assert changes(shop) == [("PATCH", f"{WIDGETS}/gear/status", OWN, MERGE, body)]
    assert stored(shop, "Widget", "gear")["status"] == {"phase": "Done"}


async def test_a_dry_run_of_a_status_shows_it(call: Call, shop: Cluster) -> None:
    asked = {"patch": "status: {phase: Done}", "subresource": "status", "dry_run": True}
    answer = await call("k8s_patch", **GEAR, **asked)
    assert "Would change 1 object" in answer.text
    assert "phase" in answer.text
    assert changes(shop) == []


@pytest.mark.parametrize("subresource", ["proxy", "exec", "status/x", "..", "stauts"])
async def test_only_what_can_be_patched_is_a_subresource(
    call: Call, shop: Cluster, subresource: str
) -> None:
    shop.store.create(a_pod())
    pod = {"resource_type": "pods", "name": "web", "namespace": "shop"}
    answer = await call("k8s_patch", **pod, patch="spec: {}", subresource=subresource)
    assert answer.error
    assert answer.text.startswith(f'pods have no subresource "{subresource}" to patch; they have: ')
    assert "status" in answer.text
    assert not [line for line in shop.requests.lines if line.endswith(subresource)]


async def test_an_unknown_field_is_refused(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_patch", **WEB, patch="spec: {replica: 4}")
    assert answer.error
    assert 'unknown field "spec.replica"' in answer.text
    assert len(answer.text) < 300


async def test_a_masked_value_is_not_sent_back(call: Call, shop: Cluster) -> None:
    shop.store.create(a_secret(password="hunter2"))
    asked = {"resource_type": "secret", "name": "db", "namespace": "shop"}
    shown = await call("k8s_get", **asked, output="yaml")
    masked = next(line for line in shown.text.splitlines() if "password:" in line).strip()
    answer = await call("k8s_patch", **asked, patch=f"stringData:\n  {masked}")
    assert answer.error
    assert answer.text.startswith("This holds a masked value (<redacted …>) from an earlier answer")
    assert changes(shop) == []


async def test_a_masked_part_of_a_text_is_not_sent_back(call: Call, shop: Cluster) -> None:
    shop.store.create(a_config_map(url="postgres://app:hunter2@db/shop"))
    asked = {"resource_type": "configmap", "name": "flags", "namespace": "shop"}
    shown = await call("k8s_get", **asked, output="yaml")
    line = next(line for line in shown.text.splitlines() if "url:" in line).strip()
    assert "<redacted>" in line
    answer = await call("k8s_patch", **asked, patch=f"data:\n  {line}2")
    assert answer.error
    assert changes(shop) == []


# k8s_scale


async def test_a_workload_is_scaled_through_its_subresource(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_scale", **WEB, replicas=5)
    assert answer.text == "deployment.apps/web scaled: 3 → 5 replicas."
    body = {"spec": {"replicas": 5}}
    assert changes(shop) == [("PATCH", f"{DEPLOYMENTS}/web/scale", OWN, MERGE, body)]
    assert stored(shop, "Deployment", "web")["spec"]["replicas"] == 5


async def test_a_workload_is_scaled_to_nothing_and_back(call: Call, shop: Cluster) -> None:
    assert (await call("k8s_scale", **WEB, replicas=0)).text.startswith(
        "deployment.apps/web scaled: 3 → 0 replicas."
    )
    assert (await call("k8s_scale", **WEB, replicas=2)).text.startswith(
        "deployment.apps/web scaled: 0 → 2 replicas."
    )


async def test_a_custom_resource_scales_where_its_definition_says(
    call: Call, shop: Cluster
) -> None:
    answer = await call("k8s_scale", **GEAR, replicas=4)
    assert answer.text == "widget.example.com/gear scaled: 1 → 4 replicas."
    body = {"spec": {"replicas": 4}}
    assert changes(shop) == [("PATCH", f"{WIDGETS}/gear/scale", OWN, MERGE, body)]
    assert stored(shop, "Widget", "gear")["spec"] == {"size": 4}


async def test_what_does_not_scale_is_refused(call: Call, shop: Cluster) -> None:
    shop.store.create(a_pod())
    answer = await call("k8s_scale", resource_type="pods", name="web", namespace="shop", replicas=2)
    assert answer.error
    assert answer.text == (
        'pod "web" in namespace "shop" cannot be scaled: pods have no scale subresource.'
    )
    assert changes(shop) == []


@pytest.mark.parametrize("replicas", [-1, 100_001, "many", 1.5])
async def test_replicas_are_a_sensible_number(call: Call, shop: Cluster, replicas: object) -> None:
    answer = await call("k8s_scale", **WEB, replicas=replicas)
    assert answer.error
    assert 'Argument "replicas"' in answer.text
    assert changes(shop) == []


async def test_a_missing_object_is_named_with_the_nearest(call: Call, shop: Cluster) -> None:
    answer = await call(
        "k8s_scale", resource_type="deployment", name="wbe", namespace="shop", replicas=1
    )
    assert answer.error
    assert answer.text == 'deployment "wbe" not found in namespace "shop". Did you mean "web"?'
    assert changes(shop) == []


# k8s_label


async def test_labels_and_annotations_are_set_and_removed_in_one_request(
    call: Call, shop: Cluster
) -> None:
    labels, annotations = {"tier": "front", "app": None}, {"team": "shop"}
    answer = await call("k8s_label", **WEB, labels=labels, annotations=annotations)
    assert answer.text == "deployment.apps/web changed"
    body = {"metadata": {"labels": labels, "annotations": annotations}}
    assert changes(shop) == [("PATCH", f"{DEPLOYMENTS}/web", OWN, MERGE, body)]
    metadata = stored(shop, "Deployment", "web")["metadata"]
    assert (metadata["labels"], metadata["annotations"]) == ({"tier": "front"}, {"team": "shop"})


async def test_labels_that_are_there_already_change_nothing(call: Call, shop: Cluster) -> None:
    await call("k8s_label", **WEB, labels={"tier": "front"})
    answer = await call("k8s_label", **WEB, labels={"tier": "front", "gone": None})
    assert answer.text == "deployment.apps/web not changed: it is so already"


@pytest.mark.parametrize("given", [{}, {"labels": {}}, {"labels": None, "annotations": {}}])
async def test_nothing_to_set_is_refused(
    call: Call, shop: Cluster, given: dict[str, object]
) -> None:
    answer = await call("k8s_label", **WEB, **given)
    assert answer.error
    assert answer.text == "Give labels or annotations to set; null removes one."
    assert changes(shop) == []


async def test_a_label_that_is_none_is_the_api_servers_to_refuse(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_label", **WEB, labels={"tier": "front end"})
    assert answer.error
    assert "front end" in answer.text
