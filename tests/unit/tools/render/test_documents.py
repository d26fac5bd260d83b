"""Objects are printed as kubectl prints them, byte for byte.

What kubectl printed is recorded in data/ by data/record.py, from a real cluster.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.render.documents import to_json, to_list, to_names, to_yaml, without_managed_fields
from tools.render.go_yaml import yaml_text

DATA = Path(__file__).parent / "data"
SCALARS = json.loads((DATA / "scalars.json").read_text())
DOCUMENTS = json.loads((DATA / "documents.json").read_text())


def in_words(case: dict[str, Any]) -> str:
    return " ".join(case["arguments"])


@pytest.mark.parametrize("case", SCALARS, ids=lambda case: ascii(case["scalar"])[:40])
def test_a_scalar_is_quoted_and_folded_as_in_kubectl(case: dict[str, Any]):
    scalar = case["scalar"]
    keys = {"keys": {scalar: True}} if isinstance(scalar, str) else {}
    assert yaml_text({"spec": {"value": scalar, "list": [scalar], **keys}}) == case["yaml"]


@pytest.mark.parametrize("case", DOCUMENTS, ids=in_words)
def test_an_object_or_list_is_printed_as_yaml(case: dict[str, Any]):
    assert to_yaml(case["given"]) == case["yaml"]


@pytest.mark.parametrize("case", DOCUMENTS, ids=in_words)
def test_an_object_or_list_is_printed_as_json_but_readable(case: dict[str, Any]):
    escaped = {"\\u003c": "<", "\\u003e": ">", "\\u0026": "&"}
    expected = case["json"]
    for code, character in escaped.items():
        expected = expected.replace(code, character)
    assert to_json(case["given"]) == expected


@pytest.mark.parametrize("case", DOCUMENTS, ids=in_words)
def test_objects_are_named_line_by_line(case: dict[str, Any]):
    objects = case["given"].get("items", [case["given"]])
    assert to_names(objects) == case["name"].splitlines()


def test_several_objects_become_a_list():
    assert to_yaml(to_list([{"apiVersion": "v1", "kind": "Pod"}])) == (
        "apiVersion: v1\n"
        "items:\n"
        "- apiVersion: v1\n"
        "  kind: Pod\n"
        "kind: List\n"
        "metadata:\n"
        '  resourceVersion: ""\n'
    )


def test_managed_fields_are_left_out_of_a_copy():
    pod = {"metadata": {"name": "web", "managedFields": [{"manager": "kubectl"}]}}
    given_list = {"metadata": {"managedFields": []}, "items": [pod, "no object"]}
    hidden = {"metadata": {"name": "web"}}
    assert without_managed_fields(given_list) == {"metadata": {}, "items": [hidden, "no object"]}
    assert pod["metadata"]["managedFields"] == [{"manager": "kubectl"}]


def test_numbers_are_printed_as_go_prints_them():
    numbers = {"numbers": [1.0, 0.5, 1e20, 1e21, 1e-7, 2**63 - 1, -0.25, 1234567.5]}
    assert json.loads(to_json(numbers)) == numbers
    assert to_json(numbers).split() == [
        "{", '"numbers":', "[",
        "1,", "0.5,", "100000000000000000000,", "1e+21,", "1e-7,", "9223372036854775807,", "-0.25,",
        "1234567.5", "]", "}",
    ]  # fmt: skip


def test_keys_are_sorted_with_runs_of_digits_as_numbers_and_letters_last():
    # Recorded from go-yaml.
    in_order = [
        "_", "9", "10", "Z", "a", "a-1", "a9", "a09", "a10", "a20", "a100", "a101",
        "app", "app.k8s.io/name", "b", "b001", "b02",
    ]  # fmt: skip
    printed = yaml_text(dict.fromkeys(reversed(in_order), "x")).replace('"', "")
    assert printed == "".join(f"{key}: x\n" for key in in_order)


def test_invisible_line_breaks_are_escaped_where_kubectl_prints_or_loses_them():
    assert yaml_text({"a": "x\u2028y", "b": "x\x85y\n"}) == 'a: "x\\Ly"\nb: "x\\Ny\\n"\n'


@settings(deadline=None)  # a busy machine is no failure
@given(st.dictionaries(st.text(), st.text() | st.lists(st.text()), max_size=4))
def test_every_text_reads_back_as_the_same_text(value: dict[str, Any]):
    assert yaml.load(yaml_text(value), Loader=TextLoader) == value


class TextLoader(yaml.CSafeLoader):
    """Read as YAML 1.1 does, with its words for numbers, bools and times."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":value")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
