"""helm's place taken by a program that tells what it was given."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from clients.helm.executable import HelmExecutable
from tests.support.fake_helm import FakeHelm, fake_helm
from tools.dependencies import Clients


@pytest.fixture
def helm(tmp_path: Path) -> FakeHelm:
    return fake_helm(tmp_path / "fake")


@pytest.fixture
async def executable(clients: Clients, helm: FakeHelm) -> AsyncIterator[HelmExecutable]:
    opened = HelmExecutable(clients.kubernetes, helm.path)
    opened.grace = 0.3
    yield opened
    await opened.close()
