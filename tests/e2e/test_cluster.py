"""k8s_api_resources, k8s_can_i and k8s_cluster_info tell what kubectl tells of the cluster."""

import re
from typing import Any

import pytest

from tests.e2e.comparing import Parity
from tests.e2e.differences import without_trailing_spaces
from tests.e2e.shop import Shop

_COLOURS = re.compile(r"\x1b\[[\d;]*m")


@pytest.mark.parametrize(
    ("flags", "arguments"),
    [
        ("", {}),
        ("--api-group=apps", {"api_group": "apps"}),
        ("--api-group=''", {"api_group": ""}),
        ("--namespaced=false", {"namespaced": False}),
    ],
)
async def test_types_are_listed_as_by_kubectl(
    parity: Parity, flags: str, arguments: dict[str, Any]
) -> None:
    """kubectl keeps what it found out for hours; a type that came since is not in its list."""
    await parity.check("k8s_api_resources", f"api-resources --cached=false {flags}", **arguments)


EXPLAINED = [
    *("pods", "deployment.spec.strategy", "pod.spec.containers.resources", "job.spec"),
    *("ingress.spec.rules.http.paths", "gadgets.spec"),
]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("path", EXPLAINED)
async def test_a_field_is_explained_as_by_kubectl(parity: Parity, path: str) -> None:
    await parity.check(
        "k8s_api_resources", f"explain {path}", theirs=without_trailing_spaces, explain=path
    )


CHECKS = [
    *("get pods", "list pods", "delete pods", "get deployments.apps", "create pods/exec"),
    *("get nodes", "get secrets", "get configmaps", "get /healthz", "list pods in kube-system"),
    *("watch pods", "get pods/log"),
]


async def test_who_may_do_everything_may_do_each_of_it(parity: Parity, shop: Shop) -> None:
    said = await parity.ask("k8s_can_i", checks=CHECKS, namespace=shop.namespace)
    assert said.data["allowed"] == dict.fromkeys(CHECKS, True)


async def test_who_one_is_is_what_kubectl_says(parity: Parity, shop: Shop) -> None:
    whoami = parity.kubectl.json("auth", "whoami")["status"]["userInfo"]
    said = await parity.ask("k8s_can_i", namespace=shop.namespace)
    groups = ", ".join(whoami["groups"])
    assert said.text.startswith(f"Signed in as {whoami['username']} (groups: {groups}).")


async def test_where_the_cluster_is_is_what_kubectl_says(parity: Parity) -> None:
    said = await parity.ask("k8s_cluster_info")
    theirs = _COLOURS.sub("", parity.kubectl("cluster-info")).split("\n\n")[0].strip()
    assert said.text.startswith(theirs)
    version = parity.kubectl.json("version")["serverVersion"]["gitVersion"]
    assert f"Server version: {version} " in said.text
    nodes = parity.kubectl("get", "nodes", "-o", "name").split()
    assert f"Nodes: {len(nodes)}, " in said.text
