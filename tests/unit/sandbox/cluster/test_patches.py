"""Patch formats in what the contract suite does not reach."""

from typing import Any

import pytest

from sandbox.cluster.patching.json_patch import PatchError, json_patch
from sandbox.cluster.patching.strategic_patch import StrategicPatchError, strategic_patch
from sandbox.cluster.schemas.schema_book import built_in

POD = built_in("", "v1", "Pod")
TWO = {"spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]}}


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/l/-", "value": 3}, {"l": [1, 2, 3], "m": {"a/b": 1}}),
        ({"op": "add", "path": "/l/0", "value": 0}, {"l": [0, 1, 2], "m": {"a/b": 1}}),
        ({"op": "remove", "path": "/l/1"}, {"l": [1], "m": {"a/b": 1}}),
        ({"op": "replace", "path": "/m/a~1b", "value": 2}, {"l": [1, 2], "m": {"a/b": 2}}),
        ({"op": "move", "from": "/l", "path": "/m/l"}, {"m": {"a/b": 1, "l": [1, 2]}}),
        ({"op": "copy", "from": "/l", "path": "/k"}, {"l": [1, 2], "m": {"a/b": 1}, "k": [1, 2]}),
        ({"op": "test", "path": "/l/0", "value": 1}, {"l": [1, 2], "m": {"a/b": 1}}),
    ],
)
def test_json_patch_operations(operation: dict[str, Any], result: dict[str, Any]) -> None:
    target = {"l": [1, 2], "m": {"a/b": 1}}

    assert json_patch(target, [operation]) == result
    assert target == {"l": [1, 2], "m": {"a/b": 1}}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "nonsense", "path": "/l"},
        {"op": "remove", "path": "/nope"},
        {"op": "replace", "path": "/nope", "value": 1},
        {"op": "add", "path": "/l/7", "value": 1},
        {"op": "add", "path": "/nope/deep", "value": 1},
        {"op": "add", "path": "no-slash", "value": 1},
        {"op": "test", "path": "/l/0", "value": 9},
        {"op": "replace", "path": "", "value": []},
    ],
)
def test_json_patch_operations_that_cannot_be_done(operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError):
        json_patch({"l": [1, 2]}, [operation])


@pytest.mark.parametrize(
    ("patch", "images"),
    [
        ({"containers": [{"name": "b", "image": "z"}]}, ["x", "z"]),
        ({"containers": [{"name": "c", "image": "z"}]}, ["x", "y", "z"]),
        ({"containers": [{"name": "a", "$patch": "delete"}]}, ["y"]),
        ({"containers": [{"$patch": "replace"}, {"name": "n", "image": "z"}]}, ["z"]),
        (
            {
                "$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
                "containers": [{"name": "a", "image": "z"}],
            },
            ["y", "z"],
        ),
    ],
)
def test_strategic_patches_merge_containers_by_name(
    patch: dict[str, Any], images: list[str]
) -> None:
    patched = strategic_patch(TWO, {"spec": patch}, POD)

    assert [each["image"] for each in patched["spec"]["containers"]] == images


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}, {"a": {"c": 2}}),
        ({"a": {"b": 1}, "d": 1}, {"a": {"$patch": "delete"}}, {"d": 1}),
        ({"a": 1}, {"a": None}, {}),
        (
            {"metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}},
            {"metadata": {"finalizers": ["b"]}},
        ),
        (
            {"metadata": {"finalizers": ["a"]}},
            {"metadata": {"finalizers": ["b", "a"]}},
            {"metadata": {"finalizers": ["a", "b"]}},
        ),
        (
            {"spec": {"tolerations": [{"key": "a"}]}},
            {"spec": {"tolerations": [{"key": "b"}]}},
            {"spec": {"tolerations": [{"key": "b"}]}},
        ),
    ],
)
def test_strategic_patches_elsewhere(
    target: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]
) -> None:
    assert strategic_patch(target, patch, POD) == result


def test_an_item_without_its_merge_key_is_refused() -> None:
    with pytest.raises(StrategicPatchError, match="does not contain declared merge key: name"):
        strategic_patch(TWO, {"spec": {"containers": [{"image": "z"}]}}, POD)
