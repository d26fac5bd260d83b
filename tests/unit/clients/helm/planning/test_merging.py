"""Three-way merges as helm 3 makes them, and live objects in the shape of their manifests."""

from typing import Any

import pytest

from clients.helm.planning.merging import less, only

CASES: dict[str, tuple[Any, Any, Any, Any]] = {
    "a field that leaves the chart goes": (
        {"data": {"a": 1, "b": 2}}, {"data": {"a": 1, "b": 2}}, {"data": {"a": 1}},
        {"data": {"a": 1}},
    ),
    "a field of somebody else stays": (
        {"data": {"a": 1, "by": 3}}, {"data": {"a": 1}}, {"data": {"a": 1}},
        {"data": {"a": 1, "by": 3}},
    ),
    "a whole part that leaves the chart goes": (
        {"x": {"a": 1}, "y": 2}, {"x": {"a": 1}}, {}, {"y": 2},
    ),
    "a container that leaves the chart goes, one that was put in stays": (
        {"containers": [{"name": "app"}, {"name": "old"}, {"name": "sidecar"}]},
        {"containers": [{"name": "app"}, {"name": "old"}]},
        {"containers": [{"name": "app"}]},
        {"containers": [{"name": "app"}, {"name": "sidecar"}]},
    ),
    "a variable of a container goes by its name": (
        {"c": [{"name": "app", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}]},
        {"c": [{"name": "app", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}]},
        {"c": [{"name": "app", "env": [{"name": "B"}]}]},
        {"c": [{"name": "app", "env": [{"name": "B"}]}]},
    ),
    "a word that leaves a list goes": (
        {"args": ["a", "b"]}, {"args": ["a", "b"]}, {"args": ["b"]}, {"args": ["b"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_only_the_former_manifest_has_is_taken_out(case: str) -> None:
    live, former, new, left = CASES[case]
    assert less(live, former, new) == left


SHAPES: dict[str, tuple[Any, Any, Any]] = {
    "defaults are left out": ({"a": 1, "default": 2}, {"a": 1}, {"a": 1}),
    "what is missing is missing": ({}, {"a": 1}, {}),
    "nothing is nothing": ({}, {"a": None, "b": {}, "c": [], "d": ""},
                           {"a": None, "b": {}, "c": [], "d": ""}),
    "numbers are compared as they are written": ({"port": 80}, {"port": "80"}, {"port": "80"}),
    "items are found by their names": (
        {"c": [{"name": "sidecar"}, {"name": "app", "image": "x:2"}]},
        {"c": [{"name": "app", "image": "x:1"}]},
        {"c": [{"name": "app", "image": "x:2"}]},
    ),
    "items without a name are found by their place": (
        {"claims": [{"metadata": {"name": "data"}, "status": {}}]},
        {"claims": [{"metadata": {"name": "data"}}]},
        {"claims": [{"metadata": {"name": "data"}}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_a_live_object_is_seen_in_the_shape_of_its_manifest(case: str) -> None:
    live, wanted, seen = SHAPES[case]
    assert only(live, wanted) == seen
