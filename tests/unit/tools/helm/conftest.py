"""A shop with releases in every state that a person asks about."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clients.helm import HelmSettings
from sandbox import Cluster
from sandbox.charts import running_repository
from tests.support.builders import a_namespace
from tests.support.chart_repository import a_chart, allowing, publish
from tests.support.fake_helm import FakeHelm, fake_helm
from tests.support.helm_releases import a_release, as_secret
from tests.support.operating import Bench

Stored = Callable[..., None]


@pytest.fixture
def stored(cluster: Cluster) -> Stored:
    """Keep a revision, built as ``a_release`` builds it, in the simulated cluster."""
    cluster.store.create(a_namespace("shop"))

    def store(name: str = "web", version: int = 1, /, *, labels: Any = None, **parts: Any) -> None:
        cluster.store.create(as_secret(a_release(name, version, **parts), **(labels or {})))

    return store


@pytest.fixture
def helm(tmp_path: Path) -> FakeHelm:
    """A program in helm's place."""
    return fake_helm(tmp_path / "fake-helm")


@pytest.fixture
def bench(cluster: Cluster, helm: FakeHelm) -> Bench:
    """The namespace ``shop``, and a helm that does what a test says."""
    cluster.store.create(a_namespace("shop"))
    return Bench(cluster, helm)


@pytest.fixture
async def with_charts(helm: FakeHelm) -> AsyncIterator[HelmSettings]:
    """Charts to install: ``demo/web`` in two versions."""
    async with running_repository(files={}) as repository:
        publish(repository, a_chart("web", "1.0.0"), a_chart("web", "1.1.0"))
        allowed = allowing(repository, f"demo={repository.url}")
        yield replace(allowed, executable=helm.path)
