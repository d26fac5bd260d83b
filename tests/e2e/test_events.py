"""k8s_events lists what kubectl events lists: equal ones once, warnings first."""

import re

import pytest

from tests.e2e.comparing import Parity
from tests.e2e.shop import Shop

LIMIT = 5000
_TYPE_AND_REST = re.compile(r"(?<=  )(?:Normal|Warning)  .*")


@pytest.mark.parametrize(
    ("flags", "arguments"),
    [
        ("", {}),
        ("--types=Warning", {"types": "Warning"}),
        ("--types=Normal", {"types": "Normal"}),
        ("--for pod/pair", {"for_object": "pod/pair"}),
    ],
)
async def test_the_same_events_are_listed(
    parity: Parity, shop: Shop, flags: str, arguments: dict[str, str]
) -> None:
    command = f"events -n {shop.namespace} {flags}"
    asked = {"namespace": shop.namespace, "limit": LIMIT, **arguments}
    theirs, said = await parity.of("k8s_events", command, **asked)
    listed, expected = without_times(said.text), without_times(theirs)
    assert len(set(listed)) == len(listed)
    assert {*listed} == {*expected}


def without_times(table: str) -> list[str]:
    """Return type, reason, object and message of each row."""
    rows = [_TYPE_AND_REST.search(row) for row in table.splitlines()[1:]]
    return [" ".join(row[0].split()) for row in rows if row]


async def test_warnings_come_first(parity: Parity, shop: Shop) -> None:
    said = await parity.ask("k8s_events", namespace=shop.namespace)
    types = [row.split()[0] for row in without_times(said.text)]
    assert types == sorted(types, reverse=True)
    assert {*types} == {"Warning", "Normal"}


async def test_events_of_a_job_are_kubectls_and_those_of_its_pods(
    parity: Parity, shop: Shop
) -> None:
    command = f"events -n {shop.namespace} --for job/failing"
    asked = {"namespace": shop.namespace, "limit": LIMIT, "for_object": "job/failing"}
    theirs, said = await parity.of("k8s_events", command, **asked)
    listed, expected = {*without_times(said.text)}, {*without_times(theirs)}
    assert listed > expected
    assert all(" Pod/failing-" in row for row in listed - expected)


async def test_events_of_a_deployment_are_those_of_its_pods_too(parity: Parity, shop: Shop) -> None:
    said = await parity.ask(
        "k8s_events", namespace=shop.namespace, for_object="deployment/checkout", limit=LIMIT
    )
    objects = {row.split()[2].partition("/")[0] for row in without_times(said.text)}
    assert {word.lower() for word in objects} == {"deployment", "replicaset", "pod"}
