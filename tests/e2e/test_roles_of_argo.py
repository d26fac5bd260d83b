"""What the tools of Argo Rollouts send is what they say they need, by the API server's own log.

A watch that is not allowed, for one, is made up for by looking again: no answer tells of it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.audit import AuditLog
from tests.e2e.kubectl import Kubectl
from tests.e2e.roles.acting import Acting
from tests.e2e.roles.argo_scenes import ARGO_SCENES
from tests.e2e.roles.needed import ALL, Permission
from tests.e2e.roles.stage import Stage
from tests.e2e.roles.users import Users, users_of
from tests.e2e.shop import image_of

# A server's TLS connections end a moment after the test's loop has.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
# An empty list asks whether there is such a namespace; docs/permissions.md says that it may not.
NOT_COUNTED = {Permission("get", "", "namespaces")}


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    made = Stage(admin, image_of(admin))
    admin("create", "namespace", made.namespace)
    yield made
    admin("delete", "namespace", made.namespace, "--wait=false")


@pytest.fixture(scope="module")
def users(stage: Stage) -> Iterator[Users]:
    with users_of(stage, ARGO_SCENES) as made:
        yield made


@pytest.mark.parametrize("tool", ARGO_SCENES)
async def test_a_tool_uses_each_permission_it_states_and_no_other(
    admin: Kubectl, stage: Stage, users: Users, tmp_path: Path, tool: str
) -> None:
    user = users.with_all_of(tool)
    log = AuditLog.beside(admin.kubeconfig, user)
    assert log, "the cluster keeps no audit log beside its kubeconfig"
    await Acting(admin, stage, tmp_path)(user, tool)
    admin.refused("get", "configmap", "the-end", "-n", stage.namespace, "--as", user)
    assert {*used(log)} - NOT_COUNTED == {*ALL[tool]}


def used(log: AuditLog) -> Iterator[Permission]:
    """Yield what the requests about resources needed."""
    for each in log.requests("/configmaps/the-end"):
        if about := each.get("objectRef"):
            names = (about.get("resource"), about.get("subresource"))
            yield Permission(each["verb"], about.get("apiGroup", ""), "/".join(filter(None, names)))
