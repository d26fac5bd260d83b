"""Tokens, roles, impersonation."""

from typing import Any

import aiohttp
import pytest

from sandbox import Cluster
from sandbox.cluster.access.users import ANONYMOUS

Session = aiohttp.ClientSession
RBAC = "rbac.authorization.k8s.io"
PODS = "api/v1/namespaces/shop/pods"


@pytest.fixture(autouse=True)
def reader(cluster: Cluster) -> None:
    """Let `reader` read pods of namespace shop, and one ConfigMap everywhere."""
    cluster.users.add("reader-token", "reader", ("team",))
    a_role(
        cluster,
        "Role",
        {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]},
    )
    a_binding(cluster, "RoleBinding", "Role", {"kind": "User", "name": "reader"})
    a_role(
        cluster,
        "ClusterRole",
        {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["one"], "verbs": ["*"]},
    )
    a_binding(cluster, "ClusterRoleBinding", "ClusterRole", {"kind": "Group", "name": "team"})


def a_role(cluster: Cluster, kind: str, *rules: dict[str, Any]) -> None:
    metadata = {"name": "some", **({"namespace": "shop"} if kind == "Role" else {})}
    cluster.store.create(
        {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, "rules": list(rules)}
    )


def a_binding(cluster: Cluster, kind: str, role: str, subject: dict[str, Any]) -> None:
    metadata = {"name": "some", **({"namespace": "shop"} if kind == "RoleBinding" else {})}
    cluster.store.create(
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": kind,
            "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": role, "name": "some"},
            "subjects": [subject],
        }
    )


async def ask(api: Session, path: str, token: str = "reader-token", method: str = "GET") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with api.request(method, path, headers=headers) as response:
        body = await response.json()
    return body.get("message") or response.status


async def test_what_a_role_allows(api: Session) -> None:
    assert await ask(api, PODS) == 200
    assert await ask(api, f"{PODS}/web/log") == 'pods "web" not found'


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        (
            "DELETE",
            f"{PODS}/web",
            'pods "web" is forbidden: User "reader" cannot delete resource "pods" in API group "" '
            'in the namespace "shop"',
        ),
        (
            "GET",
            "api/v1/pods",
            'pods is forbidden: User "reader" cannot list resource "pods" in API group "" at the '
            "cluster scope",
        ),
        (
            "GET",
            f"{PODS}?watch=true",
            'pods is forbidden: User "reader" cannot watch resource "pods" in API group "" in the '
            'namespace "shop"',
        ),
        (
            "GET",
            "apis/apps/v1/namespaces/shop/deployments?fieldSelector=metadata.name%3Dweb",
            'deployments.apps "web" is forbidden: User "reader" cannot list resource "deployments" '
            'in API group "apps" in the namespace "shop"',
        ),
        ("GET", "metrics", 'forbidden: User "reader" cannot get path "/metrics"'),
    ],
)
async def test_what_no_role_allows(api: Session, method: str, path: str, message: str) -> None:
    assert await ask(api, path, method=method) == message


async def test_a_rule_for_one_name(api: Session) -> None:
    base = "api/v1/namespaces/default/configmaps"
    assert await ask(api, f"{base}/one") == 'configmaps "one" not found'
    assert "cannot get resource" in await ask(api, f"{base}/two")


async def test_an_unknown_token(api: Session) -> None:
    assert await ask(api, PODS, "wrong") == "Unauthorized"


async def test_no_token_is_the_administrator_unless_the_cluster_is_strict(
    cluster: Cluster, api: Session
) -> None:
    assert await ask(api, PODS, "") == 200
    cluster.users.anonymous = ANONYMOUS
    assert 'User "system:anonymous" cannot list' in await ask(api, PODS, "")
    assert await ask(api, "version", "") == 200


async def test_impersonation_needs_permission(api: Session) -> None:
    headers = {"Impersonate-User": "reader", "Impersonate-Group": "team"}
    async with api.get(PODS, headers=headers) as response:
        assert response.status == 200
    headers["Authorization"] = "Bearer reader-token"
    async with api.get(PODS, headers=headers) as response:
        assert "cannot impersonate" in (await response.json())["message"]


async def test_who_one_is(api: Session) -> None:
    headers = {"Authorization": "Bearer reader-token"}
    path = "apis/authentication.k8s.io/v1/selfsubjectreviews"
    async with api.post(path, json={}, headers=headers) as response:
        review = await response.json()

    assert review["status"]["userInfo"] == {
        "username": "reader",
        "groups": ["team", "system:authenticated"],
    }


@pytest.mark.parametrize(
    ("attributes", "allowed"),
    [
        ({"verb": "get", "resource": "pods", "namespace": "shop"}, True),
        ({"verb": "get", "resource": "pods", "subresource": "log", "namespace": "shop"}, True),
        ({"verb": "get", "resource": "pods", "subresource": "exec", "namespace": "shop"}, False),
        ({"verb": "get", "resource": "pods"}, False),
        ({"verb": "get", "resource": "nothings", "namespace": "shop"}, False),
    ],
)
async def test_what_one_may(api: Session, attributes: dict[str, str], allowed: bool) -> None:
    headers = {"Authorization": "Bearer reader-token"}
    path = "apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    review = {"spec": {"resourceAttributes": attributes}}
    async with api.post(path, json=review, headers=headers) as response:
        assert (await response.json())["status"]["allowed"] is allowed


async def test_a_service_accounts_token_is_accepted(api: Session) -> None:
    path = "api/v1/namespaces/default/serviceaccounts/default/token"
    async with api.post(path, json={}) as response:
        token = (await response.json())["status"]["token"]

    assert "system:serviceaccount:default:default" in await ask(api, PODS, token)
