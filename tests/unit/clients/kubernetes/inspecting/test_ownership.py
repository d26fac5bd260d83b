"""What client-side apply left in managedFields: given to our manager, or shown as what would go."""

from typing import Any

from clients.kubernetes.inspecting.ownership import client_side_entries, leaving, migrated, without
from tests.support.builders import a_config_map, a_deployment

LAST_APPLIED = {"f:annotations": {"f:kubectl.kubernetes.io/last-applied-configuration": {}}}
WEB = 'k:{"name":"web"}'
SIDE = 'k:{"name":"side"}'


def an_entry(manager: str, operation: str, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "fieldsV1": fields, **more}


def by_kubectl(fields: dict[str, Any]) -> dict[str, Any]:
    whole = {"f:metadata": LAST_APPLIED, **fields}
    return an_entry("kubectl-client-side-apply", "Update", whole, time="T")


def managed(obj: dict[str, Any], *entries: dict[str, Any]) -> dict[str, Any]:
    return {**obj, "metadata": {**obj["metadata"], "managedFields": list(entries)}}


def test_client_side_apply_is_known_by_the_annotation_it_owns() -> None:
    left = by_kubectl({})
    edited = an_entry("kubectl-edit", "Update", {"f:data": {"f:a": {}}})
    server_side = {**left, "operation": "Apply", "manager": "kubectl-last-applied"}
    obj = managed(a_config_map(), edited, server_side, left)
    assert client_side_entries(obj) == [left]
    assert client_side_entries(a_config_map()) == []


def test_its_fields_become_our_managers_and_the_others_stay() -> None:
    left = by_kubectl({"f:data": {"f:a": {}}})
    hpa = an_entry("hpa", "Update", {"f:spec": {"f:replicas": {}}}, subresource="scale")
    ours = {**left, "manager": "skyflo", "operation": "Apply"}
    assert migrated(managed(a_config_map(), hpa, left), "skyflo") == [hpa, ours]


def test_they_are_added_to_what_our_manager_has() -> None:
    own = an_entry("skyflo", "Apply", {"f:data": {"f:b": {}, "f:c": {}}}, time="S")
    left = by_kubectl({"f:data": {".": {}, "f:a": {}, "f:b": {}}})
    [entry] = migrated(managed(a_config_map(), own, left), "skyflo")
    data = {".": {}, "f:a": {}, "f:b": {}, "f:c": {}}
    assert entry == {**own, "fieldsV1": {"f:metadata": LAST_APPLIED, "f:data": data}}


def test_what_leaves_is_what_it_set_alone_and_the_manifest_has_no_more() -> None:
    left = by_kubectl({"f:data": {".": {}, "f:stays": {}, "f:shared": {}, "f:goes": {}}})
    other = an_entry("flux", "Apply", {"f:data": {"f:shared": {}}})
    obj = managed(a_config_map(stays="1", shared="1", goes="1"), left, other)
    paths = [path for path in leaving(obj, a_config_map(stays="2")) if path[0] == "f:data"]
    assert paths == [("f:data", "f:goes")]
    assert without(obj, paths[0])["data"] == {"stays": "1", "shared": "1"}
    assert obj["data"]["goes"] == "1"


def test_an_item_of_a_list_is_found_by_its_keys() -> None:
    live = a_deployment()
    pod = live["spec"]["template"]["spec"]
    pod["containers"] = [
        {"name": "web", "image": "a", "tty": True, "ports": [{"containerPort": 80}]},
        {"name": "side", "image": "b"},
    ]
    fields = {
        WEB: {"f:tty": {}, "f:ports": {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}}}},
        SIDE: {".": {}, "f:name": {}, "f:image": {}},
    }
    path = ("f:spec", "f:template", "f:spec", "f:containers")
    nested: dict[str, Any] = fields
    for key in reversed(path):
        nested = {key: nested}
    obj = managed(live, by_kubectl(nested))
    for each in [one for one in leaving(obj, a_deployment()) if one[0] == "f:spec"]:
        live = without(live, each)
    assert live["spec"]["template"]["spec"]["containers"] == [
        {"name": "web", "image": "a", "ports": []}
    ]


def test_a_value_of_a_set_is_found_by_itself() -> None:
    obj = {"metadata": {"finalizers": ["a", "b"]}}
    assert without(obj, ("f:metadata", "f:finalizers", 'v:"a"')) == {
        "metadata": {"finalizers": ["b"]}
    }


def test_what_is_not_there_leaves_everything_as_it_is() -> None:
    obj = a_config_map(a="1")
    for path in (("f:spec", "f:x"), ("f:data", "f:b"), ("f:data", "f:a", "f:deeper")):
        assert without(obj, path) == obj
