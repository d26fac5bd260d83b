"""Differences field by field: where, before and after."""

from typing import Any

import pytest

from tools.render.changed_fields import field_lines
from tools.render.diff import MISSING, Difference, differences

SECRET = "<redacted 16 bytes, fingerprint 3fa9c1>"
OTHER = "<redacted 24 bytes, fingerprint 90be44>"


def lines(before: Any, after: Any) -> list[str]:
    return [line for each in differences(before, after) for line in field_lines(each)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"spec": {"replicas": 3}}, {"spec": {"replicas": 5}}, ["spec.replicas: 3 → 5"]),
        ({"a": {}}, {"a": {"b": {"c": "x"}}}, ["a.b.c: (none) → x"]),
        ({"a": "256Mi"}, {}, ["a: 256Mi → (removed)"]),
        ({"a": True}, {"a": None}, ["a: true → null"]),
        ({"a": ""}, {"a": "x"}, ['a: "" → x']),
        ({}, {"a": {}}, ["a: (none) → {}"]),
        (
            {"metadata": {"annotations": {"example.com/why": "a"}}},
            {"metadata": {"annotations": {"example.com/why": "b"}}},
            ["metadata.annotations[example.com/why]: a → b"],
        ),
        ({"args": ["a", "b"]}, {"args": ["a", "c"]}, ['args: ["a","b"] → ["a","c"]']),
        ({}, {"args": ["a"]}, ['args: (none) → ["a"]']),
        (
            {"c": [{"name": "web", "image": "web:1"}, {"name": "old", "image": "x"}]},
            {"c": [{"name": "web", "image": "web:2"}, {"name": "new", "image": "y", "tty": True}]},
            [
                "c[web].image: web:1 → web:2",
                'c[old]: {"name":"old","image":"x"} → (removed)',
                "c[new].image: (none) → y",
                "c[new].name: (none) → new",
                "c[new].tty: (none) → true",
            ],
        ),
        (
            {"c": [{"name": "a"}, {"name": "b"}]},
            {"c": [{"name": "b"}, {"name": "a"}]},
            ['c (order): ["a","b"] → ["b","a"]'],
        ),
        (
            {"rules": [{"verbs": ["get"]}]},
            {"rules": [{"verbs": ["get", "list"]}]},
            ['rules[0].verbs: ["get"] → ["get","list"]'],
        ),
        (
            {"rules": [{"verbs": ["get"]}, {"verbs": ["watch"]}]},
            {"rules": [{"verbs": ["watch"]}]},
            ['rules[0]: {"verbs":["get"]} → (removed)'],
        ),
        (
            {"ports": [{"port": 53, "protocol": "TCP"}]},
            {"ports": [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]},
            ['ports[1]: (none) → {"port":53,"protocol":"UDP"}'],
        ),
    ],
)
def test_fields_are_compared(before: Any, after: Any, expected: list[str]) -> None:
    assert lines(before, after) == expected


def test_a_secret_value_is_its_fingerprint() -> None:
    assert lines({"data": {"password": SECRET}}, {"data": {"password": OTHER}}) == [
        "data.password: fingerprint 3fa9c1 (16 bytes) → fingerprint 90be44 (24 bytes)"
    ]


def test_of_a_long_list_only_what_goes_and_comes_is_told() -> None:
    before = [f"argument-{number}" for number in range(40)]
    after = [*before[:10], "new", *before[11:]]
    assert lines({"args": before}, {"args": after}) == [
        "args[10]: argument-10 → (removed)",
        "args[10]: (none) → new",
    ]


def test_of_an_endless_list_only_its_length_is_told() -> None:
    assert lines({"a": ["x"] * 3000}, {"a": ["y"] * 3001}) == ["a: 3,000 items → 3,001 items"]


def test_of_a_text_the_lines_that_differ_are_told_with_where_they_are() -> None:
    before = "\n".join(["first", *(f"line {number}" for number in range(2, 30)), "last", ""])
    after = before.replace("line 20", "line twenty").replace("last", "last\nafter all")
    assert lines({"data": {"web.conf": before}}, {"data": {"web.conf": after}}) == [
        "data[web.conf]:",
        "  line 20",
        "  -line 20",
        "  +line twenty",
        "  line 30",
        "  +after all",
    ]


def test_a_new_text_is_told_as_far_as_it_is_short() -> None:
    told = lines({}, {"script": "\n".join(f"step {number}" for number in range(100))})
    assert told[:3] == ["script:", "  line 1", "  -"]
    assert told[3] == "  +step 0"
    assert told[-1].startswith("  … ")
    assert len(told) == 42


def test_texts_too_long_to_compare_are_told_by_their_length() -> None:
    before, after = ("\n".join([word] * 5000) for word in ("a", "b"))
    assert lines({"a": f"same\n{before}"}, {"a": f"same\n{after}"}) == [
        "a:",
        "  5,000 lines → 5,000 lines, from line 2 on",
    ]


def test_long_values_show_where_they_begin_to_differ() -> None:
    told = lines({"url": "x" * 500 + "end"}, {"url": "x" * 500 + "and more"})
    assert told == [f"url: …{'x' * 40}end → …{'x' * 40}and more"]


def test_a_long_value_says_how_long_it_is() -> None:
    [told] = field_lines(Difference("a", MISSING, "x" * 1000))
    assert told == f"a: (none) → {'x' * 300}… (1,000 characters)"
