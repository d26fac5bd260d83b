"""NetworkPolicies and PodDisruptionBudgets read as kubectl describes them."""

from datetime import UTC, datetime

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recording, recordings, with_lines
from tools.render.describe import Related, describe


@pytest.mark.parametrize("policy", recordings("policies", but="budget-"))
def test_a_network_policy_reads_as_kubectl_describes_it(policy: Recording):
    assert policy.described() == policy.kubectl


def test_a_policy_without_rules_isolates_what_it_selects():
    _, spec = recording("policies/network-deny-all").described().split("Spec:\n")
    assert spec == (
        "  PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)\n"
        "  Allowing ingress traffic:\n"
        "    <none> (Selected pods are isolated for ingress connectivity)\n"
        "  Allowing egress traffic:\n"
        "    <none> (Selected pods are isolated for egress connectivity)\n"
        "  Policy Types: Ingress, Egress\n"
    )


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("web", "  DisruptionAllowed  True    SufficientPods  \n"),
        ("sleepy", "  DisruptionAllowed  False   InsufficientPods  \n"),
        ("everything", "  DisruptionAllowed  False   InsufficientPods  \n"),
        ("selectorless", "  DisruptionAllowed  False   InsufficientPods  \n"),
    ],
)
def test_a_budget_reads_as_in_kubectl_with_its_conditions_added(name: str, condition: str):
    budget = recording(f"policies/budget-{name}")
    reason = condition.split()[-1]
    added = (
        "Conditions:\n"
        f"  Type               Status  {'Reason':{len(reason)}}  Message\n"
        f"  ----               ------  {'------':{len(reason)}}  -------\n"
        f"{condition}"
    )
    assert budget.described() == with_lines(budget.kubectl, before="Status:", added=added)


def test_a_budget_may_set_no_bound():
    budget = an_object("policy/v1", "PodDisruptionBudget", "web", spec={"selector": {}})
    assert describe(budget, Related(), datetime(2026, 11, 24, tzinfo=UTC)) == (
        "Name:       web\n"
        "Namespace:  shop\n"
        "Selector:   <none>\n"
        "Status:\n"
        "    Allowed disruptions:  0\n"
        "    Current:              0\n"
        "    Desired:              0\n"
        "    Total:                0\n"
    )
