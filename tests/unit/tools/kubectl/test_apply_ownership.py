"""k8s_apply and fields that others own: conflicts, force, and what client-side apply left."""

from typing import Any

import pytest
import yaml

from sandbox import Cluster
from sandbox.cluster.faults import Fault
from tests.conftest import Call
from tests.support.builders import (
    a_config_map,
    a_namespace,
)
from tests.support.changing import (
    OWN,
    changes,
    stored,
)

CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
NOT_FORCED = {**OWN, "force": "false"}


def text_of(*objects: dict[str, Any]) -> str:
    return yaml.safe_dump_all(objects, sort_keys=False)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


def owned(cluster: Cluster, manager: str, obj: dict[str, Any], **more: Any) -> None:
    """Store an object whose fields are somebody else's."""
    entry = {
        "manager": manager,
        "operation": "Apply",
        "apiVersion": obj["apiVersion"],
        "time": "2026-11-20T11:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {f"f:{key}": {} for key in obj["data"]}},
        **more,
    }
    stored_ = {**obj, "metadata": {**obj["metadata"], "managedFields": [entry]}}
    cluster.store.create(stored_)


async def test_a_conflict_says_who_owns_which_field_and_what_the_choices_are(
    call: Call, shop: Cluster
) -> None:
    owned(shop, "flux", a_config_map(colour="red", size="big"))
    answer = await call("k8s_apply", content=text_of(a_config_map(colour="blue", size="small")))
    assert answer.error
    assert answer.text == (
        'configmap/flags  failed: conflict: "flux" owns .data.colour, .data.size. Leave these '
        "fields out, or give them the values they have, or take them over with force=true."
    )
    assert stored(shop, "ConfigMap", "flags")["data"] == {"colour": "red", "size": "big"}


async def test_force_takes_a_field_over(call: Call, shop: Cluster) -> None:
    owned(shop, "flux", a_config_map(colour="red"))
    answer = await call("k8s_apply", content=text_of(a_config_map(colour="blue")), force=True)
    assert answer.text == "configmap/flags  configured"
    [(_, _, query, _, _)] = changes(shop)
    assert query == {**OWN, "force": "true"}
    assert stored(shop, "ConfigMap", "flags")["data"] == {"colour": "blue"}


async def test_a_field_with_the_value_it_has_is_shared(call: Call, shop: Cluster) -> None:
    owned(shop, "flux", a_config_map(colour="red"))
    answer = await call("k8s_apply", content=text_of(a_config_map(colour="red")))
    assert answer.text == "configmap/flags  unchanged"


async def test_a_stale_version_in_the_manifest_is_a_conflict_of_another_kind(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(a_config_map(colour="red"))
    obj = a_config_map(colour="blue")
    obj["metadata"]["resourceVersion"] = "1"
    answer = await call("k8s_apply", content=text_of(obj))
    assert answer.error
    assert "the object has been modified" in answer.text


def applied_by_kubectl(cluster: Cluster, **data: str) -> None:
    """Store a config map as ``kubectl apply`` leaves it: one Update entry owns everything."""
    obj = a_config_map(**data)
    obj["metadata"]["annotations"] = {LAST_APPLIED: '{"a":"copy"}\n'}
    annotations = {".": {}, f"f:{LAST_APPLIED}": {}}
    fields = {
        "f:data": {".": {}, **{f"f:{key}": {} for key in data}},
        "f:metadata": {"f:annotations": annotations},
    }
    owned(cluster, "kubectl-client-side-apply", obj, operation="Update", fieldsV1=fields)


async def test_what_client_side_apply_left_is_taken_over_so_that_fields_can_leave(
    call: Call, shop: Cluster
) -> None:
    applied_by_kubectl(shop, colour="red", size="big")
    version = stored(shop, "ConfigMap", "flags")["metadata"]["resourceVersion"]
    answer = await call("k8s_apply", content=text_of(a_config_map(colour="blue")))
    assert answer.text == "configmap/flags  configured"
    found = stored(shop, "ConfigMap", "flags")
    assert found["data"] == {"colour": "blue"}
    assert LAST_APPLIED not in str(found)
    assert [e["manager"] for e in found["metadata"]["managedFields"]] == ["skyflo"]
    migration, apply = changes(shop)
    assert migration[:4] == (
        "PATCH", f"{CONFIG_MAPS}/flags", OWN, "application/json-patch+json"
    )  # fmt: skip
    assert [(op["op"], op["path"]) for op in migration[4]] == [
        ("replace", "/metadata/managedFields"),
        ("replace", "/metadata/resourceVersion"),
    ]
    assert migration[4][1]["value"] == version
    assert apply[2] == NOT_FORCED


async def test_a_dry_run_shows_what_the_migration_would_let_go_and_changes_nothing(
    call: Call, shop: Cluster
) -> None:
    applied_by_kubectl(shop, colour="red", size="big")
    before = stored(shop, "ConfigMap", "flags")
    asked = {"content": text_of(a_config_map(colour="blue")), "dry_run": True}
    answer = await call("k8s_apply", **asked)
    assert not answer.error
    assert "Would change 1 object" in answer.text
    assert "red → blue" in answer.text
    assert "size" in answer.text
    assert "conflict" not in answer.text.lower().replace("conflicts: none", "")
    assert changes(shop) == []
    assert stored(shop, "ConfigMap", "flags") == before


async def test_a_dry_run_after_client_side_apply_still_shows_others_conflicts(
    call: Call, shop: Cluster
) -> None:
    applied_by_kubectl(shop, colour="red", size="big")
    obj = stored(shop, "ConfigMap", "flags")
    [entry] = obj["metadata"]["managedFields"]
    flux = {
        **entry,
        "manager": "flux",
        "operation": "Apply",
        "fieldsV1": {"f:data": {"f:size": {}}},
    }
    obj["metadata"]["managedFields"] = [flux, entry]
    shop.store.update(obj)
    content = text_of(a_config_map(colour="blue", size="small"))
    dry = await call("k8s_apply", content=content, dry_run=True)
    assert '"flux" owns .data.size' in dry.text
    assert "kubectl-client-side-apply" not in dry.text
    real = await call("k8s_apply", content=content)
    assert '"flux" owns .data.size' in real.text
    assert "kubectl-client-side-apply" not in real.text


async def test_a_migration_that_somebody_overtakes_looks_again(call: Call, shop: Cluster) -> None:
    applied_by_kubectl(shop, colour="red")
    conflict = "the object has been modified"
    shop.faults.add(Fault("status", "PATCH", "/flags$", 2, 409, "Conflict", conflict))
    answer = await call("k8s_apply", content=text_of(a_config_map(colour="blue")))
    assert answer.text == "configmap/flags  configured"
    assert len(changes(shop)) == 4
