"""The reading tools print what helm prints: releases made at random, in Secrets and ConfigMaps.

Helm reads the same simulated cluster. Left out of the comparison is what the tools' descriptions
name as different: the objects in helm_status, the reasons in helm_list_releases, and the escapes
that Go puts into JSON.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from clients.helm import Helm, HelmSettings
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import NOW
from tests.support.builders import a_namespace
from tests.support.helm_parity import (
    Question,
    RealHelm,
    Releases,
    about,
    helm_executable,
    huge,
    listing,
)
from tests.support.helm_releases import as_config_map, as_secret
from tools.dependencies import Clients

SETS = 84
AT_ONCE = 4
HOLDERS: dict[str, Callable[..., dict[str, Any]]] = {
    "secret": as_secret,
    "configmap": as_config_map,
}


class Both:
    """Our server and helm, which look at the same cluster."""

    def __init__(self, ours: Client[Any], theirs: RealHelm) -> None:
        self.ours = ours
        self.theirs = theirs

    async def differences(self, namespace: str, question: Question) -> list[str]:
        """Return both answers where they are not the same."""
        arguments = question.arguments | {"namespace": namespace}
        answer = await self.ours.call_tool(question.tool, arguments, raise_on_error=False)
        printed = await self.theirs(namespace, *question.command)
        said = question.ours(answer.content[0].text)  # type: ignore[union-attr]
        wanted = question.theirs(printed).rstrip("\n")
        asked = f"{namespace}: {question.tool}({arguments})"
        return [] if said == wanted else [f"{asked}\n--- ours\n{said}\n--- helm\n{wanted}"]


@pytest.fixture(params=HOLDERS)
def driver(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def both(cluster: Cluster, driver: str, tmp_path: Path) -> AsyncIterator[Both]:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(cluster.kubeconfig())
    kubernetes = Kubernetes(KubernetesSettings(source=ClusterSource(kubeconfig=str(kubeconfig))))
    clients = Clients(
        kubernetes,
        Helm(kubernetes, HelmSettings(driver=driver)),  # type: ignore[arg-type]
        most_bytes=900_000,
        clock=lambda: NOW,
    )
    async with Client(create_app(Settings(max_answer_bytes=900_000), clients)) as ours:
        yield Both(ours, RealHelm(helm_executable(), kubeconfig, driver))
    await clients.helm.close()
    await kubernetes.close()


async def test_tables_json_and_yaml_are_helms_own(
    both: Both, cluster: Cluster, driver: str
) -> None:
    """Each set is listed, and asked one thing more in turn; both drivers together ask all."""
    sets = [Releases(seed, f"set-{seed}") for seed in range(driver == "secret", SETS, 2)]
    for each in sets:
        cluster.store.create(a_namespace(each.namespace))
        for record in each.records:
            cluster.store.create(HOLDERS[driver](record))
    turns = asyncio.Semaphore(AT_ONCE)

    async def compared(number: int, each: Releases) -> list[str]:
        asked = about(each.records[-1])
        questions = listing(("table", "json", "yaml")[number % 3]), asked[number % len(asked)]
        async with turns:
            return [d for one in questions for d in await both.differences(each.namespace, one)]

    found = await asyncio.gather(*(compared(number, each) for number, each in enumerate(sets)))
    assert [difference for several in found for difference in several] == []


async def test_huge_values_are_helms_own(both: Both, cluster: Cluster, driver: str) -> None:
    cluster.store.create(a_namespace("huge"))
    cluster.store.create(HOLDERS[driver](huge("huge")))
    for question in (listing(), about(huge("huge"))[4]):
        assert await both.differences("huge", question) == []
