"""k8s_cluster_info, against the simulated cluster."""

from typing import Any

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import an_object


def a_node(name: str, ready: str = "True", **spec: Any) -> dict[str, Any]:
    status = {
        "conditions": [{"type": "Ready", "status": ready}],
        "nodeInfo": {"kubeletVersion": "v1.36.3"},
    }
    return an_object("v1", "Node", name, None, spec=spec, status=status)


async def test_a_cluster_at_a_glance(call: Call, cluster: Cluster) -> None:
    cluster.store.create(a_node("node-1"))
    cluster.store.create(a_node("node-2", unschedulable=True))
    cluster.store.create(a_node("node-3", ready="False"))
    labels = {"kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    ports = [{"name": "dns", "port": 53}]
    cluster.store.create(
        an_object("v1", "Service", "kube-dns", "kube-system", labels=labels, spec={"ports": ports})
    )
    answer = await call("k8s_cluster_info")
    assert answer.text == (
        f"Kubernetes control plane is running at {cluster.url}\n"
        f"CoreDNS is running at {cluster.url}/api/v1/namespaces/kube-system/services/kube-dns:dns"
        "/proxy\n"
        "Server version: v1.36.3 (linux/amd64)\n"
        "Health (/readyz): ok\n"
        "Signed in as kubernetes-admin (groups: system:masters, system:authenticated).\n"
        "Nodes: 3, 2 ready (v1.36.3 x3)\n"
        "  node-2: Ready,SchedulingDisabled\n"
        "  node-3: NotReady\n"
        "Namespaces: 4\n"
        "Metrics API: metrics.k8s.io/v1beta1"
    )


async def test_a_part_that_may_not_be_seen_says_so_in_its_place(
    call: Call, cluster: Cluster
) -> None:
    refused = {"reason": "Forbidden", "message": "not for you"}
    for path in ("/services$", "/nodes$", "/namespaces$", "^/version$", "selfsubjectreviews$"):
        cluster.faults.status(403, path, **refused)
    cluster.faults.status(500, "^/readyz$", times=None, message="[-]etcd failed")
    answer = await call("k8s_cluster_info")
    not_allowed = "Not allowed: not for you"
    assert not answer.error
    assert answer.text == (
        f"Kubernetes control plane is running at {cluster.url}\n"
        f"Cluster services: {not_allowed}\n"
        f"Server version: {not_allowed}\n"
        f"Health (/readyz): The API server at {cluster.url} answered 500: [-]etcd failed (3 tries)"
        "\n"
        f"Signed in as: {not_allowed}\n"
        f"Nodes: {not_allowed}\n"
        f"Namespaces: {not_allowed}\n"
        "Metrics API: metrics.k8s.io/v1beta1"
    )


async def test_a_server_that_does_not_answer_is_one_refusal(call: Call, cluster: Cluster) -> None:
    cluster.faults.status(503, times=None, message="shutting down")
    answer = await call("k8s_cluster_info")
    refusal = f"The API server at {cluster.url} answered 503: shutting down (3 tries)"
    assert (answer.text, answer.error) == (refusal, True)


async def test_a_metrics_server_that_is_down_is_said_to_be(call: Call, cluster: Cluster) -> None:
    cluster.faults.stale_groups.add("metrics.k8s.io")
    answer = await call("k8s_cluster_info")
    assert answer.text.splitlines()[-1] == "Metrics API: not answering"
