"""Which pods find room on which nodes."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.nodes import a_node, on_node
from tools.render.placement import homeless

JsonObject = dict[str, Any]
TAINTED = {"taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]}
NOWHERE = "no other node takes it (closed, not ready, selector or taints)"


def without_room(
    pods: list[JsonObject], *nodes: JsonObject, there: Sequence[JsonObject] = ()
) -> dict[str, str]:
    return {each.name: each.why for each in homeless(pods, nodes, there)}


def test_pods_share_what_is_free() -> None:
    pods = [on_node(f"web-{number}", cpu="1500m") for number in range(3)]
    assert list(without_room(pods, a_node("n1", "4")).values()) == [
        "asks for 1500m cpu, the most free is 1"
    ]


def test_the_largest_comes_first() -> None:
    pods = [on_node("small", cpu="2"), on_node("large", cpu="3")]
    assert without_room(pods, a_node("n1", "3"), a_node("n2", "2")) == {}


def test_pods_that_are_there_already_count() -> None:
    there = [on_node("old", node="n1", cpu="3")]
    assert without_room([on_node("web", cpu="2")], a_node("n1", "4"), there=there) == {
        "shop/web": "asks for 2 cpu, the most free is 1"
    }


def test_a_pod_takes_one_of_the_places_of_a_node() -> None:
    node = a_node("n1")
    node["status"]["allocatable"]["pods"] = "1"
    assert without_room([on_node("a"), on_node("b")], node) == {
        "shop/b": "asks for 1 pods, the most free is 0"
    }


@pytest.mark.parametrize(
    "node",
    [
        a_node("n1", unschedulable=True),
        a_node("n1") | {"status": {"allocatable": {"cpu": "4"}}},
        a_node("n1", **TAINTED),
    ],
    ids=["closed", "not ready", "tainted"],
)
def test_a_node_that_takes_no_pods_is_none(node: JsonObject) -> None:
    assert without_room([on_node("web")], node) == {"shop/web": NOWHERE}


def test_a_selector_has_to_match() -> None:
    pod = on_node("web", spec={"nodeSelector": {"kubernetes.io/hostname": "n2"}})
    assert without_room([pod], a_node("n1")) == {"shop/web": NOWHERE}
    assert without_room([pod], a_node("n1"), a_node("n2")) == {}


@pytest.mark.parametrize(
    "toleration",
    [
        {"operator": "Exists"},
        {"key": "gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "gpu", "value": "yes"},
    ],
)
def test_a_tolerated_taint_repels_nobody(toleration: JsonObject) -> None:
    pod = on_node("web", spec={"tolerations": [toleration]})
    assert without_room([pod], a_node("n1", **TAINTED)) == {}


@pytest.mark.parametrize(
    "toleration",
    [
        {"key": "gpu", "value": "no"},
        {"key": "other", "operator": "Exists"},
        {"key": "gpu", "operator": "Exists", "effect": "NoExecute"},
    ],
)
def test_another_toleration_does_not_help(toleration: JsonObject) -> None:
    pod = on_node("web", spec={"tolerations": [toleration]})
    assert without_room([pod], a_node("n1", **TAINTED)) == {"shop/web": NOWHERE}
