"""What happens by itself: garbage collection, namespaces, definitions, absent kubelets."""

from typing import Any

import aiohttp

from sandbox import Cluster

Session = aiohttp.ClientSession


def owned(kind: str, name: str, owner: dict[str, Any], api_version: str = "v1") -> dict[str, Any]:
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    metadata = {"name": name, "ownerReferences": [reference]}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": {}}


def a_family(cluster: Cluster) -> None:
    head = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
    deployment = cluster.store.create({**head, "spec": {}})
    replica_set = cluster.store.create(owned("ReplicaSet", "web-1", deployment, "apps/v1"))
    cluster.store.create(owned("Pod", "web-1-a", replica_set))


def names(cluster: Cluster, *types: tuple[str, str]) -> list[str]:
    return [each["metadata"]["name"] for t in types for each in cluster.store.list(*t)]


FAMILY = (("apps", "deployments"), ("apps", "replicasets"), ("", "pods"))
WEB = "apis/apps/v1/namespaces/default/deployments/web"


async def test_dependents_go_after_their_owner(cluster: Cluster, api: Session) -> None:
    a_family(cluster)
    await api.delete(WEB)

    assert names(cluster, *FAMILY) == []


async def test_dependents_go_before_their_owner_in_the_foreground(
    cluster: Cluster, api: Session
) -> None:
    a_family(cluster)
    with cluster.store.subscribe() as changes:
        await api.delete(WEB, json={"propagationPolicy": "Foreground"})
    gone = [each.object["kind"] async for each in changes if each.type == "DELETED"]

    assert gone == ["Pod", "ReplicaSet", "Deployment"]


async def test_orphans_stay_without_their_owner(cluster: Cluster, api: Session) -> None:
    a_family(cluster)
    await api.delete(WEB, json={"propagationPolicy": "Orphan"})

    assert names(cluster, *FAMILY) == ["web-1", "web-1-a"]
    (replica_set,) = cluster.store.list("apps", "replicasets")
    assert "ownerReferences" not in replica_set["metadata"]


async def test_a_dependent_of_two_owners_stays_with_the_other(cluster: Cluster) -> None:
    head = {"apiVersion": "v1", "kind": "ConfigMap"}
    owners = [cluster.store.create({**head, "metadata": {"name": name}}) for name in "ab"]
    child = owned("Secret", "child", owners[0])
    child["metadata"]["ownerReferences"] += owned("Secret", "x", owners[1])["metadata"][
        "ownerReferences"
    ]
    cluster.store.create(child)
    cluster.store.delete("", "configmaps", "default", "a")

    (left,) = cluster.store.list("", "secrets")
    assert [each["name"] for each in left["metadata"]["ownerReferences"]] == ["b"]


async def test_a_namespace_is_filled_and_emptied(cluster: Cluster, api: Session) -> None:
    await api.post("api/v1/namespaces", json={"metadata": {"name": "shop"}})
    assert cluster.store.get("", "serviceaccounts", "shop", "default") is not None
    assert cluster.store.get("", "configmaps", "shop", "kube-root-ca.crt") is not None

    await api.delete("api/v1/namespaces/shop")
    assert cluster.store.get("", "namespaces", None, "shop") is None
    assert cluster.store.list("", "configmaps", "shop") == []


async def test_a_stuck_namespace_says_why(cluster: Cluster, api: Session) -> None:
    await api.post("api/v1/namespaces", json={"metadata": {"name": "shop"}})
    held = {"metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    await api.post("api/v1/namespaces/shop/configmaps", json=held)
    await api.delete("api/v1/namespaces/shop")

    namespace = cluster.store.get("", "namespaces", None, "shop")
    assert namespace is not None
    assert namespace["status"]["phase"] == "Terminating"
    messages = {each["type"]: each["message"] for each in namespace["status"]["conditions"]}
    assert messages["NamespaceContentRemaining"] == (
        "Some resources are remaining: configmaps. has 1 resource instances"
    )
    assert messages["NamespaceFinalizersRemaining"] == (
        "Some content in the namespace has finalizers remaining: "
        "example.com/hold in 1 resource instances"
    )


async def test_custom_objects_go_with_their_definition(cluster: Cluster, api: Session) -> None:
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object"}},
    }
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Cluster",
            "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [version],
        },
    }
    path = "apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    await api.post(path, json=definition)
    await api.post("apis/example.com/v1/widgets", json={"metadata": {"name": "w"}})
    async with api.get("apis/example.com/v1/widgets/w") as response:
        assert response.status == 200

    await api.delete(f"{path}/widgets.example.com")
    async with api.get("apis/example.com/v1/widgets/w") as response:
        assert (response.status, await response.text()) == (404, "404 page not found\n")
    assert cluster.store.list("apiextensions.k8s.io", "customresourcedefinitions") == []


async def test_a_pod_with_time_to_end_ends_at_once_without_a_kubelet(
    cluster: Cluster, api: Session
) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"nodeName": "n"}}
    for cluster.kubelets in (False, True):
        cluster.store.create(pod)
        async with api.delete("api/v1/namespaces/default/pods/p") as response:
            answered = await response.json()
        assert answered["metadata"]["deletionGracePeriodSeconds"] == 30
        assert bool(cluster.store.list("", "pods")) is cluster.kubelets
