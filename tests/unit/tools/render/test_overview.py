"""A cluster at a glance, in lines."""

from typing import Any

from tests.support.builders import an_object
from tools.render.overview import metrics_line, nodes_lines, readiness_line, services_lines

HOST = "https://10.0.0.1:6443"


def a_service(name: str, *ports: dict[str, Any], **status: Any) -> dict[str, Any]:
    spec = {"ports": list(ports)}
    return an_object("v1", "Service", name, "kube-system", spec=spec, status=status)


def link(service: dict[str, Any]) -> str:
    return services_lines(HOST, [service])[1].rpartition(" is running at ")[2]


def test_services_are_reached_through_the_api_servers_proxy() -> None:
    proxy = f"{HOST}/api/v1/namespaces/kube-system/services"
    assert link(a_service("dns", {"name": "dns", "port": 53})) == f"{proxy}/dns:dns/proxy"
    assert link(a_service("ui", {"port": 443})) == f"{proxy}/https:ui:/proxy"
    assert link(a_service("ui", {"name": "https", "port": 8443})) == f"{proxy}/https:ui:https/proxy"
    assert link(a_service("web", {"port": 80})) == f"{proxy}/web/proxy"
    assert link(a_service("none")) == f"{proxy}/none/proxy"


def test_a_load_balancer_is_reached_itself() -> None:
    balanced = {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}]}}
    service = a_service("lb", {"port": 80}, {"port": 81}, **balanced)
    expected = ["Kubernetes control plane is running at https://10.0.0.1:6443"]
    expected += ["lb is running at http://lb.example.com:80 http://lb.example.com:81"]
    assert services_lines(HOST, [service]) == expected


def test_failing_checks_are_named() -> None:
    readyz = "[+]ping ok\n[-]etcd failed: reason withheld\n[-]log failed\nreadyz check failed\n"
    assert readiness_line(readyz) == "Health (/readyz): failing: etcd,log"
    assert readiness_line("[+]ping ok\n") == "Health (/readyz): ok"


def test_nodes_are_counted_and_the_odd_ones_named() -> None:
    rows = [{"Name": f"node-{n}", "Status": "NotReady", "Version": "v1.36.3"} for n in range(22)]
    rows.append({"Name": "node-x", "Status": "Ready", "Version": "v1.35.1"})
    lines = nodes_lines(rows)
    assert lines[0] == "Nodes: 23, 1 ready (v1.36.3 x22, v1.35.1 x1)"
    assert lines[1] == "  node-0: NotReady"
    assert lines[-1] == "  … and 2 more that are not Ready or not schedulable"
    assert nodes_lines([]) == ["Nodes: none"]


def test_a_missing_metrics_api_says_what_it_costs() -> None:
    missing = "Metrics API: not installed; k8s_top_pods and k8s_top_nodes need metrics-server"
    assert metrics_line("") == missing
    assert metrics_line("stale") == "Metrics API: not answering"
