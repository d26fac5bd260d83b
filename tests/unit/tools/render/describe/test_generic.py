"""Kinds without a describer of their own are described field by field."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tools.render.describe import Related, describe
from tools.render.describe.generic import go_value, label_for

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_widget(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {
            "name": "gear",
            "namespace": "shop",
            "labels": {"app": "gear"},
            "managedFields": [{"manager": "kubectl"}],
            "generation": 2,
        },
        "spec": spec,
    }


def test_every_field_is_written_with_a_label_made_from_its_name():
    widget = a_widget(
        minReadySeconds=5,
        enabled=True,
        apiURL="https://x",
        sizes=[1, "two"],
        ports=[{"hostIP": "::"}],
    )
    assert describe(widget, Related(events=[]), NOW) == (
        "Name:         gear\n"
        "Namespace:    shop\n"
        "Labels:       app=gear\n"
        "Annotations:  <none>\n"
        "API Version:  example.com/v1\n"
        "Kind:         Widget\n"
        "Metadata:\n"
        "  Generation:  2\n"
        "Spec:\n"
        "  API URL:            https://x\n"
        "  Enabled:            true\n"
        "  Min Ready Seconds:  5\n"
        "  Ports:\n"
        "    Host IP:  ::\n"
        "  Sizes:\n"
        "    1\n"
        "    two\n"
        "Events:  <none>\n"
    )


def test_events_that_were_not_asked_for_are_left_out():
    assert "Events" not in describe(a_widget(), Related(), NOW)


def test_what_could_not_be_seen_is_said_at_the_end():
    related = Related(unseen={"pods": "forbidden", "events": "timed out"})
    text = describe(a_widget(), related, NOW)
    assert text.endswith("Not visible:  events (timed out), pods (forbidden)\n")


# The cases of kubectl's own TestSmartLabelFor, and those its rules lead to.
@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("simpleField", "Simple Field"),
        ("respectPDBs", "Respect PDBs"),
        ("respectPDB", "Respect PDB"),
        ("apiURL", "API URL"),
        ("kubeAPI", "Kube API"),
        ("userUID", "User UID"),
        ("HTTPSProxy", "HTTPSProxy"),
        ("customCRDs", "Custom CRDs"),
        ("podIPs", "Pod I Ps"),
        ("x509Cert", "x509Cert"),
        ("app.kubernetes.io/name", "app.kubernetes.io/name"),
        ("rolling-update", "Rolling - Update"),
    ],
)
def test_labels_follow_kubectl(field: str, label: str):
    assert label_for(field) == label


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "<nil>"),
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        (2.0, "2"),
        (1_000_000.0, "1e+06"),
        (12345678.5, "1.23456785e+07"),
        (0.00001, "1e-05"),
        ([1, "a", None], "[1 a <nil>]"),
        ({"b": 1, "a": []}, "map[a:[] b:1]"),
    ],
)
def test_values_are_printed_as_go_prints_them(value: object, text: str):
    assert go_value(value) == text
