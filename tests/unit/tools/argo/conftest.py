"""A simulated cluster that serves the types of Argo Rollouts; nothing acts on them."""

import pytest

from sandbox import Cluster
from tests.support.argo import install_argo
from tests.support.builders import a_namespace


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    install_argo(cluster)
    return cluster
