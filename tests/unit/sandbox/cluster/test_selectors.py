"""Selectors in what the contract suite does not reach."""

from typing import Any

import pytest

from sandbox.cluster.reading.field_selector import parse_field_selector
from sandbox.cluster.reading.label_selector import (
    SelectorError,
    object_selector,
    parse_label_selector,
)
from sandbox.cluster.registry import Registry

LABELS = {"app": "web", "n": "7", "empty": ""}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("app", True),
        ("!app", False),
        ("app=web,n=7", True),
        ("app=web,n=8", False),
        ("empty=", True),
        ("empty", True),
        ("app in (web,other)", True),
        ("app in ()", False),
        ("empty in (,a)", True),
        ("app notin (web)", False),
        ("none notin (web)", True),
        ("none!=x", True),
        ("n>6", True),
        ("n<7", False),
        ("app>6", False),
        ("in", False),
        ("app in (in)", False),
    ],
)
def test_label_selectors(text: str, matches: bool) -> None:
    assert parse_label_selector(text).matches(LABELS) is matches


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,", "found '', expected: identifier after ','"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ("a in (b", "found '', expected: ',' or ')'"),
        ("a in (b c)", "found 'c', expected: ',' or ')'"),
        ("a in (=)", "found '=', expected: ',', ')' or identifier"),
        ("!", "found '', expected: identifier"),
    ],
)
def test_label_selectors_that_are_none(text: str, words: str) -> None:
    with pytest.raises(SelectorError) as refusal:
        parse_label_selector(text)
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        (None, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_selectors_of_objects(selector: Any, matches: bool) -> None:
    assert object_selector(selector).matches(LABELS) is matches


@pytest.mark.parametrize(
    ("group", "version", "plural", "text", "obj"),
    [
        ("", "v1", "pods", "spec.nodeName=n1", {"kind": "Pod", "spec": {"nodeName": "n1"}}),
        ("", "v1", "pods", "spec.host=n1", {"kind": "Pod", "spec": {"nodeName": "n1"}}),
        ("", "v1", "pods", "status.phase!=Failed", {"kind": "Pod"}),
        ("", "v1", "pods", "spec.hostNetwork=false", {"kind": "Pod", "spec": {}}),
        (
            "",
            "v1",
            "nodes",
            "spec.unschedulable=true",
            {"kind": "Node", "spec": {"unschedulable": True}},
        ),
        ("", "v1", "secrets", "type=Opaque", {"kind": "Secret", "type": "Opaque"}),
        (
            "",
            "v1",
            "events",
            "source=kubelet",
            {"kind": "Event", "source": {"component": "kubelet"}},
        ),
        ("", "v1", "events", "reason==a\\,b", {"kind": "Event", "reason": "a,b"}),
        (
            "events.k8s.io",
            "v1",
            "events",
            "regarding.name=web",
            {"kind": "Event", "involvedObject": {"name": "web"}},
        ),
        ("batch", "v1", "jobs", "status.successful=1", {"kind": "Job", "status": {"succeeded": 1}}),
    ],
)
def test_field_selectors(
    group: str, version: str, plural: str, text: str, obj: dict[str, Any]
) -> None:
    resource = Registry().find(group, version, plural)
    assert resource is not None

    assert parse_field_selector(text, resource).matches(obj)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("reason=a=b", "invalid field selector: unescaped character in value: 61"),
        ("reason=a\\b", "invalid field selector: invalid escape sequence: \\b"),
        ("reason=a\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_field_selectors_that_are_none(text: str, words: str) -> None:
    events = Registry().find("", "v1", "events")
    assert events is not None

    with pytest.raises(SelectorError) as refusal:
        parse_field_selector(text, events)
    assert str(refusal.value) == words
