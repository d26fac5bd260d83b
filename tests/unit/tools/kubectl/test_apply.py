"""k8s_apply: what is sent for a manifest, in which order, and what is said of each document."""

from typing import Any

import orjson
import pytest
import yaml

from clients.kubernetes.changing import applying
from sandbox import Cluster
from sandbox.cluster.faults import Fault
from tests.conftest import Call
from tests.support.builders import (
    a_config_map,
    a_deployment,
    a_namespace,
    an_object,
)
from tests.support.changing import (
    APPLY,
    DEPLOYMENTS,
    JSON,
    OWN,
    a_scalable_definition,
    a_widget,
    changes,
    stored,
    writes,
)

CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
NOT_FORCED = {**OWN, "force": "false"}


def text_of(*objects: dict[str, Any]) -> str:
    return yaml.safe_dump_all(objects, sort_keys=False)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


# One document


async def test_an_object_is_created_configured_and_left_unchanged(
    call: Call, shop: Cluster
) -> None:
    first, second = a_config_map(colour="red"), a_config_map(colour="blue")
    assert (await call("k8s_apply", content=text_of(first))).text == "configmap/flags  created"
    assert (await call("k8s_apply", content=text_of(second))).text == "configmap/flags  configured"
    assert (await call("k8s_apply", content=text_of(second))).text == "configmap/flags  unchanged"
    assert changes(shop) == [
        ("PATCH", f"{CONFIG_MAPS}/flags", NOT_FORCED, APPLY, sent)
        for sent in (first, second, second)
    ]
    assert stored(shop, "ConfigMap", "flags")["data"] == {"colour": "blue"}


async def test_a_field_left_out_since_the_last_time_is_removed(call: Call, shop: Cluster) -> None:
    await call("k8s_apply", content=text_of(a_config_map(colour="red", size="big")))
    await call("k8s_apply", content=text_of(a_config_map(colour="red")))
    assert stored(shop, "ConfigMap", "flags")["data"] == {"colour": "red"}


async def test_applying_twice_is_asking_twice(call: Call, shop: Cluster) -> None:
    """A22: nothing is answered from what was done before."""
    for _ in range(2):
        await call("k8s_apply", content=text_of(a_config_map(colour="red")))
    assert len(changes(shop)) == 2


async def test_json_is_a_manifest_too(call: Call, shop: Cluster) -> None:
    content = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j"},"data":{"a":"1"}}'
    answer = await call("k8s_apply", content=content, namespace="shop")
    assert answer.text == "configmap/j  created"


async def test_scalars_are_read_as_the_api_server_reads_them(call: Call, shop: Cluster) -> None:
    content = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: flags
  namespace: shop
  annotations: {date: 2020-01-01, time: 12:30:45}
data:
  n: "no"
  script: |
    #!/bin/sh
    echo on
  binary: !!binary aGk=
"""
    await call("k8s_apply", content=content)
    found = stored(shop, "ConfigMap", "flags")
    assert found["data"] == {"n": "no", "script": "#!/bin/sh\necho on\n", "binary": "hi"}
    assert found["metadata"]["annotations"] == {"date": "2020-01-01", "time": "12:30:45"}


async def test_what_yaml_makes_no_text_is_refused_where_a_text_belongs(
    call: Call, shop: Cluster
) -> None:
    content = text_of(a_config_map()).replace("data: {}", "data: {country: no}")
    answer = await call("k8s_apply", content=content)
    assert answer.error
    assert ".data.country: expected string" in answer.text
    assert writes(shop) == [f"PATCH {CONFIG_MAPS}/flags"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("apiVersion: v1\nkind: ConfigMap", "Document 1 (ConfigMap) has no metadata.name."),
        ("kind: ConfigMap\nmetadata: {name: a}", "Document 1 has no apiVersion."),
        ("a: [", "The content is not YAML: line 2, column 1"),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: a, x: b}",
            'Line 4: key "x" is there twice.',
        ),
    ],
)
async def test_what_is_no_manifest_is_refused_before_anything_is_sent(
    call: Call, shop: Cluster, content: str, sentence: str
) -> None:
    good = text_of(a_config_map("good"))
    answer = await call("k8s_apply", content=f"{content}\n---\n{good}")
    assert answer.error
    assert answer.text.startswith(sentence)
    assert writes(shop) == []


async def test_a_content_without_any_object_is_refused(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_apply", content="---\n# nothing\n---\n")
    assert (answer.text, answer.error) == ("The content holds no object.", True)


async def test_an_alias_bomb_is_refused(call: Call, shop: Cluster) -> None:
    """A9: a small text may not become a large one."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    answer = await call("k8s_apply", content="\n".join(lines))
    assert answer.error
    assert answer.text == "The content has more than 200,000 values."


async def test_an_unknown_field_is_the_callers_mistake_and_not_tried_again(
    call: Call, shop: Cluster
) -> None:
    deployment = a_deployment()
    deployment["spec"]["replica"] = 3
    answer = await call("k8s_apply", content=text_of(deployment))
    assert answer.error
    assert ".spec.replica: field not declared in schema" in answer.text
    assert writes(shop) == [f"PATCH {DEPLOYMENTS}/web"]


async def test_a_kind_that_the_cluster_has_not_is_refused_before_anything_is_sent(
    call: Call, shop: Cluster
) -> None:
    unknown = an_object("apps/v1", "Deploymnt", "web")
    answer = await call("k8s_apply", content=text_of(a_config_map(), unknown))
    assert answer.error
    assert answer.text == ('The cluster has no Deploymnt of apps/v1. Did you mean "Deployment"?')
    assert writes(shop) == []


async def test_no_last_applied_annotation_is_written(call: Call, shop: Cluster) -> None:
    obj = a_config_map(colour="red")
    obj["metadata"]["annotations"] = {LAST_APPLIED: "{}", "team": "shop"}
    obj["metadata"]["managedFields"] = []
    await call("k8s_apply", content=text_of(obj))
    [(_, _, _, _, body)] = changes(shop)
    assert body["metadata"] == {
        "name": "flags",
        "namespace": "shop",
        "annotations": {"team": "shop"},
    }
    assert LAST_APPLIED not in str(stored(shop, "ConfigMap", "flags"))


async def test_a_generated_name_is_created_anew_each_time(call: Call, shop: Cluster) -> None:
    obj = a_config_map(colour="red")
    obj["metadata"] = {"generateName": "flags-", "namespace": "shop"}
    names = set()
    for _ in range(2):
        answer = await call("k8s_apply", content=text_of(obj))
        name, outcome = answer.text.split("  ")
        names.add(name)
        assert outcome == "created"
    assert len(names) == 2
    assert all(name.startswith("configmap/flags-") for name in names)
    assert changes(shop) == [("POST", CONFIG_MAPS, OWN, JSON, obj)] * 2


# Namespaces


async def test_a_namespace_is_the_objects_the_arguments_or_the_contexts(
    call: Call, shop: Cluster
) -> None:
    bare = an_object("v1", "ConfigMap", "bare", None)
    await call("k8s_apply", content=text_of(bare, a_config_map("own")))
    await call("k8s_apply", content=text_of(bare, a_config_map("own")), namespace="shop")
    paths = [path for _, path, _, _, _ in changes(shop)]
    assert paths == [
        "/api/v1/namespaces/default/configmaps/bare",
        f"{CONFIG_MAPS}/own",
        f"{CONFIG_MAPS}/bare",
        f"{CONFIG_MAPS}/own",
    ]


async def test_two_namespaces_for_one_object_are_refused_before_anything_is_sent(
    call: Call, shop: Cluster
) -> None:
    content = text_of(a_config_map("first"), a_config_map("flags", "staging"))
    answer = await call("k8s_apply", content=content, namespace="shop")
    assert answer.error
    assert answer.text == (
        'configmap "flags" is for namespace "staging", the argument says "shop"; leave one of '
        "them out."
    )
    assert writes(shop) == []


async def test_a_cluster_wide_object_ignores_the_namespace(call: Call, shop: Cluster) -> None:
    await call("k8s_apply", content=text_of(a_namespace("other")), namespace="shop")
    [(_, path, _, _, body)] = changes(shop)
    assert (path, body["metadata"]) == ("/api/v1/namespaces/other", {"name": "other"})


# Several documents


async def test_namespaces_come_first_then_definitions_then_the_rest_as_written(
    call: Call, cluster: Cluster
) -> None:
    content = text_of(
        a_widget(),
        a_config_map("z"),
        a_scalable_definition(),
        {"apiVersion": "v1", "kind": "List", "items": [a_config_map("a"), a_namespace()]},
    )
    answer = await call("k8s_apply", content=content)
    assert [line.split() for line in answer.text.splitlines()] == [
        ["namespace/shop", "created"],
        ["customresourcedefinition.apiextensions.k8s.io/widgets.example.com", "created"],
        ["widget.example.com/gear", "created"],
        ["configmap/z", "created"],
        ["configmap/a", "created"],
    ]
    assert writes(cluster) == [
        "PATCH /api/v1/namespaces/shop",
        f"PATCH {DEFINITIONS}/widgets.example.com",
        "PATCH /apis/example.com/v1/namespaces/shop/widgets/gear",
        f"PATCH {CONFIG_MAPS}/z",
        f"PATCH {CONFIG_MAPS}/a",
    ]


def not_established(cluster: Cluster, times: int | None, message: str = "") -> None:
    """Show the definition as new: no condition yet, or one that says what is wrong."""
    path = f"{DEFINITIONS}/widgets"
    cluster.faults.add(Fault("status", "GET", path, 1, 404, "NotFound", "not there"))
    wrong = {"type": "NamesAccepted", "status": "False", "message": message}
    new = a_scalable_definition()
    new["status"] = {"conditions": [wrong] if message else []}
    cluster.faults.add(Fault("body", "GET", path, times, 200, body=orjson.dumps(new)))


async def test_objects_of_a_new_type_wait_until_it_is_established(
    call: Call, shop: Cluster
) -> None:
    not_established(shop, times=2)
    definition = a_scalable_definition()
    answer = await call("k8s_apply", content=text_of(a_widget(), definition))
    assert not answer.error
    lines = shop.requests.lines
    looked = [n for n, line in enumerate(lines) if line == f"GET {DEFINITIONS}/widgets.example.com"]
    first_widget = next(n for n, line in enumerate(lines) if line.endswith("/widgets/gear"))
    assert len(looked) == 4
    assert looked[-1] < first_widget


async def test_a_definition_that_is_never_established_stops_the_rest(
    call: Call, shop: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "ESTABLISHED_SECONDS", 0.05)
    not_established(shop, None, "the name widgets is taken")
    definition = a_scalable_definition()
    answer = await call("k8s_apply", content=text_of(definition, a_widget()))
    assert answer.error
    assert answer.text.splitlines() == [
        "Applied 0 of 2 documents, then stopped.",
        "  customresourcedefinition.apiextensions.k8s.io/widgets.example.com  failed: created, but "
        "not established after 0.05 s: the name widgets is taken.",
        "  widget.example.com/gear                                            not tried",
    ]


async def test_the_first_failure_stops_and_each_documents_fate_is_told(
    call: Call, shop: Cluster
) -> None:
    await call("k8s_apply", content=text_of(a_config_map("same")))
    bad = an_object("v1", "Service", "web", spec={"ports": [{"port": 99999}]})
    content = text_of(a_config_map("same"), a_config_map("new"), bad, a_deployment())
    shop.requests.clear()
    answer = await call("k8s_apply", content=content)
    assert answer.error
    lines = answer.text.splitlines()
    assert lines[:3] == [
        "Applied 2 of 4 documents, then stopped.",
        "  configmap/same       unchanged",
        "  configmap/new        created",
    ]
    assert lines[3].startswith("  service/web          failed: ")
    assert "99999" in lines[3]
    assert lines[4] == "  deployment.apps/web  not tried"
    assert not [line for line in writes(shop) if "deployments" in line]


async def test_a_name_that_is_none_never_leaves(call: Call, shop: Cluster) -> None:
    content = text_of(a_config_map("ok"), a_config_map("../../kube-system"))
    answer = await call("k8s_apply", content=content)
    assert answer.error
    assert "is not a Kubernetes name" in answer.text
    assert not [line for line in shop.requests.lines if "kube-system" in line]


# Nothing is there yet


async def test_a_dry_run_of_a_namespace_with_its_content_is_told_as_far_as_it_can_be(
    call: Call, cluster: Cluster
) -> None:
    definition = a_scalable_definition()
    content = text_of(a_namespace(), definition, a_widget(), a_config_map())
    answer = await call("k8s_apply", content=content, dry_run=True)
    assert not answer.error
    assert answer.text.startswith("Would create 4 objects.")
    assert 'configmap/flags cannot be checked before namespace "shop" exists.' in answer.text
    assert "widget.example.com/gear cannot be checked before its type exists." in answer.text
    assert changes(cluster) == []


async def test_a_dry_run_goes_on_after_a_failure_to_show_them_all(
    call: Call, shop: Cluster
) -> None:
    bad = [an_object("v1", "Service", name, spec={"ports": [{"port": 0}]}) for name in "ab"]
    answer = await call("k8s_apply", content=text_of(*bad), dry_run=True)
    assert "service/a" in answer.text
    assert "service/b" in answer.text
    assert "2 of 2 documents are refused." in answer.text
    assert changes(shop) == []
