"""Nodes: what they have, what is taken of it, and by whom."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.recorded_descriptions import recordings
from tools.render.describe import Related, describe
from tools.render.describe.node import roles
from tools.render.describe.pod_resources import pod_limits, pod_requests

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("node", [*recordings("nodes")])
def test_a_node_reads_as_kubectl_describes_it(node: Any):
    assert node.described() == node.kubectl


def a_node(**status: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "node-1", "creationTimestamp": "2026-11-24T11:00:00Z"},
        "spec": {},
        "status": status,
    }


def text_of(node: dict[str, Any], **related: Any) -> str:
    return describe(node, Related(**related), NOW)


def test_pods_and_lease_that_may_not_be_seen_are_said_to_be_missing():
    unseen = {"pods": "forbidden", "leases": "forbidden"}
    text = text_of(a_node(), unseen=unseen)
    assert "Lease:              Failed to get lease: forbidden\n" in text
    assert text.endswith(
        "Pods:                         not authorized\n"
        "Not visible:  leases (forbidden), pods (forbidden)\n"
    )


def test_an_empty_lease_is_unset():
    text = text_of(a_node(), objects={"leases": [{"spec": {}}]})
    assert (
        "Lease:\n"
        "  HolderIdentity:  <unset>\n"
        "  AcquireTime:     <unset>\n"
        "  RenewTime:       <unset>\n"
    ) in text


def test_taints_are_in_the_order_of_their_effects():
    node = a_node()
    node["spec"]["taints"] = [
        {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
        {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"},
        {"key": "odd"},
    ]
    assert (
        "Taints:             odd\n"
        "                    node.kubernetes.io/unreachable:NoExecute\n"
        "                    gpu=yes:NoSchedule\n"
    ) in text_of(node)


def test_where_the_node_is_in_the_network_and_at_the_provider():
    node = a_node()
    node["spec"] |= {"podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24", "fd00::/64"]}
    node["spec"]["providerID"] = "cloud:///node-1"
    assert (
        "PodCIDR:                      10.0.0.0/24\n"
        "PodCIDRs:                     10.0.0.0/24,fd00::/64\n"
        "ProviderID:                   cloud:///node-1\n"
    ) in text_of(node)


def a_slice(pool: str, devices: int) -> dict[str, Any]:
    spec = {"driver": "gpu.example.com", "pool": {"name": pool}, "devices": [{}] * devices}
    return {"spec": spec}


def test_devices_are_counted_by_pool():
    slices = [a_slice("b", 2), a_slice("a", 1), a_slice("b", 3)]
    assert (
        "Node-Local ResourceSlices:\n"
        "  Driver           Pool  Slices  Devices\n"
        "  ------           ----  ------  -------\n"
        "  gpu.example.com  a     1       1\n"
        "  gpu.example.com  b     2       5\n"
        "System Info:\n"
    ) in text_of(a_node(), objects={"resourceslices": slices})


def test_ten_pools_of_devices_are_enough():
    slices = [a_slice(f"pool-{number:02}", 1) for number in range(12)]
    text = text_of(a_node(), objects={"resourceslices": slices})
    assert "pool-09" in text
    assert "  ...and 2 more pools\nSystem Info:\n" in text
    assert "pool-10" not in text


def test_extended_resources_are_summed_without_a_percentage():
    amounts = {"cpu": "2", "memory": "1Gi", "pods": "110", "gpu/x": "2"}
    amounts |= {"hugepages-2Mi": "4Mi", "hugepages-1Gi": "0", "fpga/y": "1"}
    resources = {"requests": {"cpu": "500m", "gpu/x": "1", "hugepages-2Mi": "2Mi"}}
    pod = a_pod(containers=[{"name": "a", "resources": resources}])
    text = text_of(a_node(capacity=amounts), objects={"pods": [pod, pod]})
    assert text.endswith(
        "Allocated resources:\n"
        "  (Total limits may be over 100 percent, i.e., overcommitted.)\n"
        "  Resource           Requests    Limits\n"
        "  --------           --------    ------\n"
        "  cpu                1 (50%)     0 (0%)\n"
        "  memory             0 (0%)      0 (0%)\n"
        "  ephemeral-storage  0 (0%)      0 (0%)\n"
        "  hugepages-1Gi      0 (0%)      0 (0%)\n"
        "  hugepages-2Mi      4Mi (100%)  0 (0%)\n"
        "  fpga/y             0           0\n"
        "  gpu/x              2           0\n"
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, []),
        ({"node-role.kubernetes.io/worker": "", "kubernetes.io/role": "edge"}, ["edge", "worker"]),
        ({"node-role.kubernetes.io/": "", "kubernetes.io/role": ""}, []),
    ],
)
def test_roles_come_from_two_kinds_of_labels(labels: dict[str, str], expected: list[str]):
    assert roles(labels) == expected


def a_pod(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": "shop", "name": "web"}, "spec": spec}


def needing(cpu: str, **container: Any) -> dict[str, Any]:
    resources = {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}
    return {"name": "c", "resources": resources, **container}


# The formula of KEP-753: sidecars run on beside the init containers after them.
@pytest.mark.parametrize(
    ("spec", "cpu"),
    [
        ({"containers": [needing("100m"), needing("200m")]}, "300m"),
        ({"containers": [needing("1")], "initContainers": [needing("3"), needing("2")]}, "3"),
        (
            {
                "containers": [needing("1")],
                "initContainers": [
                    needing("500m", restartPolicy="Always"),
                    needing("2"),
                ],
            },
            "2500m",
        ),
        (
            {
                "containers": [needing("1")],
                "initContainers": [needing("1"), needing("500m", restartPolicy="Always")],
            },
            "1500m",
        ),
        ({"containers": [needing("1")], "overhead": {"cpu": "250m"}}, "1250m"),
        (
            {
                "containers": [needing("1")],
                "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "2"}},
            },
            "2",
        ),
    ],
    ids=["sum", "init containers", "sidecar first", "sidecar last", "overhead", "pod level"],
)
def test_what_a_pod_takes_follows_the_scheduler(spec: dict[str, Any], cpu: str):
    assert str(pod_requests(a_pod(**spec))["cpu"]) == cpu
    assert str(pod_limits(a_pod(**spec))["cpu"]) == cpu


def test_overhead_is_no_limit_where_there_is_none():
    assert pod_limits(a_pod(containers=[], overhead={"cpu": "250m"})) == {}


def resized(infeasible: bool) -> dict[str, Any]:
    pod = a_pod(containers=[needing("2")])
    status = {
        "name": "c",
        "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "1"}},
        "allocatedResources": {"cpu": "1500m"},
    }
    reason = "Infeasible" if infeasible else "Deferred"
    pod["status"] = {
        "containerStatuses": [status],
        "conditions": [{"type": "PodResizePending", "reason": reason}],
    }
    return pod


def test_a_resize_under_way_counts_as_the_larger_of_both():
    pod = resized(infeasible=False)
    assert str(pod_requests(pod, as_resized=True)["cpu"]) == "2"
    assert str(pod_limits(pod, as_resized=True)["cpu"]) == "2"


def test_a_resize_that_cannot_be_does_not_count():
    pod = resized(infeasible=True)
    assert str(pod_requests(pod, as_resized=True)["cpu"]) == "1500m"
    assert str(pod_limits(pod, as_resized=True)["cpu"]) == "1"
    assert str(pod_requests(pod)["cpu"]) == "2"
