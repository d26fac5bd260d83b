"""What goes wrong around a rollout of a real controller, and what is said of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.kubectl import Kubectl
from tests.e2e.rollouts import Stage, a_canary, is_at, opened
from tests.e2e.server import Asking
from tests.support.served import served

pytestmark = pytest.mark.asyncio(loop_scope="module")
INSTANCE = "argo-rollouts.argoproj.io/controller-instance-id"
READER = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: half}
rules:
- {apiGroups: [argoproj.io], resources: [rollouts], verbs: [get, list, watch, patch]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: half}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: half}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: half}
subjects: [{kind: ServiceAccount, name: half}]
"""


@pytest.fixture(scope="module")
def stage(admin: Kubectl) -> Iterator[Stage]:
    with opened(admin) as opened_stage:
        yield opened_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ask(admin: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asking]:
    folder = tmp_path_factory.mktemp("argo")
    async with served(folder, "--kubeconfig", str(admin.kubeconfig)) as server:
        yield Asking(server)


async def test_a_rollout_that_no_controller_watches_is_told_as_such(
    stage: Stage, ask: Asking
) -> None:
    rollout = a_canary("foreign")
    rollout["metadata"]["labels"] = {INSTANCE: "else"}
    stage.create(rollout)
    here = {"name": "foreign", "namespace": stage.namespace}
    await asyncio.sleep(11)  # shorter, and the controller may only be slow
    status = await ask("argo_status", **here)
    assert status.text.startswith("Progressing - more replicas need to be updated\n")
    assert "The Argo Rollouts controller has left this alone for 1" in status.text
    assert '(label controller-instance-id: "else")' in status.text
    refused = await ask("argo_promote", **here)
    assert refused.error
    assert refused.text == (
        'The Argo Rollouts controller has not looked at the last change of rollout "foreign" in '
        f'namespace "{stage.namespace}" within 8 s (the label {INSTANCE}: "else" leaves it to that '
        "controller). Nothing was sent."
    )


async def test_a_rollout_that_is_deleted_while_it_is_watched(stage: Stage, ask: Asking) -> None:
    stage.create(a_canary("gone"))
    await stage.until("gone", is_at("Healthy"))
    await ask(
        "argo_set_image", name="gone", image="nowhere.invalid/none:1", namespace=stage.namespace
    )
    watching = asyncio.create_task(
        ask("argo_status", name="gone", namespace=stage.namespace, watch=True)
    )
    await asyncio.sleep(2)
    stage.kubectl("delete", "rollouts.argoproj.io", "gone", "-n", stage.namespace)
    said = await watching
    assert said.error
    assert said.text == (
        f'rollout "gone" in namespace "{stage.namespace}" was deleted while it was watched.'
    )


async def test_what_holds_new_pods_up_is_told(stage: Stage, ask: Asking) -> None:
    stage.create(a_canary("stuck"))
    await stage.until("stuck", is_at("Healthy"))
    here = {"name": "stuck", "namespace": stage.namespace}
    await ask("argo_set_image", image="nowhere.invalid/none:1", **here)
    await asyncio.sleep(3)
    said = await ask("argo_status", watch=True, wait_seconds=3, **here)
    assert not said.error
    assert said.text.startswith("Not done after 3 s; call again to go on watching.\nProgressing - ")
    assert "nowhere.invalid/none:1" in said.text
    back = await ask("argo_undo", **here)
    assert "the stable one" in back.text
    await stage.until("stuck", is_at("Healthy"))
    missing = await ask("argo_undo", to_revision=1, **here)
    assert missing.error
    assert "has no revision 1; it has: 2, 3." in missing.text


async def test_without_the_right_to_patch_a_status_a_promotion_is_refused_and_a_pause_is_not(
    stage: Stage, admin: Kubectl, tmp_path: Path
) -> None:
    admin("apply", "-n", stage.namespace, "-f", "-", given=READER)
    token = admin("create", "token", "half", "-n", stage.namespace, "--duration=1h").strip()
    half = admin.signed_in_with(token, stage.namespace, tmp_path, "half")
    stage.create(a_canary("shy"))
    await stage.until("shy", is_at("Healthy"))
    image = {"path": "/spec/template/spec/containers/0/image", "value": "toolbox:2"}
    patch = ("--type=json", "-p", json.dumps([{"op": "replace", **image}]))
    stage.kubectl("patch", "rollouts.argoproj.io", "shy", "-n", stage.namespace, *patch)
    await stage.until("shy", is_at("Paused", "CanaryPauseStep", 1))
    async with served(tmp_path, "--kubeconfig", str(half.kubeconfig)) as server:
        ask = Asking(server)
        refused = await ask("argo_promote", name="shy")
        assert refused.error
        user = f"system:serviceaccount:{stage.namespace}:half"
        assert refused.text.startswith(
            f'Not allowed: user "{user}" lacks "patch" on "rollouts/status.argoproj.io" in '
            f'namespace "{stage.namespace}". The tool argo_promote needs '
        )
        paused = await ask("argo_pause_rollout", name="shy")
        assert paused.text == "rollout 'shy' paused"
        seen = await ask("argo_describe", name="shy")
        assert "Not visible: " in seen.text
        assert "replicasets (forbidden)" in seen.text
