"""A namespace for releases, a repository of charts, and servers that may do just enough there."""

import json
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.charts import ChartRepository, running_repository
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.chart_repository import publish
from tests.support.release_charts import a_release_chart
from tests.support.served import Served, served

HELMS = [name for name in ("helm", "helm3") if shutil.which(name)]
PATHS = {name: shutil.which(name) or name for name in HELMS}  # now: a test has another PATH
# What helm needs for this chart and no more; it has no Service in it.
RULES = [
    (["get", "list", "watch", "create", "update", "patch", "delete"], "", ["secrets"]),
    (["get", "list", "watch", "create", "patch", "delete"], "", ["configmaps"]),
    (["get", "list", "watch", "create", "patch", "delete"], "apps", ["deployments"]),
    (["get", "list", "watch", "create", "patch", "delete"], "batch", ["jobs"]),
    (["get", "list", "watch"], "apps", ["replicasets"]),
    (["get", "list", "watch"], "", ["pods", "events"]),
    (["get"], "", ["pods/log"]),
]


@pytest.fixture(scope="session")
def place(admin: Kubectl) -> Iterator[str]:
    """A namespace with an account that may work in it and nowhere else."""
    name = f"helm2-{secrets.token_hex(3)}"
    admin("create", "namespace", name)
    admin("create", "serviceaccount", "operator", "-n", name)
    rules = [
        {"verbs": verbs, "apiGroups": [group], "resources": resources}
        for verbs, group, resources in RULES
    ]
    kind = "rbac.authorization.k8s.io/v1"
    role = {"apiVersion": kind, "kind": "Role", "metadata": {"name": "operator"}, "rules": rules}
    admin("create", "-n", name, "-f", "-", given=json.dumps(role))
    admin(
        *("create", "rolebinding", "operator", "--role=operator", "-n", name),
        f"--serviceaccount={name}:operator",
    )
    yield name
    admin("delete", "namespace", name, "--wait=false")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def charts() -> AsyncIterator[ChartRepository]:
    """The chart in two versions, served over HTTP."""
    async with running_repository(files={}) as repository:
        publish(repository, a_release_chart("1.0.0"), a_release_chart("1.1.0"))
        yield repository


@pytest.fixture(scope="session", params=HELMS)
def helm(request: pytest.FixtureRequest) -> str:
    """Either helm, by its path."""
    return PATHS[request.param]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def operator(
    admin: Kubectl,
    place: str,
    helm: str,
    charts: ChartRepository,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Served]:
    """The server as the account, with that helm and those charts."""
    folder = tmp_path_factory.mktemp("operator")
    token = admin("create", "token", "operator", "-n", place, "--duration=1h").strip()
    kubeconfig = admin.signed_in_with(token, place, folder, "operator").kubeconfig
    environment = {
        "SKYFLO_HELM_EXECUTABLE": helm,
        "SKYFLO_HELM_REPOSITORIES": f"demo={charts.url}",
        "SKYFLO_HELM_SOURCES": charts.url,
        "SKYFLO_HELM_PRIVATE_HOSTS": "127.0.0.1",
        "SKYFLO_HELM_REPOSITORY_STORE": "memory",
    }
    async with served(folder, "--kubeconfig", str(kubeconfig), **environment) as running:
        yield running


@pytest.fixture
def ask(operator: Served) -> Asking:
    """Call a tool by its name."""
    return Asking(operator)


@pytest.fixture
def release() -> str:
    """A name that no other test uses."""
    return f"r-{secrets.token_hex(3)}"


@pytest.fixture
def archive(charts: ChartRepository, tmp_path: Path) -> Path:
    """The chart 1.0.0 as a file, for helm's own command line."""
    file = tmp_path / "web-1.0.0.tgz"
    file.write_bytes(charts.files["/charts/web-1.0.0.tgz"])
    return file
