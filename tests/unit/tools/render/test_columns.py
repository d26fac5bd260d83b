"""Custom columns read as in kubectl.

What kubectl printed is recorded in data/ by data/record.py, from a real cluster.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.render.columns import render_columns

RECORDED = json.loads((Path(__file__).parent / "data/templates.json").read_text())


@pytest.mark.parametrize("case", RECORDED["columns"], ids=lambda case: case["spec"])
def test_columns_read_as_in_kubectl(case: dict[str, Any]):
    assert render_columns(case["spec"], RECORDED["objects"]) == case["text"].splitlines()


def test_headers_may_be_left_out_and_stand_alone():
    pod = {"metadata": {"name": "web"}}
    assert render_columns("NAME:.metadata.name", [pod], no_headers=True) == ["web"]
    assert render_columns("NAME:.metadata.name,KIND:.kind", []) == ["NAME   KIND"]


def test_a_line_break_in_a_value_breaks_the_row_as_in_kubectl():
    item = {"a": "x\fy", "b": "z"}
    assert render_columns("A:.a,B:.b", [item], no_headers=True) == ["x", "y     z"]


def test_escapes_are_visible_and_empty_is_not_none():
    item = {"a": "\x1b[1m", "b": ""}
    assert render_columns("A:.a,B:.b,C:.c", [item], no_headers=True) == ["^[[1m         <none>"]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("", "'' is no column; write HEADER:path, as in NAME:.metadata.name"),
        ("NAME", "'NAME' is no column; write HEADER:path, as in NAME:.metadata.name"),
        ("NAME:", "'' is not a path such as .metadata.name or {.metadata.name}"),
        ("A:.b}{.c", "'.b}{.c' is not a path such as .metadata.name or {.metadata.name}"),
    ],
)
def test_a_faulty_spec_is_refused_in_a_sentence(spec: str, sentence: str):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        render_columns(spec, [{}])
