"""Added repositories on a real cluster: shared by replicas, kept over a restart, least rights."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.charts import ChartRepository
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.support.served import served

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the repository
KEPT = "skyflo-helm-repositories"
RULES = [
    {"verbs": ["create"], "apiGroups": [""], "resources": ["configmaps"]},
    {
        "verbs": ["get", "patch"],
        "apiGroups": [""],
        "resources": ["configmaps"],
        "resourceNames": [KEPT],
    },
]


@pytest.fixture
def keeper(admin: Kubectl, tmp_path: Path) -> Iterator[Kubectl]:
    """An account that may keep the list of repositories, and nothing else."""
    name = f"helm3-{secrets.token_hex(3)}"
    admin("create", "namespace", name)
    admin("create", "serviceaccount", "keeper", "-n", name)
    kind = "rbac.authorization.k8s.io/v1"
    role = {"apiVersion": kind, "kind": "Role", "metadata": {"name": "keeper"}, "rules": RULES}
    admin("create", "-n", name, "-f", "-", given=json.dumps(role))
    account = f"--serviceaccount={name}:keeper"
    admin("create", "rolebinding", "keeper", "--role=keeper", "-n", name, account)
    token = admin("create", "token", "keeper", "-n", name, "--duration=1h").strip()
    yield admin.signed_in_with(token, name, tmp_path, "keeper")
    admin("delete", "namespace", name, "--wait=false")


async def test_a_repository_is_there_for_every_replica_and_after_a_restart(
    keeper: Kubectl, charts: ChartRepository, tmp_path: Path
) -> None:
    environment = {
        "SKYFLO_HELM_SOURCES": charts.url,
        "SKYFLO_HELM_PRIVATE_HOSTS": "127.0.0.1",
        "SKYFLO_HELM_REPOSITORY_STORE": f"configmap/{KEPT}",
    }
    flags = ("--kubeconfig", str(keeper.kubeconfig))
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    async with (
        served(folders[0], *flags, **environment) as one,
        served(folders[1], *flags, **environment) as two,
    ):
        preview = await Asking(one)("helm_repo_add", name="mine", url=charts.url, dry_run=True)
        assert f"+ configmap/{KEPT}" in str(preview)
        added = await Asking(one)("helm_repo_add", name="mine", url=charts.url)
        assert '"mine" has been added to your repositories' in str(added)
        assert "mine/web" in str(await Asking(two)("helm_search_repo", keyword="web"))
        again = await Asking(two)("helm_repo_add", name="mine", url=charts.url)
        assert "already exists with the same configuration" in str(again)
    async with served(folders[2], *flags, **environment) as restarted:
        assert "mine/web" in str(await Asking(restarted)("helm_search_repo", keyword="web"))
        removed = await Asking(restarted)("helm_repo_remove", name="mine")
        assert str(removed) == '"mine" has been removed from your repositories'
    kept = json.loads(keeper("get", "configmap", KEPT, "-o", "json"))
    assert kept.get("data") is None
