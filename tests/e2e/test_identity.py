"""A server that may see little says so, and shows what it may see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.comparing import Parity
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.e2e.shop import Shop
from tests.e2e.test_cluster import CHECKS
from tests.support.served import served


@pytest.fixture
async def narrowly(narrow: Kubectl, tmp_path: Path) -> AsyncIterator[Asking]:
    """A server that may read pods, deployments and one ConfigMap of one namespace."""
    async with served(tmp_path, "--kubeconfig", str(narrow.kubeconfig)) as running:
        yield Asking(running)


@pytest.fixture
def who(shop: Shop) -> str:
    return f'user "system:serviceaccount:{shop.namespace}:narrow"'


async def test_a_refusal_names_verb_resource_and_namespace(
    narrowly: Asking, shop: Shop, who: str
) -> None:
    said = await narrowly("k8s_get", resource_type="secrets", namespace=shop.namespace)
    assert said.error
    assert said.text.startswith(
        f'Not allowed: {who} lacks "list" on "secrets" in namespace "{shop.namespace}".'
    )
    said = await narrowly("k8s_get", resource_type="nodes")
    assert said.error
    assert said.text.startswith(f'Not allowed: {who} lacks "list" on "nodes"')
    said = await narrowly(
        "k8s_get", resource_type="configmap", name="other", namespace=shop.namespace
    )
    assert said.error
    assert said.text.startswith(
        f'Not allowed: {who} lacks "get" on "configmaps" in namespace "{shop.namespace}".'
    )


async def test_a_description_shows_what_may_be_seen_and_names_what_may_not(
    narrowly: Asking, shop: Shop
) -> None:
    said = await narrowly(
        "k8s_describe", resource_type="deployment", name="web", namespace=shop.namespace
    )
    assert not said.error, said.text
    assert said.text.startswith("Name:                   web\n")
    *_, last = said.text.splitlines()
    assert last == "Not visible:  events (forbidden), replicasets (forbidden)"


async def test_several_types_show_what_may_be_seen_and_refuse_the_rest(
    narrowly: Asking, narrow: Kubectl, shop: Shop, who: str
) -> None:
    said = await narrowly(
        "k8s_get", resource_type="deployments,secrets,pods", namespace=shop.namespace
    )
    assert not said.error
    assert "deployment.apps/web " in said.text
    assert "pod/pair " in said.text
    assert f'{who} lacks "list" on "secrets" in namespace "{shop.namespace}".' in said.text
    assert "secrets is forbidden" in narrow.refused("get", "secrets", "-n", shop.namespace)


async def test_what_may_be_seen_reads_as_by_kubectl(
    narrowly: Asking, narrow: Kubectl, shop: Shop
) -> None:
    parity = Parity(narrow, narrowly)
    await parity.check("k8s_get", "get pods -o wide", resource_type="pods", output="wide")
    await parity.check("k8s_get", "get cm settings", resource_type="cm", name="settings")
    await parity.check("k8s_logs", "logs pair", pod_name="pair")


async def test_what_is_allowed_is_what_kubectl_says_is(
    narrowly: Asking, narrow: Kubectl, shop: Shop
) -> None:
    said = await narrowly("k8s_can_i", checks=CHECKS, namespace=shop.namespace)
    assert not said.error, said.text
    assert said.data["allowed"] == {check: kubectls(narrow, check) for check in CHECKS}
    assert {*said.data["allowed"].values()} == {True, False}


def kubectls(kubectl: Kubectl, check: str) -> bool:
    words, _, namespace = check.partition(" in ")
    where = ("-n", namespace) if namespace else ()
    return kubectl.answer("auth", "can-i", *words.split(), *where).startswith("yes")


async def test_rollouts_events_and_waits_refuse_in_the_same_words(
    narrowly: Asking, shop: Shop, who: str
) -> None:
    for tool, arguments in (
        ("k8s_events", {}),
        ("k8s_rollout_history", {"name": "web", "resource_type": "deployment"}),
        ("k8s_rollout_status", {"name": "orders-db", "resource_type": "statefulset"}),
        ("k8s_wait", {"resource_type": "job", "name": "import", "condition": "Complete"}),
        ("k8s_top_pods", {}),
    ):
        said = await narrowly(tool, namespace=shop.namespace, **arguments)
        assert said.error, tool
        assert f"Not allowed: {who} lacks " in said.text, f"{tool}: {said.text}"
        assert f'in namespace "{shop.namespace}"' in said.text, f"{tool}: {said.text}"
