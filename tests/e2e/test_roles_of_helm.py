"""What Helm's tools ask for beside the calls of their scenes, as exactly their generated roles."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.audit import AuditLog
from tests.e2e.kubectl import Kubectl
from tests.e2e.roles.acting import Acting
from tests.e2e.roles.helm_scenes import CHANGING, CHART, FRESH, HELM_SCENES, STILL
from tests.e2e.roles.helm_stage import a_release, a_release_with_a_job
from tests.e2e.roles.needed import TOOLS, is_wide
from tests.e2e.roles.scene import Call
from tests.e2e.roles.stage import Stage, a_stage
from tests.e2e.roles.users import Users, users_of

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
# One Deployment's image is not there, the other's pod writes a line and fails.
NEVER_READY = "more: true\nreplicas: 1\ncrashing: IMAGE\n"
FAILING = {**CHART, "values": NEVER_READY}


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with a_stage(admin) as made:
        yield made


@pytest.fixture(scope="module")
def users(stage: Stage) -> Iterator[Users]:
    with users_of(stage, HELM_SCENES) as made:
        yield made


@pytest.fixture
def acting_as(admin: Kubectl, stage: Stage, tmp_path: Path) -> Acting:
    return Acting(admin, stage, tmp_path)


def makes_objects(tool: str) -> bool:
    """Whether it changes a chart's objects; previews of others look at more than they have to."""
    return not TOOLS[tool].reads and any(map(is_wide, TOOLS[tool].needs))


@pytest.mark.parametrize("tool", HELM_SCENES)
async def test_nothing_that_a_tool_asks_for_is_refused_to_its_role(
    acting_as: Acting, users: Users, admin: Kubectl, stage: Stage, tool: str
) -> None:
    user, calls = users.with_all_of(tool), HELM_SCENES[tool].calls
    log = AuditLog.beside(admin.kubeconfig, user)
    assert log, "the cluster keeps no audit log beside its kubeconfig"
    tried = [{**each, "dry_run": True} for each in calls if makes_objects(tool)]
    await acting_as(user, tool, calls=[*tried, *calls])
    asked = asked_by(admin, stage, log)
    assert asked
    assert [path for path, code in asked if code == 403] == []


async def test_a_hooks_output_is_read_of_its_pod_and_refused_to_none(
    acting_as: Acting, users: Users, admin: Kubectl, stage: Stage
) -> None:
    user = users.with_all_of("helm_uninstall")
    log = AuditLog.beside(admin.kubeconfig, user)
    assert log, "the cluster keeps no audit log beside its kubeconfig"
    a_release_with_a_job(stage)
    uninstall = {"release_name": "jobbed", "namespace": "NAMESPACE"}
    [said] = await acting_as(user, "helm_uninstall", calls=[uninstall])
    assert not said.error, said.text
    asked = asked_by(admin, stage, log)
    assert [path for path, _ in asked if "/log?" in path]
    assert [path for path, code in asked if code == 403] == []


def asked_by(admin: Kubectl, stage: Stage, log: AuditLog) -> Sequence[tuple[str, int]]:
    """Return what a user has asked the API server, and the status of each answer."""
    admin.ended("get", "configmap", "the-end", "-n", stage.namespace, "--as", log.who)
    asked = log.requests("/configmaps/the-end")
    return [(each["requestURI"], each["responseStatus"]["code"]) for each in asked]


@pytest.mark.parametrize(
    ("tool", "calls"),
    [
        ("helm_status", [STILL]),
        ("helm_install_with_values", [{**FRESH, **FAILING}]),
        ("helm_upgrade", [{**CHANGING, **FAILING, "rollback_on_failure": True}]),
        ("helm_rollback", [{**STILL, "revision": 2, "wait_seconds": 10}]),
    ],
)
async def test_what_is_not_ready_is_explained_by_its_pods(
    acting_as: Acting, users: Users, stage: Stage, tool: str, calls: Sequence[Call]
) -> None:
    a_release(stage)
    [said] = await acting_as(users.with_all_of(tool), tool, calls=calls)
    assert "Not allowed" not in said.text
    assert "told by the pod" in said.text
    assert "nowhere.invalid" in said.text
