"""Known attacks on servers like this one, against the tools that change: A1 to A5, A22, A24, A25.

A flag, a list, a glob or a path in an argument is one opaque value: it never reaches the API as
anything else, and what it would have acted on is as it was.
"""

from typing import Any

import orjson
import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_config_map, a_deployment, a_namespace, a_pod, an_object
from tests.support.changing import changes, stored, writes
from tools.changing import ChangingTool
from tools.toolset import REGISTERED

FLAGS = [
    "--all",
    "-l app=web",
    "--server=https://127.0.0.1:1",
    "--kubeconfig=/etc/passwd",
    "--as=system:admin",
    "web --server=https://127.0.0.1:1 --insecure-skip-tls-verify=true",
    "web --all",
    "web --all --force --grace-period=0",
    "web\t--all",
    "web\n--all",
    "web db",
    "web,db",
    "*",
    "we?",
    "",
    " web",
    "web/",
    "../shop/configmaps/web",
    "web%2F..%2Fdb",
    "web?propagationPolicy=Orphan",
]
NAMESPACES = [
    "default -n kube-system",
    "shop\t-n\tkube-system",
    "shop\nkube-system",
    "shop,kube-system",
    "-A",
    "--all-namespaces",
    "*",
    "../kube-system",
    "shop/configmaps/web/..",
    "kube-system%2Fsecrets",
]
TYPES = ["pod,svc,secret", "pods,configmaps", "all", "pods --all", "--all", "*", "pods/web", "-"]
# Where each tool takes the name of one object; the rest are arguments that would be fine.
NAMED: list[Any] = [
    pytest.param(tool, name, rest, id=tool)
    for tool, name, rest in (
        ("k8s_delete", "name", {"resource_type": "configmap"}),
        ("k8s_scale", "name", {"resource_type": "deployment", "replicas": 0}),
        ("k8s_patch", "name", {"resource_type": "deployment", "patch": "spec: {replicas: 0}"}),
        ("k8s_label", "name", {"resource_type": "deployment", "labels": {"a": "b"}}),
        ("k8s_rollout_restart", "name", {}),
        ("k8s_rollout_pause", "name", {}),
        ("k8s_rollout_undo", "name", {"resource_type": "deployment"}),
        (
            "k8s_set_image",
            "resource_name",
            {"resource_type": "deployment", "container_images": "web=evil/web:1"},
        ),
    )
]


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    for name in ("web", "db"):
        cluster.store.create(a_deployment(name))
        cluster.store.create(a_config_map(name))
        cluster.store.create(a_pod(name))
        cluster.store.create(a_config_map(name, "kube-system"))
    return cluster


def everything(cluster: Cluster) -> list[Any]:
    return [
        cluster.store.list(group, plural)
        for group, plural in (("apps", "deployments"), ("", "configmaps"), ("", "pods"))
    ]


@pytest.mark.parametrize(("tool", "argument", "rest"), NAMED)
@pytest.mark.parametrize("dry_run", [False, True])
async def test_a_name_is_one_name(
    call: Call, shop: Cluster, tool: str, argument: str, rest: dict[str, Any], dry_run: bool
) -> None:
    """A1, A2, A4, A5."""
    before = everything(shop)
    for name in FLAGS:
        answer = await call(tool, **rest, **{argument: name}, namespace="shop", dry_run=dry_run)
        assert answer.error, (name, answer.text)
        assert writes(shop) == [], name
    assert everything(shop) == before


@pytest.mark.parametrize(("tool", "argument", "rest"), NAMED)
async def test_a_namespace_is_one_namespace(
    call: Call, shop: Cluster, tool: str, argument: str, rest: dict[str, Any]
) -> None:
    """A3."""
    before = everything(shop)
    for namespace in NAMESPACES:
        answer = await call(tool, **rest, **{argument: "web"}, namespace=namespace)
        assert answer.error, (namespace, answer.text)
        assert writes(shop) == [], namespace
        assert not [line for line in shop.requests.lines if "kube-system" in line], namespace
    assert everything(shop) == before


@pytest.mark.parametrize("tool", ["k8s_delete", "k8s_patch", "k8s_label", "k8s_scale"])
async def test_a_type_is_one_type(call: Call, shop: Cluster, tool: str) -> None:
    """A4."""
    rest = {case.values[0]: dict(case.values[2]) for case in NAMED}[tool]
    before = everything(shop)
    for resource_type in TYPES:
        asked = {**rest, "resource_type": resource_type, "name": "web", "namespace": "shop"}
        answer = await call(tool, **asked)
        assert answer.error, (resource_type, answer.text)
        assert writes(shop) == [], resource_type
    assert everything(shop) == before


@pytest.mark.parametrize("node", ["--all", "node-1 node-2", "-l a=b", "*", "", "../pods/x"])
@pytest.mark.parametrize("tool", ["k8s_cordon", "k8s_uncordon"])
async def test_a_node_is_one_node(call: Call, shop: Cluster, tool: str, node: str) -> None:
    """A4."""
    answer = await call(tool, node_name=node)
    assert answer.error
    assert writes(shop) == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "--all"},
        {"name": "../../kube-system/configmaps/web"},
        {"name": "web?force=true"},
        {"name": "web", "namespace": "../kube-system"},
        {"name": "web", "namespace": "shop -n kube-system"},
    ],
    ids=str,
)
async def test_a_manifests_names_are_names_too(
    call: Call, shop: Cluster, metadata: dict[str, str]
) -> None:
    before = everything(shop)
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "b"}}
    answer = await call("k8s_apply", content=orjson.dumps(obj).decode())
    assert answer.error
    assert writes(shop) == []
    assert everything(shop) == before


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1/namespaces/kube-system", "ConfigMap"),
        ("../v1", "ConfigMap"),
        ("v1", "ConfigMap/../Secret"),
        ("v1", "List"),
    ],
)
async def test_a_manifests_type_is_one_that_is_served(
    call: Call, shop: Cluster, api_version: str, kind: str
) -> None:
    obj = an_object(api_version, kind, "web", data={"a": "b"})
    answer = await call("k8s_apply", content=orjson.dumps(obj).decode())
    assert answer.error
    assert writes(shop) == []


@pytest.mark.parametrize("content", ["@/etc/passwd", "/etc/passwd", "https://evil.example/x.yaml"])
async def test_content_is_content_and_no_place_to_read_from(
    call: Call, shop: Cluster, content: str
) -> None:
    """A24: nothing is read from a file or a URL that a caller names."""
    answer = await call("k8s_apply", content=content)
    assert answer.error
    assert answer.text.startswith(("Document 1 is no object.", "The content is not YAML: line 1"))
    assert writes(shop) == []


@pytest.mark.parametrize("argument", ["kubeconfig", "context", "server", "token", "as", "api_url"])
async def test_no_tool_takes_another_cluster_or_identity(
    call: Call, shop: Cluster, argument: str
) -> None:
    """A24."""
    asked = {"resource_type": "deployment", "name": "web", "namespace": "shop", "replicas": 0}
    answer = await call("k8s_scale", **asked, **{argument: "x"})
    assert answer.error
    assert answer.text.startswith(f'Unknown argument "{argument}".')
    assert writes(shop) == []
    for tool in REGISTERED.values():
        if argument != "api_url" or tool.tags != {"jenkins"}:  # bound to its credentials: A13
            assert argument not in tool.parameters["properties"], tool.name


async def test_the_same_change_asked_for_twice_is_made_twice(call: Call, shop: Cluster) -> None:
    """A22."""
    asked = {"resource_type": "configmap", "name": "web", "namespace": "shop"}
    assert (await call("k8s_delete", **asked)).text == "configmap/web deleted"
    shop.store.create(a_config_map("web"))
    assert (await call("k8s_delete", **asked)).text == "configmap/web deleted"
    assert len(changes(shop)) == 2


PRIVILEGED = {"name": "web", "image": "x", "securityContext": {"privileged": True}}
ESCALATIONS = {
    "hostPID": a_pod("evil", spec={"hostPID": True}),
    "hostPath": a_pod("evil", spec={"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}),
    "privileged": a_pod("evil", containers=[PRIVILEGED]),
    "cluster-admin": an_object(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        "evil",
        None,
        roleRef={
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        subjects=[{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}],
    ),
}


@pytest.mark.parametrize("power", ESCALATIONS)
async def test_a_power_that_a_manifest_gives_stands_in_the_approval_text(
    call: Call, shop: Cluster, power: str
) -> None:
    """A25."""
    obj = {key: value for key, value in ESCALATIONS[power].items() if key != "status"}
    answer = await call("k8s_apply", content=orjson.dumps(obj).decode(), dry_run=True)
    assert not answer.error, answer.text
    assert [line for line in answer.text.splitlines() if "! " in line and power in line], (
        answer.text
    )
    assert changes(shop) == []


def test_nothing_that_changes_runs_without_approval() -> None:
    """A read-only hint is the only thing that skips the Engine's gate."""
    for tool in REGISTERED.values():
        assert tool.annotations is not None
        hinted = tool.annotations.read_only_hint
        assert hinted is not isinstance(tool, ChangingTool), tool.name


async def test_what_was_attacked_is_still_served(call: Call, shop: Cluster) -> None:
    asked = {"resource_type": "deployment", "name": "web", "namespace": "shop", "replicas": 1}
    assert not (await call("k8s_scale", **asked)).error
    assert stored(shop, "Deployment", "web")["spec"]["replicas"] == 1
    assert stored(shop, "Deployment", "db")["spec"]["replicas"] == 3
