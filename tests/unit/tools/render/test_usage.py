"""Usage as kubectl top prints it; the expected texts are kubectl 1.36's for the same metrics."""

from typing import Any

import pytest

from tools.render.usage import UsageForm, render_nodes, render_pods

JsonObject = dict[str, Any]


def a_pod(name: str, namespace: str = "shop", /, **containers: tuple[str, str]) -> JsonObject:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "containers": [
            {"name": container, "usage": {"cpu": cpu, "memory": memory}}
            for container, (cpu, memory) in containers.items()
        ],
    }


def a_node(name: str, cpu: str, memory: str) -> JsonObject:
    return {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}}


def printed(lines: list[str]) -> str:
    return "\n".join(lines)


PODS = [
    a_pod("web", web=("10123456n", "5632Ki"), side=("5m", "2047Ki")),
    a_pod("api-server-5d8f7c9b6d", api=("1500m", "1Gi")),
    a_pod("cache", "ops", redis=("0", "0")),
]


def test_a_pod_is_the_sum_of_its_containers_rounded_afterwards() -> None:
    assert printed(render_pods(PODS[:2], UsageForm())) == (
        "NAME                    CPU(cores)   MEMORY(bytes)\n"
        "api-server-5d8f7c9b6d   1500m        1024Mi\n"
        "web                     16m          7Mi"
    )


def test_containers_get_a_line_each_in_the_order_of_their_names() -> None:
    assert printed(render_pods(PODS[:2], UsageForm(containers=True))) == (
        "POD                     NAME   CPU(cores)   MEMORY(bytes)\n"
        "api-server-5d8f7c9b6d   api    1500m        1024Mi\n"
        "web                     side   5m           1Mi\n"
        "web                     web    11m          5Mi"
    )


def test_all_namespaces_are_sorted_by_namespace_and_name() -> None:
    assert printed(render_pods(PODS, UsageForm(with_namespace=True))) == (
        "NAMESPACE   NAME                    CPU(cores)   MEMORY(bytes)\n"
        "ops         cache                   0m           0Mi\n"
        "shop        api-server-5d8f7c9b6d   1500m        1024Mi\n"
        "shop        web                     16m          7Mi"
    )


def test_totals_stand_under_their_columns() -> None:
    form = UsageForm(containers=True, with_namespace=True, totals=True)
    assert printed(render_pods(PODS, form)) == (
        "NAMESPACE   POD                     NAME    CPU(cores)   MEMORY(bytes)\n"
        "ops         cache                   redis   0m           0Mi\n"
        "shop        api-server-5d8f7c9b6d   api     1500m        1024Mi\n"
        "shop        web                     side    5m           1Mi\n"
        "shop        web                     web     11m          5Mi\n"
        "                                            ________     ________\n"
        "                                            1516m        1031Mi"
    )


@pytest.mark.parametrize(
    ("sort_by", "order"),
    [
        ("", ["a", "b", "c", "d"]),
        ("cpu", ["c", "b", "d", "a"]),
        ("memory", ["b", "a", "d", "c"]),
    ],
)
def test_the_largest_comes_first_and_names_decide_between_equals(
    sort_by: str, order: list[str]
) -> None:
    pods = [
        a_pod("d", x=("2m", "2Mi")),
        a_pod("c", x=("3m", "1Mi")),
        a_pod("b", x=("1500001n", "4Mi")),  # 2m, as d has
        a_pod("a", x=("1m", "2Mi")),
    ]
    lines = render_pods(pods, UsageForm(sort_by=sort_by, headers=False))
    assert [line.split()[0] for line in lines] == order


def test_containers_are_sorted_within_their_pod() -> None:
    pods = [a_pod("web", a=("1m", "9Mi"), b=("5m", "1Mi")), a_pod("db", c=("2m", "3Mi"))]
    form = UsageForm(sort_by="cpu", headers=False, containers=True)
    lines = render_pods(pods, form)
    assert [tuple(line.split()[:2]) for line in lines] == [("web", "b"), ("web", "a"), ("db", "c")]


def test_without_headers_columns_are_as_wide_as_their_cells() -> None:
    assert render_pods(PODS[:1], UsageForm(headers=False)) == ["web   16m   7Mi"]


def test_nodes_show_percentages_of_what_is_allocatable_rounded_down() -> None:
    nodes = [a_node("node-1", "1500m", "3000Mi"), a_node("node-2", "999999999n", "1Mi")]
    there = {name: {"cpu": "4", "memory": "8Gi"} for name in ("node-1", "node-2")}
    assert printed(render_nodes(nodes, there, UsageForm())) == (
        "NAME     CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)\n"
        "node-1   1500m        37%      3000Mi          36%\n"
        "node-2   1000m        25%      1Mi             0%"
    )


def test_nodes_without_metrics_are_unknown_and_last() -> None:
    nodes = [a_node("node-2", "1", "1Gi"), a_node("node-3", "2", "1Gi")]
    there = {name: {"cpu": "4", "memory": "8Gi"} for name in ("node-1", "node-2", "node-3")}
    assert printed(render_nodes(nodes, there, UsageForm(sort_by="cpu"))) == (
        "NAME     CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)\n"
        "node-3   2000m        50%         1024Mi          12%\n"
        "node-2   1000m        25%         1024Mi          12%\n"
        "node-1   <unknown>    <unknown>   <unknown>       <unknown>"
    )


def test_the_totals_of_nodes_count_the_measured_ones() -> None:
    nodes = [a_node("node-1", "1", "1Gi"), a_node("node-2", "2", "1Gi")]
    there = {name: {"cpu": "4", "memory": "4Gi"} for name in ("node-1", "node-2", "node-3")}
    lines = render_nodes(nodes, there, UsageForm(totals=True))
    assert lines[-1].split() == ["3000m", "37%", "2048Mi", "25%"]


def test_a_node_that_has_gone_meanwhile_shows_no_percentages() -> None:
    lines = render_nodes([a_node("gone", "1", "1Gi")], {}, UsageForm(headers=False))
    assert [line.split() for line in lines] == [["gone", "1000m", "1024Mi"]]


def test_of_nothing_allocatable_the_share_is_0() -> None:
    lines = render_nodes([a_node("new", "1", "1Gi")], {"new": {}}, UsageForm(headers=False))
    assert lines == ["new   1000m   0%    1024Mi   0%"]
