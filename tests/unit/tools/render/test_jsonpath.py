"""Templates are filled as kubectl fills them.

What kubectl printed is recorded in data/ by data/record.py, from a real cluster.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.render.documents import to_list
from tools.render.jsonpath import find, render_jsonpath

RECORDED = json.loads((Path(__file__).parent / "data/templates.json").read_text())
PODS = to_list(RECORDED["objects"])


@pytest.mark.parametrize("case", RECORDED["jsonpath"], ids=lambda case: case["template"])
def test_a_template_prints_what_it_prints_in_kubectl(case: dict[str, Any]):
    assert render_jsonpath(case["template"], PODS) == case["text"]


@pytest.mark.parametrize(
    "path", ["metadata.name", ".metadata.name", "{metadata.name}", "{.metadata.name}"]
)
def test_a_path_may_be_written_in_four_ways(path: str):
    pod = {"metadata": {"name": "web"}}
    assert find(path, pod) == ["web"]


def test_a_template_without_braces_is_a_path():
    assert render_jsonpath("metadata.name", {"metadata": {"name": "web"}}) == "web"


def test_a_path_finds_nothing_one_or_several():
    pod = {"spec": {"containers": [{"name": "app"}, {"name": "side"}], "nodeName": None}}
    assert find(".spec.containers[*].name", pod) == ["app", "side"]
    assert find(".spec.nodeName", pod) == [None]
    assert find(".status.phase", pod) == []


def test_a_line_break_may_stand_in_quotes_and_braces():
    assert render_jsonpath('{range .a[*]}{@}{"\n"}{end}{\n}', {"a": [1, 2]}) == '1\n2\n{"a":[1,2]}'


def test_a_key_may_stand_in_double_quotes():
    assert render_jsonpath('{["a"]["b"]}', {"a": {"b": 1}}) == "1"


def test_the_last_of_path_and_text_in_one_brace_counts():
    assert render_jsonpath("{.a 'x'}{'x' .a}{['a \"y\"']}", {"a": 1}) == "xy"


def test_everything_below_is_found_with_two_points():
    tree = {"name": "a", "items": [{"name": "b", "items": [{"name": "c"}]}]}
    assert render_jsonpath("{..name}", tree) == "a b c"
    assert render_jsonpath("{..['name']} {.items..['name', 'none']}", tree) == "a b c b c"


# Where kubectl fails with these, one object without the list would spoil the answer for all.
@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.list[7]}", ""),
        ("{.list[-7]}", ""),
        ("{.list[0:7]}", "1 2"),
        ("{.text[0]}", ""),
        ("{.list[?(@.x==1)]}", ""),
        ('{.list[?(@=="1")]}', ""),
    ],
)
def test_what_does_not_fit_gives_nothing(template: str, text: str):
    assert render_jsonpath(template, {"list": [1, 2], "text": "12"}) == text


def test_texts_are_printed_as_they_are_and_json_stays_readable():
    item = {"text": "<a> & é", "map": {"b": "<é>", "a": [1.5, None]}}
    assert render_jsonpath("{.text} {.map}", item) == '<a> & é {"a":[1.5,null],"b":"<é>"}'


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("", "'' is not a path such as .metadata.name or {.metadata.name}"),
        ("{.a", "the jsonpath template has an unclosed '{'"),
        ("{.a[0}", "the jsonpath template has an unclosed '['"),
        ("{.a[?(@.b}", "the jsonpath template has an unfinished filter"),
        ('{"a}', "the jsonpath template has an unfinished text"),
        ("{range .a[*]}{.b}", "the jsonpath template has a {range} without {end}"),
        ("{.a}{end}", "the jsonpath template has an {end} without {range}"),
        ("{metadata.name}{.a}", "'metadata' is no jsonpath keyword; a field is written .metadata"),
        ("{.a[b]}", "[b] is no index, slice or key of a jsonpath template"),
        ("{.a[0:4:0]}", "the step of the slice [0:4:0] must be greater than 0"),
        ("{.a[0:4:-1]}", "the step of the slice [0:4:-1] must be greater than 0"),
        ("{.a..}", "a name is missing behind '..' in the jsonpath template"),
        ("{.a....b}", "a name is missing behind '..' in the jsonpath template"),
        ("{.a %}", "'%' makes no sense inside the braces of a jsonpath template"),
        ("{-}", "the jsonpath template has an unfinished number"),
        ("{.a[?(@.b=1)]}", "'=' is no comparison; use one of == != < <= > >="),
        ("{.a[?(@.b==.c['d','e'])]}", "\".c['d','e']\" is too complex for a jsonpath filter"),
        ("{.a[?(@.b[*]==1)]}", "jsonpath: non-singular query is not comparable"),
        ('{"\\uD83"}', "'\\\\u' is no character"),
        ('{"\\xZZ"}', "'\\\\xZZ' is no character"),
        ("{.a}" * 1025, "the jsonpath template is longer than 4096 bytes"),
        ("{range .a}" * 16 + "{end}" * 16, "the jsonpath template nests more than 16 ranges"),
    ],
)
def test_a_faulty_template_is_refused_in_a_sentence(template: str, sentence: str):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        render_jsonpath(template, {})


@pytest.mark.parametrize("path", ["", "{.a}{.b}", "a{.b}"])
def test_what_is_no_single_path_is_refused(path: str):
    with pytest.raises(ValueError, match=r"."):
        find(path, {})


def test_results_beyond_measure_are_refused():
    union = f"[{','.join(['0'] * 20)}]"
    nested = [[[[[1]]]]]
    with pytest.raises(ValueError, match="gives more than 200,000 results"):
        render_jsonpath(f"{{{union * 5}}}", nested)
