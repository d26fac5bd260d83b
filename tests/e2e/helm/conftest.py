"""A namespace for releases, a repository of charts, and servers that may do just enough there."""

import json
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.charts import ChartRepository, package, running_repository
from tests.e2e.helm.guarded import Guarded, running_canary, running_guarded
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.chart_repository import a_chart, publish
from tests.support.registry import Registry, running_registry
from tests.support.release_charts import a_release_chart
from tests.support.served import Served, served

HELMS = [name for name in ("helm", "helm3") if shutil.which(name)]
PATHS = {name: shutil.which(name) or name for name in HELMS}  # now: a test has another PATH
STILL = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def registry() -> AsyncIterator[Registry]:
    """The chart in two versions, in a registry that lets in everybody."""
    async with running_registry() as running:
        for version in ("1.0.0", "1.1.0"):
            running.publish(version, package("web", a_release_chart(version)))
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hello_charts() -> AsyncIterator[ChartRepository]:
    """A repository of good charts (hello; still/web, a ConfigMap); tests add what they like."""
    async with running_repository() as repository:
        publish(repository, a_chart(**{"templates/config.yaml": STILL}), at="/charts/still")
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
    registry: Registry,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Served]:
    """The server as the account, with that helm and those charts."""
    folder = tmp_path_factory.mktemp("operator")
    token = admin("create", "token", "operator", "-n", place, "--duration=1h").strip()
    kubeconfig = admin.signed_in_with(token, place, folder, "operator").kubeconfig
    environment = {
        "SKYFLO_HELM_EXECUTABLE": helm,
        "SKYFLO_HELM_REPOSITORIES": f"demo={charts.url}",
        "SKYFLO_HELM_SOURCES": f"{charts.url},oci://{registry.host}/org,http://{registry.host}",
        "SKYFLO_HELM_PRIVATE_HOSTS": "127.0.0.1",
        "SKYFLO_HELM_REPOSITORY_STORE": "memory",
    }
    async with served(folder, "--kubeconfig", str(kubeconfig), **environment) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def guarded_server(
    admin: Kubectl,
    helm: str,
    hello_charts: ChartRepository,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Guarded]:
    """The server as administrator; demo and still are repositories, bad may be one."""
    folder = tmp_path_factory.mktemp("guarded")
    url = hello_charts.url
    repositories = {"SKYFLO_HELM_REPOSITORIES": f"demo={url},still={url}/still,bad={url}/bad"}
    async with (
        running_canary() as canary,
        running_guarded(admin, helm, folder, canary, url, **repositories) as running,
    ):
        still = {"release_name": "web", "chart": "still/web", "namespace": running.namespace}
        assert not (await running.ask("helm_install", **still)).error
        yield running


@pytest.fixture
def guarded(guarded_server: Guarded) -> Iterator[Guarded]:
    """A server whose surroundings are the same after a test as before it."""
    before = guarded_server.state()
    yield guarded_server
    assert guarded_server.state() == before
    assert guarded_server.canary.visitors == []


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
