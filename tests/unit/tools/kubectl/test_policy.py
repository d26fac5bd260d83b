"""The operator's policy holds for every tool, whoever approved the call."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastmcp import Client

from clients.helm import Helm
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.policy import Policy
from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.support.builders import a_deployment, a_namespace
from tools.dependencies import Clients

Ask = Callable[..., Awaitable[str]]
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everything}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, name: mallory, apiGroup: rbac.authorization.k8s.io}]
"""


@asynccontextmanager
async def under(policy: Policy, cluster: Cluster, folder: Path) -> AsyncIterator[Ask]:
    (folder / "kubeconfig").write_text(cluster.kubeconfig())
    source = ClusterSource(kubeconfig=str(folder / "kubeconfig"))
    kubernetes = Kubernetes(KubernetesSettings(source=source, policy=policy))
    server = create_app(Settings(), Clients(kubernetes, Helm(kubernetes)))

    async def ask(tool: str, **arguments: object) -> str:
        async with Client(server) as client:
            answer = await client.call_tool(tool, arguments, raise_on_error=False)
        return str(answer.content[0].text)

    yield ask
    await kubernetes.close()


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(a_deployment("web"))
    return cluster


async def test_a_protected_namespace_is_read_and_not_changed(shop: Cluster, tmp_path: Path) -> None:
    async with under(Policy(protected=("shop",)), shop, tmp_path) as ask:
        assert "web" in await ask("k8s_get", resource_type="deploy", namespace="shop")
        shop.requests.clear()
        said = await ask(
            "k8s_scale", name="web", resource_type="deploy", replicas=0, namespace="shop"
        )
        assert 'namespace "shop" is protected: it can be read, not changed.' in said
        assert shop.requests.changes == []


async def test_a_denied_kind_is_refused_by_every_tool(shop: Cluster, tmp_path: Path) -> None:
    async with under(Policy(deny=("* secrets",)), shop, tmp_path) as ask:
        rule = 'Not allowed by the operator: rule "* secrets". Nothing was sent.'
        assert rule in await ask("k8s_get", resource_type="secrets", namespace="shop")
        assert rule in await ask(
            "k8s_describe", resource_type="secret", name="db", namespace="shop"
        )
        content = "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}}"
        assert rule in await ask("k8s_apply", content=content)


async def test_escalation_is_refused_before_it_is_made(shop: Cluster, tmp_path: Path) -> None:
    async with under(Policy(refuses_escalation=True), shop, tmp_path) as ask:
        said = await ask("k8s_apply", content=BINDING)
        assert "Not allowed by the operator, who refuses escalation: " in said
        assert "cluster-admin" in said
        assert shop.requests.changes == []
        assert (
            shop.store.get("rbac.authorization.k8s.io", "clusterrolebindings", None, "everything")
            is None
        )
        patch = "{spec: {template: {spec: {hostPID: true}}}}"
        said = await ask(
            "k8s_patch", name="web", resource_type="deploy", namespace="shop", patch=patch
        )
        assert "refuses escalation" in said
        said = await ask(
            "k8s_scale", name="web", resource_type="deploy", replicas=1, namespace="shop"
        )
        assert said.startswith("deployment.apps/web scaled")
