"""A shop with releases in every state that a person asks about."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Cluster
from tests.support.builders import a_namespace
from tests.support.helm_releases import a_release, as_secret

Stored = Callable[..., None]


@pytest.fixture
def stored(cluster: Cluster) -> Stored:
    """Keep a revision, built as ``a_release`` builds it, in the simulated cluster."""
    cluster.store.create(a_namespace("shop"))

    def store(name: str = "web", version: int = 1, /, *, labels: Any = None, **parts: Any) -> None:
        cluster.store.create(as_secret(a_release(name, version, **parts), **(labels or {})))

    return store
