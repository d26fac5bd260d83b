"""YAML as the API server would read it, and what is refused before anything is sent."""

import pytest
import yaml

from clients.errors import InvalidError
from clients.kubernetes.changing.manifests import documents, value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", True),
        ("off", False),
        ("y", "y"),
        ("0o17", 15),
        ("017", 15),
        ("089", 89),
        ("0x1F", 31),
        ("1_000", 1000),
        ("-5", -5),
        ("1e3", 1000),
        ("1.5e-1", 0.15),
        (".5", 0.5),
        ("1.", 1),
        ("1.10", 1.1),
        ("12:30:45", "12:30:45"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("1.2.3", "1.2.3"),
        ("100m", "100m"),
        ("~", None),
        ("!!binary aGk=", "hi"),
        ('"1"', "1"),
    ],
)
def test_a_scalar_is_what_kubectl_makes_of_it(written: str, read: object) -> None:
    parsed = value(f"x: {written}")["x"]
    assert (parsed, type(parsed)) == (read, type(read))


def test_keys_are_texts() -> None:
    assert value("1: a\nn: b\nyes: c\n") == {"1": "a", "n": "b", "true": "c"}


def test_anchors_and_merge_keys_are_read() -> None:
    assert value("base: &b {x: 1}\nown:\n  <<: *b\n  y: 2\n")["own"] == {"x": 1, "y": 2}


def test_documents_and_lists_are_taken_apart_and_empty_ones_skipped() -> None:
    text = """
---
# nothing here
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
- {apiVersion: v1, kind: ConfigMap, metadata: {generateName: c-}}
"""
    names = [doc["metadata"].get("name", "c") for doc in documents(text)]
    assert names == ["a", "b", "c"]


def test_json_is_yaml() -> None:
    [obj] = documents('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}')
    assert obj["kind"] == "Pod"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The content holds no object."),
        ("a: 1\na: 2", 'Line 2: key "a" is there twice.'),
        ("a: [", "The content is not YAML: line 2, column 1"),
        ("just text", "Document 1 is no object."),
        ("- 1", "Document 1 is no object."),
        ("kind: Pod", "Document 1 has no apiVersion."),
        ("apiVersion: v1\nkind: Pod", "Document 1 (Pod) has no metadata.name."),
        ("apiVersion: v1\nkind: Pod\nmetadata: 7", "Document 1 (Pod) has no metadata.name."),
        ("a: !!python/object/apply:os.system [ls]", "The content is not YAML: "),
        ("[" * 5000, "nest"),
        ("a: !!binary /w==", "!!binary that is no text."),
        ("a: 1e999", "a number is too large."),
    ],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        documents(text)
    assert sentence in str(refusal.value)


def test_anchors_do_not_make_a_small_text_large() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for name, before in zip("bcdefgh", "abcdefg", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    with pytest.raises(InvalidError, match="more than 200,000 values"):
        value("\n".join(lines))


def _inherited(times: int) -> str:
    """Mappings each of which takes over all of the one before: as long as a square when read."""
    more = (f"l{n}: &l{n}\n  <<: *l{n - 1}\n  k{n}: 1\n" for n in range(1, times))
    return "l0: &l0 {k: 1}\n" + "".join(more)


@pytest.mark.parametrize(
    "bomb",
    [
        _inherited(1_000),
        f"a: &a {{{', '.join(f'k{n}: 1' for n in range(100))}}}\nb:\n  <<: [{'*a, ' * 3_000}]\n",
    ],
    ids=["one after the other", "many at once"],
)
def test_merge_keys_make_no_small_text_large(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "load_all", pytest.fail)  # reading it would be the harm
    with pytest.raises(InvalidError) as refused:
        value(bomb)
    assert str(refused.value) == "The content has more than 200,000 values."


def test_each_document_may_have_its_anchors() -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na: &a {x: 1}\nb: {<<: *a}\n"
    assert [obj["b"] for obj in documents(f"{one}---\n{one}")] == [{"x": 1}] * 2


@pytest.mark.parametrize(
    "odd",
    [
        "9" * 6_000,
        "0x_",
        "0b_",
        "._",
        "!!bool x",
        "!!int x",
        "!!float x",
        "!!timestamp x",
        "{? [a] : 1}",
    ],
)
def test_a_value_that_cannot_be_read_is_refused_in_a_sentence(odd: str) -> None:
    with pytest.raises(InvalidError, match=r"^The content holds a value that cannot be read\.$"):
        value(f"x: {odd}")


@pytest.mark.parametrize(
    "number", ["18446744073709551616", "-9223372036854775809", "0x1" + "0" * 16]
)
def test_a_number_that_json_cannot_carry_is_refused(number: str) -> None:
    with pytest.raises(InvalidError, match=r"^Line 1: a number is too large\.$"):
        value(f"x: {number}")
    assert value("x: 18446744073709551615") == {"x": 2**64 - 1}
