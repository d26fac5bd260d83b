"""The simulated controller does what the real one did, scenario by scenario."""

import asyncio
import secrets
from typing import Any

import pytest

from tests.contract.rollouts.playing import RealTime, play, recorded, simulated
from tests.contract.rollouts.scenarios import SCENARIOS
from tests.support.real_cluster import KUBECONFIG, real_cluster

AT_ONCE = 8
# The real recorder drops events beyond 25 of one object, and does not tell of a ReplicaSet that a
# first try, which ended in a conflict, had already made.
MAY_LACK_EVENTS = ("canary_aborted_and_retried", "canary_routed", "workload_reference")


@pytest.mark.parametrize("name", SCENARIOS)
async def test_simulated_controller_does_what_the_real_one_did(name: str) -> None:
    async with simulated() as (session, time, _):
        shown = await play(session, time, SCENARIOS[name], "contract-rollouts")
    compare(name, shown)


@pytest.mark.e2e
async def test_real_controller_does_what_is_recorded() -> None:
    assert KUBECONFIG, "this test needs a real cluster: set KUBECONFIG"
    turns = asyncio.Semaphore(AT_ONCE)
    async with real_cluster() as session:

        async def one(name: str) -> dict[str, Any]:
            namespace = f"argo-sim-{name.replace('_', '-')}-{secrets.token_hex(3)}"
            async with turns:
                return await play(session, RealTime(), SCENARIOS[name], namespace)

        answers = await asyncio.gather(*map(one, SCENARIOS))
    for name, shown in zip(SCENARIOS, answers, strict=True):
        compare(name, shown, every_event=False)  # on a busy machine it retries, and tells of that


def compare(name: str, shown: dict[str, Any], *, every_event: bool = True) -> None:
    """Compare what there was at each moment, an event more or less where one may be lost."""
    expected = recorded(name)
    assert shown.keys() == expected.keys()
    for moment, wanted in expected.items():
        found = shown[moment]
        if name in MAY_LACK_EVENTS or not every_event:
            assert {*wanted.pop("events")} & {*found.pop("events")}
        assert found == wanted, moment
