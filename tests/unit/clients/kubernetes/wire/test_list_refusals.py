"""What is wrong with a list is said of the argument, with what it accepts."""

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_namespace, an_object

LABELS = 'accepted: "app=web,tier!=cache", "env in (test,prod)", "canary", "!canary".'
FIELDS = (
    'accepted: "status.phase!=Running,spec.nodeName=node-1" for pods, "metadata.name=web" for '
    "every type. For other fields use labels."
)
TOKENS = "copy it whole, or leave it out to start from the beginning."


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            {"label_selector": "app in front"},
            f"Argument \"label_selector\": found 'front' expected: '('; {LABELS}",
        ),
        (
            {"label_selector": "a=b,,"},
            f"Argument \"label_selector\": found ',', expected: identifier after ','; {LABELS}",
        ),
        (
            {"label_selector": "-a=b"},
            'Argument "label_selector": Invalid value: "-a": name part must consist of '
            "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            f"character; {LABELS}",
        ),
        (
            {"field_selector": "spec.foo=1"},
            f'Argument "field_selector": field label not supported: spec.foo; {FIELDS}',
        ),
        (
            {"field_selector": "foo"},
            f"Argument \"field_selector\": can't understand 'foo'; {FIELDS}",
        ),
        *(
            (
                {"continue_token": token},
                f'Argument "continue_token" is not one that an earlier answer ended with; {TOKENS}',
            )
            for token in ("!!", "abc", "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ")
        ),
    ],
)
@pytest.mark.parametrize("output", [None, "yaml"])  # a table, and whole objects
async def test_the_argument_is_named_with_what_it_accepts(
    call: Call, cluster: Cluster, arguments: dict[str, str], refusal: str, output: str | None
) -> None:
    cluster.store.create(a_namespace())
    answer = await call(
        "k8s_get", resource_type="pods", namespace="shop", output=output, **arguments
    )
    assert (answer.text, answer.error) == (refusal, True)


async def test_a_drain_calls_its_selector_by_its_own_name(call: Call, cluster: Cluster) -> None:
    cluster.store.create(an_object("v1", "Node", "node-1", None))
    answer = await call("k8s_drain", node_name="node-1", pod_selector="app in front")
    assert answer.error
    assert "Argument \"pod_selector\": found 'front' expected: '('" in answer.text


async def test_another_refusal_of_a_list_is_left_as_it_is(call: Call, cluster: Cluster) -> None:
    cluster.faults.status(400, "/pods$", reason="BadRequest", message="not today")
    answer = await call("k8s_get", resource_type="pods", label_selector="app=web")
    assert (answer.text, answer.error) == ("not today", True)
