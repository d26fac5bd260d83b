"""Pausing, aborting, retrying, terminating: what is sent, and what a preview says."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import PATH
from tests.support.argo_states import (
    BLUE_GREEN,
    CANARY,
    aborted,
    an_analysis_run,
    an_experiment,
    healthy,
    paused,
    stored,
    updating,
    with_sets,
)
from tests.support.changing import MERGE, OWN, changes

WEB = {"name": "web", "namespace": "shop"}
HERE = f"{PATH}/namespaces/shop"
SPEC = f"{HERE}/rollouts/web"
RUN = {"name": "web-bbb-2-1", "namespace": "shop"}
EXPERIMENT = {"name": "web-bbb-2-0", "namespace": "shop", "resource_type": "experiment"}


def patch(path: str, **body: Any) -> tuple[Any, ...]:
    return "PATCH", path, OWN, MERGE, body


async def test_pausing_is_one_field_and_done_once(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    assert (await call("argo_pause_rollout", **WEB)).text == "rollout 'web' paused"
    assert (await call("argo_pause_rollout", **WEB)).text == "rollout 'web' is paused already"
    assert changes(shop) == [patch(SPEC, spec={"paused": True})]


async def test_aborting_is_a_status_patch(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    answer = await call("argo_abort_rollout", **WEB)
    assert answer.text == (
        "rollout 'web' aborted\nIt becomes Degraded and keeps the new template: argo_retry begins "
        "it again, argo_undo goes back for good."
    )
    assert changes(shop) == [patch(f"{SPEC}/status", status={"abort": True})]
    assert stored(shop)["status"]["abort"] is True


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (healthy(), "There is no update of"),
        (aborted(), "is aborted already: RolloutAborted: Rollout aborted update to revision 2."),
    ],
)
async def test_what_the_controller_would_take_back_is_not_aborted(
    call: Call, shop: Cluster, state: Any, why: str
) -> None:
    with_sets(shop, state)
    answer = await call("argo_abort_rollout", **WEB)
    assert answer.error
    assert why in answer.text
    assert changes(shop) == []


async def test_an_aborted_rollout_is_tried_again(call: Call, shop: Cluster) -> None:
    with_sets(shop, aborted())
    answer = await call("argo_retry", **WEB)
    assert answer.text == "rollout 'web' retried\nIt begins again, at step 1 of 4."
    assert changes(shop) == [patch(f"{SPEC}/status", status={"abort": False})]


async def test_only_an_aborted_one_is(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    answer = await call("argo_retry", **WEB)
    assert answer.error
    assert answer.text == (
        'Nothing to retry: rollout "web" in namespace "shop" is not aborted '
        "(Paused - CanaryPauseStep). Nothing was sent."
    )


async def test_a_completed_experiment_is_tried_again_by_emptying_its_status(
    call: Call, shop: Cluster
) -> None:
    shop.store.create(an_experiment(with_sets(shop, updating()), "Failed"))
    preview = await call("argo_retry", dry_run=True, **EXPERIMENT)
    assert preview.text.startswith("Would change 1 object.")
    assert "  Effect: runs again from its beginning." in preview.text
    answer = await call("argo_retry", **EXPERIMENT)
    assert answer.text == "experiment 'web-bbb-2-0' retried"
    assert changes(shop) == [patch(f"{HERE}/experiments/web-bbb-2-0", status=None)]


@pytest.mark.parametrize(
    ("phase", "spec", "why"),
    [
        ("Running", {}, "Nothing to retry: experiment"),
        ("Successful", {"terminate": True}, "was terminated and would end again at once"),
    ],
)
async def test_an_experiment_that_would_not_run_again_is_not(
    call: Call, shop: Cluster, phase: str, spec: Any, why: str
) -> None:
    shop.store.create(an_experiment(with_sets(shop, updating()), phase, **spec))
    answer = await call("argo_retry", **EXPERIMENT)
    assert answer.error
    assert why in answer.text
    assert changes(shop) == []


async def test_ending_an_analysis_says_what_it_counts_as(call: Call, shop: Cluster) -> None:
    shop.store.create(an_analysis_run(with_sets(shop, updating()), "Running"))
    preview = await call("argo_terminate", dry_run=True, **RUN)
    assert (
        "  ! without failures it counts as passed and web goes on. To stop an update: "
        "argo_abort_rollout." in preview.text
    )
    answer = await call("argo_terminate", **RUN)
    assert answer.text == (
        "analysisrun 'web-bbb-2-1' terminated\nWithout failures so far it is Successful, and the "
        "rollout goes on; a measurement that was under way counts as inconclusive, and the rollout "
        "may wait. To stop an update: argo_abort_rollout."
    )
    assert changes(shop) == [patch(f"{HERE}/analysisruns/web-bbb-2-1", spec={"terminate": True})]
    again = await call("argo_terminate", **RUN)
    assert again.error
    assert again.text == (
        'analysisrun "web-bbb-2-1" in namespace "shop" is being terminated already. Nothing '
        "was sent."
    )


async def test_what_has_ended_is_not_ended_again(call: Call, shop: Cluster) -> None:
    shop.store.create(an_analysis_run(with_sets(shop, updating()), "Failed"))
    answer = await call("argo_terminate", **RUN)
    assert answer.error
    assert answer.text == (
        'Nothing to terminate: analysisrun "web-bbb-2-1" in namespace "shop" is Failed. Nothing '
        "was sent."
    )


ROUTED = {
    "canary": {
        **CANARY["canary"],
        "stableService": "s",
        "canaryService": "c",
        "trafficRouting": {"nginx": {"stableIngress": "web"}},
    }
}
SWITCHED = {"activeSelector": "bbb", "previewSelector": "bbb"}
GIVES_UP = (
    "! gives the update up: the rollout stays Degraded until argo_retry (from its first step), "
    "argo_undo or another version."
)
PREVIEWS = [
    pytest.param(
        "argo_promote", {}, paused(), CANARY,
        "Effect: canary weight 25 → 50: web-bbb goes to 2 pods, web-aaa to 2; next: setWeight: 50, "
        "then pause: 10m, then weight 100.",
        id="a promotion: the weight, the pods, the next pause",
    ),
    pytest.param(
        "argo_promote", {}, paused("BlueGreenPause"), BLUE_GREEN,
        "Effect: the active service web-active switches from web-aaa to web-bbb; web-aaa loses its "
        "pods 30 s later.",
        id="a blue-green promotion: the switch",
    ),
    pytest.param(
        "argo_promote", {"full": True}, paused(), CANARY,
        "Effect: canary weight 25 → 100: web-bbb goes to 4 pods, web-aaa to none. "
        "! leaves out what is left of its steps (pause, setWeight: 50, pause: 10m), analyses "
        "included.",
        id="a full promotion: what it leaves out",
    ),
    pytest.param(
        "argo_promote", {"full": True}, paused("BlueGreenPause"), BLUE_GREEN,
        "! leaves out pauses and analyses, before and after the switch.",
        id="a full blue-green promotion",
    ),
    pytest.param(
        "argo_promote", {"skip_current_step": True}, updating(currentStepIndex=0), CANARY,
        "! passes over step 1 of 4 (setWeight: 25).",
        id="a step that is passed over",
    ),
    pytest.param(
        "argo_abort_rollout", {}, paused(), CANARY,
        "Effect: canary weight 25 → 0: web-aaa goes back to 4 pods, web-bbb to none, at once. "
        + GIVES_UP,
        id="an abort: what it costs",
    ),
    pytest.param(
        "argo_abort_rollout", {}, paused(), ROUTED,
        "Effect: canary weight 25 → 0: all traffic to web-aaa; web-bbb loses its pods after 30 s.",
        id="an abort with a router",
    ),
    pytest.param(
        "argo_abort_rollout", {}, paused("BlueGreenPause"), BLUE_GREEN,
        "Effect: the active service stays with web-aaa; web-bbb loses its pods after 30 s.",
        id="an abort before the switch",
    ),
    pytest.param(
        "argo_abort_rollout", {}, updating(blueGreen=SWITCHED), BLUE_GREEN,
        "! switches the active service back from web-bbb to web-aaa.",
        id="an abort after the switch",
    ),
    pytest.param(
        "argo_retry", {}, aborted(), CANARY,
        "Effect: begins the update again: setWeight: 25, then pause until somebody acts.",
        id="a retry",
    ),
    pytest.param(
        "argo_pause_rollout", {}, updating(), CANARY,
        "Effect: stands still: no ReplicaSet is scaled and no step ends until it is resumed; "
        "analyses that run go on.",
        id="a pause",
    ),
    pytest.param(
        "argo_rollout_restart", {}, healthy(), CANARY,
        "Effect: evicts 4 pods, 1 at a time, those of the stable version first; no new revision, "
        "no steps.",
        id="a restart",
    ),
    pytest.param(
        "argo_set_image", {"image": "shop/web:3"}, healthy(), CANARY,
        "Effect: starts a canary of 4 steps over 4 pods: setWeight: 25, then pause until somebody "
        "acts.",
        id="another image",
    ),
    pytest.param(
        "argo_set_image", {"image": "shop/web:3"}, healthy(), BLUE_GREEN,
        "Effect: starts 4 pods beside those that serve (blue-green), then waits for a promotion.",
        id="another image, blue-green",
    ),
    pytest.param(
        "argo_undo", {}, healthy(currentPodHash="bbb", stableRS="bbb"), CANARY,
        "Effect: starts a canary of 4 steps over 4 pods: setWeight: 25, then pause until somebody "
        "acts.",
        id="an undo",
    ),
    pytest.param(
        "argo_undo", {}, paused(), CANARY,
        "Effect: goes back to web-aaa, the stable version, at once and without steps.",
        id="an undo in the middle of an update",
    ),
    pytest.param(
        "argo_set_image", {"image": "shop/web:1"}, paused("BlueGreenPause"), BLUE_GREEN,
        "Effect: goes back to web-aaa, the stable version, at once and without steps.",
        id="the stable version's image",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "arguments", "state", "strategy", "effect"), PREVIEWS)
async def test_a_preview_says_what_follows(
    call: Call, shop: Cluster, tool: str, arguments: Any, state: Any, strategy: Any, effect: str
) -> None:
    image = {"containers": [{"name": "app", "image": "shop/web:2"}]}
    labels = {"app": "web"}
    with_sets(shop, state, strategy, template={"metadata": {"labels": labels}, "spec": image})
    direct = await call(tool, dry_run=True, **arguments, **WEB)
    assert not direct.error, direct.text
    assert effect in " ".join(direct.text.split())
    asked = {"tool": tool, "arguments": {**arguments, **WEB}}
    async_preview = await call("k8s_preview", **asked)
    assert async_preview.text == direct.text
    assert changes(shop) == []


async def test_a_preview_holds_while_nothing_moves_and_no_longer(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    preview = await call("argo_promote", dry_run=True, **WEB)
    digest = preview.text.rpartition('if_unchanged="')[2].rstrip('"')
    again = await call("argo_promote", dry_run=True, **WEB)
    assert again.text == preview.text
    shop.store.update({**stored(shop), "status": paused(currentStepIndex=3)})
    refused = await call("argo_promote", if_unchanged=digest, **WEB)
    assert refused.error
    assert refused.text.startswith("Not done: the cluster, or the call, is not what was previewed.")


async def test_a_single_pod_that_restarts_is_warned_of(call: Call, shop: Cluster) -> None:
    with_sets(shop, healthy(), replicas=1)
    preview = await call("argo_rollout_restart", dry_run=True, **WEB)
    assert "! its only pod: nothing serves until the new one is ready." in preview.text


async def test_whoever_keeps_the_rollout_as_it_was_is_named(call: Call, shop: Cluster) -> None:
    rollout = with_sets(shop, healthy())
    rollout["metadata"]["annotations"] = {
        "argocd.argoproj.io/tracking-id": "shop:x/Rollout:shop/web"
    }
    shop.store.update(rollout)
    answer = await call("argo_set_image", image="shop/web:9", **WEB)
    assert answer.text.splitlines()[-1] == (
        "Note: managed by Argo CD application shop: its next sync reverts this."
    )


async def test_without_the_right_to_patch_the_status_the_tool_says_what_it_needs(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, paused())
    why = (
        'rollouts.argoproj.io "web" is forbidden: User "jane" cannot patch resource '
        '"rollouts/status" in API group "argoproj.io" in the namespace "shop"'
    )
    shop.faults.status(403, "/web/status$", None, "Forbidden", why, "PATCH")
    answer = await call("argo_abort_rollout", **WEB)
    assert answer.error
    assert answer.text == (
        'Not allowed: user "jane" lacks "patch" on "rollouts/status.argoproj.io" in namespace '
        '"shop". The tool argo_abort_rollout needs get, list and watch on '
        "rollouts.argoproj.io; patch on rollouts.argoproj.io/status."
    )


@pytest.mark.parametrize("name", ["--help", "../web", "WEB", "a/b", "web\n", "x" * 300, "wéb"])
async def test_a_name_that_is_none_never_leaves(call: Call, shop: Cluster, name: str) -> None:
    answer = await call("argo_abort_rollout", name=name, namespace="shop")
    assert answer.error
    assert 'Argument "name"' in answer.text
    assert changes(shop) == []
