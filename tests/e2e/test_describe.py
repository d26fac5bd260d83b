"""k8s_describe prints what kubectl describe prints, and the lines that we add on purpose."""

import pytest

from tests.e2e.comparing import Parity, require_same
from tests.e2e.differences import with_sorted_limits, without_additions
from tests.e2e.shop import Shop

NAMED = [
    *("deployment/web", "deployment/several", "deployment/catalog", "deployment/checkout"),
    *("statefulset/orders-db", "daemonset/agent", "job/import", "job/failing", "job/first-year"),
    *("cronjob/yearly", "pod/pair", "pod/pending", "pod/orders-db-0"),
    *("service/web", "service/orders-db", "service/catalog", "ingress/web", "endpoints/web"),
    *("pvc/data", "pvc/waiting", "configmap/settings", "hpa/web", "pdb/web", "networkpolicy/web"),
    *("sa/server", "role/narrow", "rolebinding/narrow"),
]
SELECTED = [
    *("pods app=web", "pods app=checkout", "pods app=catalog", "pods app=several"),
    *("pods app=failing", "pods app=import", "replicasets app=web", "replicasets app=catalog"),
    "endpointslices kubernetes.io/service-name=web",
]
CLUSTER = [
    *(
        "namespace/PREFIX-shop",
        "namespace/PREFIX-tight",
        "pv/PREFIX",
        "clusterrole/PREFIX-everything",
    ),
    *("crd/gadgets.PREFIX.example.com", "clusterrolebinding/PREFIX-everything"),
    *("storageclass/PREFIX", "priorityclass/PREFIX", "ingressclass/PREFIX"),
]


async def described_alike(parity: Parity, type_name: str, name: str, namespace: str = "") -> None:
    where = {"namespace": namespace} if namespace else {}
    flag = f" -n {namespace}" if namespace else ""
    printed, said = await parity.of(
        "k8s_describe",
        f"describe {type_name} {name}{flag}",
        resource_type=type_name,
        name=name,
        **where,
    )
    assert not said.error, said.text
    theirs = with_sorted_limits(printed)
    require_same(without_additions(theirs, said.text), theirs)


@pytest.mark.parametrize("single", NAMED)
async def test_an_object_reads_as_kubectl_describes_it(
    parity: Parity, shop: Shop, single: str
) -> None:
    type_name, _, name = single.partition("/")
    await described_alike(parity, type_name, name, shop.namespace)


@pytest.mark.parametrize("selected", SELECTED)
async def test_what_a_controller_made_reads_as_kubectl_describes_it(
    parity: Parity, shop: Shop, selected: str
) -> None:
    type_name, selector = selected.split()
    asked = ("get", type_name, "-n", shop.namespace, "-l", selector)
    name = parity.kubectl(*asked, "-o", "jsonpath={.items[0].metadata.name}")
    await described_alike(parity, type_name, name, shop.namespace)


@pytest.mark.parametrize("single", CLUSTER)
async def test_what_belongs_to_no_namespace_reads_as_kubectl_describes_it(
    parity: Parity, shop: Shop, single: str
) -> None:
    type_name, _, name = shop.named(single).partition("/")
    await described_alike(parity, type_name, name)


async def test_a_quota_reads_as_kubectl_describes_it(parity: Parity, shop: Shop) -> None:
    await described_alike(parity, "resourcequota", "small", shop.tight)


async def test_a_limit_range_reads_as_kubectl_describes_it(parity: Parity, shop: Shop) -> None:
    await described_alike(parity, "limitrange", "small", shop.tight)


@pytest.mark.parametrize("name", ["database", "registry", "login"])
async def test_a_secret_reads_as_kubectl_describes_it(
    parity: Parity, shop: Shop, name: str
) -> None:
    await described_alike(parity, "secret", name, shop.vault)


async def test_a_custom_resource_reads_as_kubectl_describes_it(parity: Parity, shop: Shop) -> None:
    await described_alike(parity, shop.gadgets, "gear", shop.namespace)


async def test_every_node_reads_as_kubectl_describes_it(parity: Parity) -> None:
    nodes = parity.kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split()
    for name in nodes:
        await described_alike(parity, "node", name)


async def test_a_beginning_of_names_describes_all_that_begin_so(parity: Parity, shop: Shop) -> None:
    await described_alike(parity, "pod", "orders-db", shop.namespace)
