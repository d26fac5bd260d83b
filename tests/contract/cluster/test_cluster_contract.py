"""The sandbox answers what a real API server answered, request by request."""

import secrets

import aiohttp
import pytest

from sandbox import running_cluster
from tests.contract.cluster.playing import play, recorded
from tests.contract.cluster.scenarios import SCENARIOS
from tests.contract.cluster.scenes import rollouts
from tests.support.argo import install_argo
from tests.support.real_cluster import KUBECONFIG, real_cluster


@pytest.mark.parametrize("name", SCENARIOS)
async def test_sandbox_answers_as_the_real_api_server_did(name: str) -> None:
    async with running_cluster() as cluster, aiohttp.ClientSession(f"{cluster.url}/") as session:
        if name in rollouts.SCENARIOS:
            install_argo(cluster)
        answers = await play(session, SCENARIOS[name], "contract-namespace")
    expected = recorded(name)
    for answer, wanted in zip(answers, expected, strict=True):
        assert answer == wanted


@pytest.mark.e2e
@pytest.mark.parametrize("name", SCENARIOS)
async def test_real_api_server_answers_as_recorded(name: str) -> None:
    assert KUBECONFIG, "this test needs a real cluster: set KUBECONFIG"
    namespace = f"contract-{name.replace('_', '-')}-{secrets.token_hex(3)}"
    async with real_cluster() as session:
        answers = await play(session, SCENARIOS[name], namespace)
    expected = recorded(name)
    for answer, wanted in zip(answers, expected, strict=True):
        assert answer == wanted


def test_contract_covers_at_least_eighty_requests() -> None:
    assert sum(len(steps) for steps in SCENARIOS.values()) >= 80
