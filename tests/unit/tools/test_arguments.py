"""Arguments as models really send them: what is taken, and how the rest is refused."""

import pytest

from clients.errors import InvalidError
from tests.conftest import Call
from tools.arguments import prepared

SCHEMA = {
    "properties": {
        "name": {"type": "string"},
        "namespace": {"type": "string"},
        "replicas": {"type": "integer"},
        "wait": {"type": "boolean"},
        "parameters": {"type": "object"},
        "checks": {"type": "array"},
    },
    "required": ["name"],
}


def take(**arguments: object) -> dict[str, object]:
    return prepared("k8s_scale", SCHEMA, arguments)


def refused(**arguments: object) -> str:
    with pytest.raises(InvalidError) as refusal:
        take(**arguments)
    return str(refusal.value)


def test_null_for_an_optional_argument_means_its_default() -> None:
    assert take(name="web", replicas=None, wait=None) == {"name": "web"}


def test_a_number_or_a_truth_value_where_text_is_expected_becomes_text() -> None:
    assert take(name=12) == {"name": "12"}
    assert take(name=True) == {"name": "true"}


def test_json_text_where_an_object_or_a_list_is_expected_is_read() -> None:
    assert take(name="web", parameters='{"a": 1}', checks='["get pods"]') == {
        "name": "web",
        "parameters": {"a": 1},
        "checks": ["get pods"],
    }


@pytest.mark.parametrize("text", ["get pods", "[not JSON"])
def test_one_string_where_a_list_is_expected_is_a_list_of_one(text: str) -> None:
    assert take(name="web", checks=text) == {"name": "web", "checks": [text]}


def test_empty_text_for_an_optional_argument_means_its_default() -> None:
    assert take(name="web", namespace="", checks="") == {"name": "web"}


def test_empty_text_for_a_required_argument_is_none() -> None:
    assert refused(name="") == 'Argument "name" of k8s_scale is required.'


@pytest.mark.parametrize("argument", ["name", "if_unchanged", "api_group"])
def test_empty_text_that_says_something_else_than_nothing_is_kept(argument: str) -> None:
    schema = {"properties": {argument: {"type": "string"}}}
    assert prepared("k8s_get", schema, {argument: ""}) == {argument: ""}


def test_other_text_where_an_object_is_expected_is_refused() -> None:
    assert (
        refused(name="web", parameters="a=1") == 'Argument "parameters" is text that is not JSON.'
    )


def test_empty_text_where_the_default_is_a_word_is_left_to_the_tool() -> None:
    schema = {"properties": {"cascade": {"type": "string", "default": "background"}}}
    assert prepared("k8s_delete", schema, {"cascade": ""}) == {"cascade": ""}


def test_an_unknown_argument_is_refused_with_the_nearest_name() -> None:
    assert refused(nam="web") == (
        'Unknown argument "nam". Did you mean "name"? '
        "k8s_scale takes: name, namespace, replicas, wait, parameters, checks."
    )


def test_a_missing_argument_is_named() -> None:
    assert refused(replicas=3) == 'Argument "name" of k8s_scale is required.'
    assert refused(name=None) == 'Argument "name" of k8s_scale is required.'


def test_a_megabyte_is_refused_before_anything_reads_it() -> None:
    assert refused(name="x" * 2**20) == (
        'Argument "name" is too long: 1,048,576 characters, 4,096 at most.'
    )
    assert refused(name="web", checks=["get pods", "x" * 4_097]) == (
        'Argument "checks" is too long: 4,097 characters, 4,096 at most.'
    )


@pytest.mark.parametrize(
    ("tool", "wrong", "why"),
    [
        ("argo_status", {"name": ["web", None]}, '"name": "["web",null]" is not text.'),
        ("argo_status", {"watch": {"a": True}}, '"watch": "{"a":true}" is not true or false.'),
        ("argo_history", {"revision": "1.5"}, '"revision": "1.5" is not a whole number.'),
        ("argo_history", {"revision": "9" * 5_000}, f'"revision": "{"9" * 60}…" is too large.'),
        (
            "argo_terminate",
            {"resource_type": "pod"},
            '"resource_type": "pod" is not accepted; accepted: "analysisrun" or "experiment".',
        ),
    ],
)
async def test_a_wrong_argument_is_quoted_as_it_was_sent(
    call: Call, tool: str, wrong: dict[str, object], why: str
) -> None:
    answer = await call(tool, **{"name": "web", **wrong})
    assert answer.error
    assert answer.text == f"Argument {why}"
