"""Objects are sorted as kubectl --sort-by sorts them.

What kubectl printed is recorded in data/ by data/record.py, from a real cluster.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.render.documents import to_names
from tools.render.sorting import sort_by, sort_table

RECORDED = json.loads((Path(__file__).parent / "data/templates.json").read_text())


def sorted_values(*values: Any) -> list[Any]:
    return [item["v"] for item in sort_by([{"v": value} for value in values], ".v")]


# gamma alone has .spec.memory; kubectl leaves the two others in no certain order.
CERTAIN = [case for case in RECORDED["sorted"] if case["path"] != ".spec.memory"]


@pytest.mark.parametrize("case", CERTAIN, ids=lambda case: case["path"])
def test_objects_come_in_kubectls_order(case: dict[str, Any]):
    assert to_names(sort_by(RECORDED["objects"], case["path"])) == case["text"].splitlines()


def test_numbers_quantities_and_texts_have_their_own_order():
    assert sorted_values(10, 9, 100, 9.5) == [9, 9.5, 10, 100]
    assert sorted_values("1", "50m", "1Gi", "500Mi", "2k") == ["50m", "1", "2k", "500Mi", "1Gi"]
    assert sorted_values("web-10", "web-9", "Web") == ["Web", "web-10", "web-9"]
    assert sorted_values("b", "10", "9", "a") == ["9", "10", "a", "b"]
    assert sorted_values("2024-05-01T10:00:00Z", "2023-05-01T10:00:00Z") == [
        "2023-05-01T10:00:00Z",
        "2024-05-01T10:00:00Z",
    ]


def test_null_comes_first_and_equal_objects_keep_their_order():
    items = [{"n": 1, "v": 2}, {"n": 2, "v": 1}, {"n": 3, "v": None}, {"n": 4}, {"n": 5, "v": 1}]
    assert [item["n"] for item in sort_by(items, ".v")] == [4, 3, 2, 5, 1]


def test_a_table_is_sorted_by_its_rows_objects():
    rows = [{"cells": [name], "object": {"n": n}} for name, n in (("a", 3), ("b", 1), ("c", 2))]
    table = {"columnDefinitions": [], "rows": [*rows, {"cells": ["d"], "object": None}]}
    assert [row["cells"][0] for row in sort_table(table, ".n")["rows"]] == ["d", "b", "c", "a"]
    assert rows[0]["cells"] == ["a"]


def test_nothing_is_sorted_into_nothing():
    assert sort_by([], ".a") == []
    assert sort_table({"rows": None}, ".a") == {"rows": []}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([{}, {}], "no object has the field '.v' to sort by"),
        ([{"v": 1}, {"v": "a"}], "'.v' is no field to sort by: not all numbers or all texts"),
        ([{"v": True}, {"v": False}], "'.v' is no field to sort by: not all numbers or all texts"),
        ([{"v": []}, {"v": {}}], "'.v' is no field to sort by: not all numbers or all texts"),
    ],
)
def test_what_cannot_be_compared_is_refused(values: list[dict[str, Any]], sentence: str):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        sort_by(values, ".v")
