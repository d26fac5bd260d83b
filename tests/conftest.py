"""A tool called by its name through the real server, the cluster played by the sandbox."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from clients.helm import Helm, HelmSettings
from clients.jenkins import Jenkins, JenkinsSettings
from clients.jenkins.pace import Pace
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.connection import TimeLimits
from clients.kubernetes.wire.session import Retries
from mcp_server.app import create_app
from mcp_server.settings import Settings, all_variables
from sandbox import Cluster, running_cluster
from tests.support.jenkins import ask, canary, jenkins  # noqa: F401 - fixtures
from tools.dependencies import Clients

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What a client gets to read of an answer."""

    text: str
    error: bool
    data: dict[str, Any]

    def __str__(self) -> str:
        return self.text


Call = Callable[..., Awaitable[Said]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `nox -s snapshots` passes."""
    parser.addoption(
        "--update-snapshots", action="store_true", help="Write tests/contract/snapshots."
    )


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the environment it happens to run in, or reaches a cluster by accident."""
    for name in {*os.environ} & {*all_variables(), "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY"}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    """An empty simulated cluster whose clock stands still."""
    async with running_cluster(clock=lambda: NOW) as simulated:
        yield simulated


@pytest.fixture
def helm_settings() -> HelmSettings:
    """What an operator set about Helm; a test of another setting overrides it."""
    return HelmSettings()


@pytest.fixture
async def clients(
    cluster: Cluster, tmp_path: Path, helm_settings: HelmSettings
) -> AsyncIterator[Clients]:
    """The server's clients, pointed at the simulated cluster, with short pauses."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(cluster.kubeconfig())
    kubernetes = Kubernetes(
        KubernetesSettings(
            source=ClusterSource(kubeconfig=str(kubeconfig)),
            limits=TimeLimits(connect=2, read=2),
            retries=Retries(attempts=3, base_delay=0.001, max_delay=0.002),
        )
    )
    quick = JenkinsSettings(
        limits=TimeLimits(connect=2, read=2),
        retries=Retries(attempts=3, base_delay=0.001, max_delay=0.002),
        pace=Pace(seconds=0.2, pause=0.01),
    )
    servers = Jenkins(quick, kubernetes.secrets, kubernetes.reader.masking)
    helm = Helm(kubernetes, helm_settings)
    yield Clients(kubernetes, helm, clock=lambda: NOW, jenkins=servers)
    await helm.close()
    await kubernetes.close()


@pytest.fixture
def call(clients: Clients) -> Call:
    """Call a tool by name through the server and return what is said."""
    server = create_app(Settings(), clients)

    async def call(tool: str, /, **arguments: object) -> Said:
        async with Client(server) as client:
            answer = await client.call_tool(tool, arguments, raise_on_error=False)
        assert [block.type for block in answer.content] == ["text"]
        text = answer.content[0].text
        assert answer.structured_content["output"] == text
        assert answer.structured_content["error"] is answer.is_error
        return Said(text, answer.is_error, answer.structured_content)

    return call
