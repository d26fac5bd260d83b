"""k8s_top_pods and k8s_top_nodes: what is in use, and why there may be no figures."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_namespace, a_pod, an_object

LONG_AGO = "2026-11-20T09:00:00Z"
JUST_NOW = "2026-11-20T11:59:00Z"


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    return cluster


def uses(
    cluster: Cluster, name: str, cpu: str, memory: str, namespace: str = "shop", **parts: Any
) -> None:
    """Let a pod run whose container uses this much."""
    runs(cluster, name, namespace, **parts)
    cluster.usage.container(namespace, name, "web", cpu, memory)


def runs(cluster: Cluster, name: str, namespace: str = "shop", **parts: Any) -> None:
    cluster.store.create(a_pod(name, namespace, **{"status": {"phase": "Running"}, **parts}))


def has_node(cluster: Cluster, name: str, **labels: str) -> None:
    allocatable = {"cpu": "4", "memory": "8Gi"}
    node = an_object("v1", "Node", name, None, labels=labels, status={"allocatable": allocatable})
    cluster.store.create(node)


async def test_pods_are_shown_as_kubectl_shows_them(call: Call, shop: Cluster) -> None:
    uses(shop, "web", "10123456n", "5632Ki")
    shop.usage.container("shop", "web", "side", "5m", "2Mi")
    uses(shop, "db", "1", "1Gi")
    answer = await call("k8s_top_pods", namespace="shop")
    assert not answer.error
    assert answer.text == (
        "NAME   CPU(cores)   MEMORY(bytes)\ndb     1000m        1024Mi\nweb    16m          7Mi"
    )
    answer = await call("k8s_top_pods", namespace="shop", show_containers=True, sort_by="cpu")
    assert answer.text == (
        "POD   NAME   CPU(cores)   MEMORY(bytes)\n"
        "db    web    1000m        1024Mi\n"
        "web   web    11m          5Mi\n"
        "web   side   5m           2Mi"
    )


async def test_a_warm_list_of_pods_is_one_request(call: Call, shop: Cluster) -> None:
    uses(shop, "web", "1", "1Gi")
    await call("k8s_top_pods", namespace="shop")
    shop.requests.clear()
    await call("k8s_top_pods", namespace="shop", label_selector="app=web", no_headers=True)
    [request, *_] = shop.requests
    assert str(request) == "GET /apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"
    assert request.query["labelSelector"] == "app=web"


async def test_all_namespaces_can_be_summed_up(call: Call, shop: Cluster) -> None:
    uses(shop, "web", "1m", "1Mi")
    uses(shop, "dns", "2m", "2Mi", "kube-system")
    answer = await call("k8s_top_pods", all_namespaces=True, totals=True, no_headers=True)
    assert answer.text == (
        "kube-system   dns   2m         2Mi\n"
        "shop          web   1m         1Mi\n"
        "                    ________   ________\n"
        "                    3m         3Mi"
    )


async def test_one_pod_is_shown_by_its_name(call: Call, shop: Cluster) -> None:
    uses(shop, "web", "1m", "1Mi")
    uses(shop, "db", "2m", "2Mi")
    answer = await call("k8s_top_pods", pod_name="web", namespace="shop", no_headers=True)
    assert answer.text == "web   1m    1Mi"
    answer = await call("k8s_top_pods", pod_name="db", all_namespaces=True, no_headers=True)
    assert answer.text == "shop   db    2m    2Mi"


async def test_selectors_narrow_also_those_metrics_know_nothing_of(
    call: Call, shop: Cluster
) -> None:
    uses(shop, "web", "1m", "1Mi", labels={"app": "web"}, spec={"nodeName": "node-1"})
    uses(shop, "db", "2m", "2Mi", labels={"app": "db"}, spec={"nodeName": "node-1"})
    uses(shop, "far", "3m", "3Mi", labels={"app": "web"}, spec={"nodeName": "node-2"})
    arguments = {"namespace": "shop", "no_headers": True, "label_selector": "app=web"}
    answer = await call("k8s_top_pods", **arguments)
    assert [line.split()[0] for line in answer.text.splitlines()] == ["far", "web"]
    answer = await call("k8s_top_pods", **arguments, field_selector="spec.nodeName=node-1")
    assert answer.text == "web   1m    1Mi"


async def test_a_field_selector_is_followed_over_all_pages(call: Call, shop: Cluster) -> None:
    for number in range(501):
        uses(shop, f"web-{number}", "1m", "1Mi", spec={"nodeName": "node-1"})
    answer = await call(
        "k8s_top_pods", namespace="shop", field_selector="spec.nodeName=node-1", no_headers=True
    )
    assert len(answer.text.splitlines()) == 501


async def test_nodes_are_shown_as_kubectl_shows_them(call: Call, shop: Cluster) -> None:
    for name in ("node-1", "node-2", "node-3"):
        has_node(shop, name, zone="a" if name == "node-1" else "b")
    shop.usage.node("node-1", "1500m", "2Gi")
    shop.usage.node("node-3", "250000001n", "100Mi")
    answer = await call("k8s_top_nodes")
    assert answer.text == (
        "NAME     CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)\n"
        "node-1   1500m        37%         2048Mi          25%\n"
        "node-3   251m         6%          100Mi           1%\n"
        "node-2   <unknown>    <unknown>   <unknown>       <unknown>"
    )
    answer = await call("k8s_top_nodes", sort_by="memory", no_headers=True, totals=True)
    assert answer.text.splitlines()[-1].split() == ["1751m", "21%", "2148Mi", "13%"]
    answer = await call("k8s_top_nodes", node_name="node-3", no_headers=True)
    assert answer.text == "node-3   251m   6%    100Mi   1%"
    answer = await call("k8s_top_nodes", label_selector="zone=a", no_headers=True)
    assert answer.text == "node-1   1500m   37%   2048Mi   25%"


async def test_where_there_is_nothing_it_is_said(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_top_pods", namespace="shop")
    assert (answer.text, answer.error) == ('No resources found in namespace "shop".', False)
    answer = await call("k8s_top_pods", all_namespaces=True)
    assert (answer.text, answer.error) == ("No resources found.", False)
    answer = await call("k8s_top_nodes", label_selector="zone=none")
    assert (answer.text, answer.error) == ("No resources found.", False)


async def refused(call: Call, tool: str = "k8s_top_pods", **arguments: Any) -> str:
    answer = await call(tool, **arguments)
    assert answer.error
    return answer.text


async def test_without_metrics_server_it_is_said_to_be_missing(call: Call, shop: Cluster) -> None:
    shop.usage.availability = "missing"
    has_node(shop, "node-1")
    for tool in ("k8s_top_pods", "k8s_top_nodes"):
        assert await refused(call, tool) == (
            "Metrics API not available: this cluster serves no metrics.k8s.io "
            "(metrics-server is not installed)."
        )


async def test_a_metrics_server_that_is_down_is_told_from_one_that_is_missing(
    call: Call, shop: Cluster
) -> None:
    uses(shop, "web", "1", "1Gi")
    await call("k8s_top_pods", namespace="shop")
    shop.usage.availability = "down"
    why = "dial tcp 10.96.0.10:443: connect: connection refused"
    assert why in await refused(call, namespace="shop")


async def test_a_metrics_server_that_was_never_up_is_down_too(call: Call, shop: Cluster) -> None:
    shop.usage.availability = "down"
    assert await refused(call, namespace="shop") == (
        "Metrics API not available: its server does not answer."
    )


async def test_the_cause_is_what_the_aggregation_layer_says(call: Call, shop: Cluster) -> None:
    message = "failing or missing response from https://10.96.0.10:443/apis/metrics.k8s.io/v1beta1"
    accepted = {"type": "Accepted", "status": "True", "message": "fine"}
    unavailable = {"type": "Available", "status": "False", "message": message}
    service = shop.store.get(
        "apiregistration.k8s.io", "apiservices", None, "v1beta1.metrics.k8s.io"
    )
    service = service or an_object(
        "apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io", None
    )
    write = shop.store.update if "uid" in service["metadata"] else shop.store.create
    write({**service, "status": {"conditions": [accepted, unavailable]}})
    shop.usage.availability = "down"
    assert await refused(call, namespace="shop") == f"Metrics API not available: {message}"


async def test_an_api_server_that_fails_is_not_blamed_on_metrics(call: Call, shop: Cluster) -> None:
    shop.faults.status(500, path="metrics.k8s.io/v1beta1/", times=None, message="etcd is slow")
    assert "answered 500: etcd is slow" in await refused(call, namespace="shop")


async def test_young_pods_have_no_metrics_yet(call: Call, shop: Cluster) -> None:
    runs(shop, "web", creationTimestamp=JUST_NOW)
    assert await refused(call, namespace="shop") == (
        "Metrics are not available yet: these pods are younger than two minutes."
    )
    assert await refused(call, namespace="shop", pod_name="web") == (
        "Metrics are not available yet: these pods are younger than two minutes."
    )


async def test_older_pods_should_have_metrics(call: Call, shop: Cluster) -> None:
    runs(shop, "web", creationTimestamp=LONG_AGO)
    assert await refused(call, namespace="shop", pod_name="web") == (
        'Metrics not available for pod "web" in namespace "shop", 180 minutes old: '
        "metrics-server does not reach the kubelet of its node."
    )


async def test_pods_that_do_not_run_use_nothing(call: Call, shop: Cluster) -> None:
    runs(shop, "done", status={"phase": "Succeeded"}, creationTimestamp=LONG_AGO)
    assert await refused(call, namespace="shop", pod_name="done") == (
        'No metrics: pod "done" in namespace "shop" is not running (Succeeded).'
    )
    runs(shop, "waiting", status={"phase": "Pending"}, creationTimestamp=LONG_AGO)
    assert await refused(call, namespace="shop") == ("No metrics: none of these 2 pods is running.")


async def test_a_pod_or_node_that_is_not_there_is_refused(call: Call, shop: Cluster) -> None:
    uses(shop, "web", "1", "1Gi")
    has_node(shop, "node-1")
    assert await refused(call, namespace="shop", pod_name="wbe") == (
        'pod "wbe" not found in namespace "shop". Did you mean "web"?'
    )
    assert await refused(call, "k8s_top_nodes", node_name="node-2") == (
        'node "node-2" not found. Did you mean "node-1"?'
    )


async def test_nodes_that_were_not_measured_yet_are_told_of(call: Call, shop: Cluster) -> None:
    has_node(shop, "node-1")
    assert await refused(call, "k8s_top_nodes") == (
        "Metrics are not available yet: metrics-server has no figures."
    )
    assert await refused(call, "k8s_top_nodes", node_name="node-1") == (
        'Metrics are not available yet: metrics-server has no figures of node "node-1".'
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        (
            "k8s_top_pods",
            {"sort_by": "disk"},
            'Argument "sort_by": "disk" is not accepted; cpu or memory is.',
        ),
        (
            "k8s_top_nodes",
            {"sort_by": "name"},
            'Argument "sort_by": "name" is not accepted; cpu or memory is.',
        ),
        (
            "k8s_top_pods",
            {"pod_name": "web", "label_selector": "app=web"},
            'Give "pod_name" or a selector, not both.',
        ),
        (
            "k8s_top_nodes",
            {"node_name": "node-1", "label_selector": "zone=a"},
            'Give "node_name" or a selector, not both.',
        ),
        (
            "k8s_top_pods",
            {"pod_name": "web/../../nodes"},
            'Argument "pod_name": "web/../../nodes" is not a Kubernetes name '
            '(lower-case letters, digits, "-" and "."; one object per call).',
        ),
    ],
)
async def test_wrong_arguments_are_refused_before_anything_is_asked(
    call: Call, shop: Cluster, tool: str, arguments: dict[str, Any], why: str
) -> None:
    assert await refused(call, tool, **arguments) == why
    assert shop.requests.lines == []


async def test_an_unknown_namespace_is_said_to_be_one(call: Call, shop: Cluster) -> None:
    answer = await call("k8s_top_pods", namespace="shpo")
    assert answer.text == ('No resources found: there is no namespace "shpo". Did you mean "shop"?')
