"""kubectl explain, from a schema that has one of each."""

import pytest

from tools.render.explain import Documented, UnknownFieldError, explain

REF = "#/components/schemas/com.example"
SCHEMAS = {
    "com.example.Widget": {
        "x-kubernetes-group-version-kind": [
            {"group": "example.com", "kind": "Widget", "version": "v1"}
        ],
        "type": "object",
        "description": "A widget.",
        "properties": {"spec": {"allOf": [{"$ref": f"{REF}.Spec"}], "description": "What for."}},
    },
    "com.example.Spec": {
        "type": "object",
        "description": "Spec says what a widget shall be.",
        "required": ["size"],
        "properties": {
            "size": {"$ref": f"{REF}.Size", "description": "How large."},
            "parts": {"type": "array", "items": {"$ref": f"{REF}.Part"}},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "policy": {
                "type": "string",
                "enum": ["", "A", "B", "C", "D"],
                "description": "x " * 50,
            },
            "any": {"type": "object"},
        },
    },
    "com.example.Size": {"type": "string"},
    "com.example.Part": {
        "type": "object",
        "description": "Part of it.",
        "properties": {"parts": {"type": "array", "items": {"$ref": f"{REF}.Part"}}},
    },
}


def explained(*path: str) -> str:
    return explain(Documented("example.com", "v1", "Widget", SCHEMAS), path)


def test_a_type_and_its_fields() -> None:
    assert explained() == (
        "GROUP:      example.com\n"
        "KIND:       Widget\n"
        "VERSION:    v1\n"
        "\n"
        "DESCRIPTION:\n"
        "    A widget.\n"
        "\n"
        "FIELDS:\n"
        "  spec\t<Spec>\n"
        "    What for.\n"
    )


def test_a_field_and_the_fields_below_it() -> None:
    x = " ".join(["x"] * 38)
    assert explained("spec").split("VERSION:    v1\n")[1] == (
        "\n"
        "FIELD: spec <Spec>\n"
        "\n"
        "\n"
        "DESCRIPTION:\n"
        "    What for.\n"
        "    Spec says what a widget shall be.\n"
        "\n"
        "FIELDS:\n"
        "  any\t<Object>\n"
        "    <no description>\n"
        "\n"
        "  labels\t<map[string]string>\n"
        "    <no description>\n"
        "\n"
        "  parts\t<[]Part>\n"
        "    <no description>\n"
        "\n"
        "  policy\t<string>\n"
        '  enum: "", A, B, C, ....\n'
        f"    {x}\n"
        "    x x x x x x x x x x x x\n"
        "\n"
        "  size\t<string> -required-\n"
        "    How large.\n"
    )


def test_all_values_of_a_field_are_listed_when_it_is_asked_for() -> None:
    lines = explained("spec", "policy").splitlines()
    assert lines[4:11] == [
        "FIELD: policy <string>", "ENUM:", '    ""', "    A", "    B", "    C", "    D"
    ]  # fmt: skip


def test_lists_maps_and_circles_are_followed() -> None:
    assert "FIELD: parts <[]Part>" in explained("spec", "parts", "parts", "parts")
    assert explained("spec", "labels").splitlines()[-1] == "    <empty>"


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFieldError, match='field "sise" does not exist') as refused:
        explained("spec", "sise")
    assert list(refused.value.known) == ["size", "parts", "labels", "policy", "any"]


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no documentation of Gadget"):
        explain(Documented("example.com", "v1", "Gadget", SCHEMAS), [])


def test_a_type_of_the_core_group_has_no_group_line() -> None:
    schemas = {
        "Pod": {"x-kubernetes-group-version-kind": [{"group": "", "kind": "Pod", "version": "v1"}]}
    }
    text = explain(Documented("", "v1", "Pod", schemas), [])
    assert text == "KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    <empty>"
