"""A real cluster, objects on it, the server as a process beside it, and kubectl to compare with.

Runs with ``-m e2e`` on the cluster that KUBECONFIG names; kubectl and helm have to be on the PATH.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e import shop as shops
from tests.e2e.comparing import Parity
from tests.e2e.kubectl import Kubectl, outside
from tests.e2e.server import Asking
from tests.e2e.shop import Shop
from tests.support.served import Served, served

HERE = Path(__file__).parent
KUBECONFIG, ENVIRONMENT = outside()  # now: during a test the environment is empty of them


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is in this folder, and leave it out unless it was asked for."""
    here = [item for item in items if HERE in item.path.parents]
    for item in here:
        item.add_marker("e2e")
    if here and not config.option.markexpr:
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for kubectl, where what it found out about the cluster is kept between its runs."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def admin(home: Path) -> Kubectl:
    """The kubectl of whoever owns the cluster."""
    assert KUBECONFIG, "the end-to-end tests need KUBECONFIG"
    return Kubectl(Path(KUBECONFIG), home, ENVIRONMENT)


@pytest.fixture(scope="session")
def shop(admin: Kubectl) -> Iterator[Shop]:
    """Everything that is looked at."""
    with shops.opened(admin) as opened:
        yield opened


@pytest.fixture(scope="session")
def kubectl(admin: Kubectl, shop: Shop, home: Path) -> Kubectl:
    """The kubectl of the server's own identity."""
    return signed_in(admin, shop, "server", home)


@pytest.fixture(scope="session")
def narrow(admin: Kubectl, shop: Shop, home: Path) -> Kubectl:
    """The kubectl of somebody who may read pods and deployments of one namespace."""
    return signed_in(admin, shop, "narrow", home)


def signed_in(admin: Kubectl, shop: Shop, account: str, folder: Path) -> Kubectl:
    token = admin("create", "token", account, "-n", shop.namespace, "--duration=1h").strip()
    return admin.signed_in_with(token, shop.namespace, folder, account)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(
    kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The server, for all tests that do not need one of their own."""
    folder = tmp_path_factory.mktemp("server")
    async with served(folder, "--kubeconfig", str(kubectl.kubeconfig)) as running:
        yield running


@pytest.fixture
def ask(server: Served) -> Asking:
    """Call a tool by its name."""
    return Asking(server)


@pytest.fixture
def parity(kubectl: Kubectl, ask: Asking) -> Parity:
    """Compare a tool with kubectl, both as the same user."""
    return Parity(kubectl, ask)
