"""What the tools that read releases send: reads, and only what the operator allows."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from clients.helm import Helm, HelmSettings
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.policy import Policy
from mcp_server import helm_settings
from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import NOW, Call
from tests.support.helm_releases import a_release, as_config_map
from tests.unit.tools.helm.conftest import Stored
from tools.dependencies import Clients

WEB = {"release_name": "web", "namespace": "shop"}
READS: list[tuple[str, dict[str, Any]]] = [
    ("helm_list_releases", {"all_namespaces": True}),
    ("helm_history", WEB),
    ("helm_status", {**WEB, "notes": True, "hooks": True}),
    ("helm_status", {**WEB, "output": "json"}),
    ("helm_get_values", {**WEB, "all_values": True}),
    ("helm_get_manifest", WEB),
    ("helm_status", {**WEB, "release_name": "wbe"}),
]


async def test_only_reads_are_sent(call: Call, stored: Stored, cluster: Cluster) -> None:
    stored("web")
    cluster.requests.clear()
    for tool, arguments in READS:
        await call(tool, **arguments)
    assert len(cluster.requests) > len(READS)
    assert {request.method for request in cluster.requests} == {"GET"}


async def test_no_helm_is_needed(
    call: Call, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored("web")
    monkeypatch.setenv("PATH", "/nowhere")
    for tool, arguments in READS[:-1]:
        assert not (await call(tool, **arguments)).error


async def test_releases_need_no_watch_and_no_get_of_secrets(
    call: Call, stored: Stored, cluster: Cluster
) -> None:
    stored("web", manifest="")
    cluster.requests.clear()
    for tool, arguments in READS[:-1]:
        assert not (await call(tool, **arguments)).error
    secrets = [request for request in cluster.requests if "secrets" in request.path]
    assert {request.path.rpartition("/")[2] for request in secrets} == {"secrets"}
    assert not any("watch" in request.query for request in secrets)


async def asked(
    cluster: Cluster, tmp_path: Path, tool: str, policy: Policy, driver: Any, **arguments: Any
) -> str:
    """Call a tool of a server with other settings."""
    kubeconfig = tmp_path / "other"
    kubeconfig.write_text(cluster.kubeconfig())
    source = ClusterSource(kubeconfig=str(kubeconfig))
    kubernetes = Kubernetes(KubernetesSettings(source=source, policy=policy))
    helm = Helm(kubernetes, HelmSettings(driver=driver))
    async with Client(
        create_app(Settings(), Clients(kubernetes, helm, clock=lambda: NOW))
    ) as client:
        answer = await client.call_tool(tool, arguments, raise_on_error=False)
    await helm.close()
    await kubernetes.close()
    return str(answer.structured_content["output"])


async def test_the_operators_namespaces_hold_for_releases(
    stored: Stored, cluster: Cluster, tmp_path: Path
) -> None:
    stored("web")
    only = Policy(allowed=["prod-*"])
    said = await asked(cluster, tmp_path, "helm_list_releases", only, "secret", namespace="shop")
    assert said.startswith('Not allowed by the operator: namespace "shop" is not among')
    everywhere = {"all_namespaces": True}
    said = await asked(cluster, tmp_path, "helm_list_releases", only, "secret", **everywhere)
    assert said.startswith("Not allowed by the operator: all namespaces at once")
    denied = Policy(deny=["* secrets"])
    said = await asked(cluster, tmp_path, "helm_get_values", denied, "secret", **WEB)
    assert said.startswith('Not allowed by the operator: rule "* secrets".')


async def test_releases_may_be_kept_in_config_maps(cluster: Cluster, tmp_path: Path) -> None:
    cluster.store.create(as_config_map(a_release("web", config={"a": 1})))
    said = await asked(cluster, tmp_path, "helm_get_values", Policy(), "configmap", **WEB)
    assert said == "a: 1"
    said = await asked(cluster, tmp_path, "helm_get_values", Policy(), "secret", **WEB)
    assert said.startswith('release "web" not found in namespace "shop"')


@pytest.mark.parametrize("variable", ["SKYFLO_HELM_DRIVER", "HELM_DRIVER"])
def test_the_driver_is_a_setting_that_helms_own_variable_gives_too(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "configmap")
    assert helm_settings.settings_of(Settings()).driver == "configmap"


async def test_a_large_release_keeps_no_other_call_waiting(call: Call, stored: Stored) -> None:
    """A manifest of a MiB takes about a second to mask; the loop goes on meanwhile."""
    document = "---\nkind: ConfigMap\ndata:\n" + "".join(f"  k{n}: value {n}\n" for n in range(99))
    parts = "".join(f"{document}  noise: {n:x}{n * 7919:x}\n" for n in range(400))
    noise = {f"n{n}": f"{n * 2654435761 % 2**32:x}" for n in range(9_000)}
    stored("web", manifest=parts, config=noise)
    longest, last, over = 0.0, time.perf_counter(), False

    async def heart() -> None:
        nonlocal longest, last
        while not over:
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()

    beating = asyncio.create_task(heart())
    begun = time.perf_counter()
    answer = await call("helm_get_manifest", **WEB)
    took, over = time.perf_counter() - begun, True
    await beating
    assert answer.data["truncated"] is True
    assert longest < took * 0.7, (longest, took)
