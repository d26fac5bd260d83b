"""argo_status: the plugin's line first, and what it leaves open."""

import asyncio
from datetime import timedelta

import pytest
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import NOW, Call
from tests.support.argo import a_rollout
from tests.support.argo_states import (
    BLUE_GREEN,
    CANARY,
    aborted,
    healthy,
    paused,
    stored,
    updating,
    with_sets,
)
from tests.support.builders import a_pod
from tests.support.rollouts import watched
from tools.dependencies import Clients

WEB = {"name": "web", "namespace": "shop"}
WAITS = (
    "Next: argo_promote, argo_resume_rollout, argo_promote with full, argo_abort_rollout, "
    "argo_pause_rollout."
)


async def test_a_canary_that_waits_for_a_person(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    answer = await call("argo_status", **WEB)
    assert answer.text == (
        "Paused - CanaryPauseStep\n"
        "Step 1/4, at pause; weight 25 (set 25); 1 of 4 pods updated, 4 available.\n"
        "CanaryPauseStep since 2026-11-20T11:59:00Z (60s): waits for a person.\n" + WAITS
    )
    assert not answer.error
    assert {**answer.data, "output": ""} == {
        "output": "",
        "error": False,
        "phase": "Paused",
        "message": "CanaryPauseStep",
        "done": False,
        "needs_person": True,
        "step": 1,
        "steps": 4,
        "set_weight": 25,
        "actual_weight": 25,
    }


async def test_a_pause_with_an_end_says_when_that_is(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused(currentStepIndex=3))
    answer = await call("argo_status", **WEB)
    assert (
        "CanaryPauseStep since 2026-11-20T11:59:00Z (60s): goes on by itself at "
        "2026-11-20T12:09:00Z (in 9m)." in answer.text
    )
    assert answer.data["needs_person"] is False


async def test_seconds_count_for_nothing_where_promoting_by_itself_is_switched_off(
    call: Call, shop: Cluster
) -> None:
    """The real controller waits for ever; only the spec looks as if it did not."""
    how = {"blueGreen": {**BLUE_GREEN["blueGreen"], "autoPromotionSeconds": 8}}
    with_sets(shop, paused("BlueGreenPause", blueGreen={"activeSelector": "aaa"}), how)
    answer = await call("argo_status", **WEB)
    assert "BlueGreenPause since 2026-11-20T11:59:00Z (60s): waits for a person." in answer.text
    assert answer.text.splitlines()[1].startswith("Active aaa; ")


async def test_both_pauses_are_told(call: Call, shop: Cluster) -> None:
    status = paused(message="manually paused")
    with_sets(shop, status, paused=True)
    lines = (await call("argo_status", **WEB)).text.splitlines()
    assert lines[0] == "Paused - manually paused"
    assert lines[2] == "Paused by hand (spec.paused): nothing goes on until argo_resume_rollout."
    assert lines[3].startswith("CanaryPauseStep since ")


async def test_degraded_is_an_answer_and_no_error(call: Call, shop: Cluster) -> None:
    with_sets(shop, aborted())
    answer = await call("argo_status", **WEB)
    assert not answer.error
    assert answer.text.splitlines()[:2] == [
        "Degraded",
        "RolloutAborted: Rollout aborted update to revision 2",
    ]
    assert answer.text.splitlines()[-1] == "Next: argo_retry, argo_promote with full, argo_undo."
    assert answer.data["done"] is True


async def test_the_analysis_that_it_waits_for_is_named(call: Call, shop: Cluster) -> None:
    run = {"name": "web-bbb-2-1", "status": "Running", "message": ""}
    with_sets(shop, updating(canary={"currentStepAnalysisRunStatus": run}))
    answer = await call("argo_status", **WEB)
    assert "AnalysisRun of the step, web-bbb-2-1: Running" in answer.text


async def test_new_pods_that_do_not_start_are_told(call: Call, shop: Cluster) -> None:
    with_sets(shop, updating())
    replica_set = shop.store.get("apps", "replicasets", "shop", "web-bbb")
    waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "shop/web:2"'}
    container = {"name": "app", "ready": False, "restartCount": 0, "state": {"waiting": waiting}}
    pod = a_pod("web-bbb-1", labels=replica_set["metadata"]["labels"],
                status={"phase": "Pending", "containerStatuses": [container]})  # fmt: skip
    owner = {"kind": "ReplicaSet", "name": "web-bbb", "uid": replica_set["metadata"]["uid"]}
    pod["metadata"]["ownerReferences"] = [{**owner, "apiVersion": "apps/v1", "controller": True}]
    shop.store.create(pod)
    answer = await call("argo_status", **WEB)
    assert "web-bbb-1" in answer.text
    assert "ImagePullBackOff" in answer.text


async def test_a_weight_that_cannot_be_worked_out_is_left_out_and_why(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, paused())
    shop.faults.status(403, "/replicasets$", reason="Forbidden")
    answer = await call("argo_status", **WEB)
    assert not answer.error
    lines = answer.text.splitlines()
    assert lines[1].startswith("Step 1/4, at pause; weight (set 25); ")
    assert lines[-2:] == ["Not visible: replicasets (forbidden).", WAITS]
    assert answer.data["actual_weight"] is None


async def test_what_the_new_pods_say_may_be_hidden(call: Call, shop: Cluster) -> None:
    with_sets(shop, updating())
    shop.faults.status(403, "/events$", reason="Forbidden")
    answer = await call("argo_status", **WEB)
    assert "  Not visible: events (forbidden)." in answer.text.splitlines()
    shop.faults.status(403, "/pods$", reason="Forbidden", message="no pods for you")
    answer = await call("argo_status", **WEB)
    assert "  Its pods are not shown: Not allowed: no pods for you" in answer.text.splitlines()


async def test_a_rollout_that_no_controller_looks_at(call: Call, shop: Cluster) -> None:
    rollout = a_rollout(strategy=CANARY)
    rollout["metadata"]["creationTimestamp"] = f"{NOW - timedelta(seconds=42):%Y-%m-%dT%H:%M:%SZ}"
    rollout["metadata"]["labels"] = {"argo-rollouts.argoproj.io/controller-instance-id": "east"}
    shop.store.create(rollout)
    answer = await call("argo_status", **WEB)
    assert answer.text.splitlines()[0] == "Progressing - more replicas need to be updated"
    assert (
        "The Argo Rollouts controller has left this alone for 42s: it does not run, or does not "
        'watch this rollout (label controller-instance-id: "east").' in answer.text
    )


@pytest.mark.parametrize(
    ("status", "first"),
    [
        (healthy(), "Healthy"),
        (aborted(), "Degraded"),
        (paused(), "Paused - CanaryPauseStep"),
    ],
)
async def test_a_watch_ends_at_once_where_nothing_goes_on_by_itself(
    call: Call, shop: Cluster, status: dict[str, object], first: str
) -> None:
    with_sets(shop, status)
    answer = await call("argo_status", watch=True, wait_seconds=200, **WEB)
    assert answer.text.splitlines()[0] == first


@pytest.mark.parametrize(
    "status",
    [
        paused(abort=True),
        paused(promoteFull=True),
        paused(currentStepIndex=3),
        {**paused(), "pauseConditions": None},
    ],
)
async def test_a_watch_goes_on_while_what_was_asked_for_is_still_to_come(
    call: Call, shop: Cluster, status: dict[str, object]
) -> None:
    with_sets(shop, status)
    answer = await call("argo_status", watch=True, wait_seconds=1, **WEB)
    assert answer.text.splitlines()[0] == "Not done after 1 s; call again to go on watching."
    assert not answer.error


async def test_a_watch_ends_when_the_rollout_does_and_tells_its_progress(
    clients: Clients, shop: Cluster
) -> None:
    with_sets(shop, updating())
    told: list[str | None] = []

    async def tell(_: float, __: float | None, message: str | None) -> None:
        told.append(message)

    async with Client(create_app(Settings(), clients), progress_handler=tell) as client:
        arguments = {"watch": True, "wait_seconds": 200, **WEB}
        calling = asyncio.create_task(client.call_tool("argo_status", arguments))
        await watched(shop)
        shop.store.update({**stored(shop), "status": healthy()})
        answer = await calling
    assert answer.content[0].text.splitlines()[0] == "Healthy"
    assert told == [
        "Progressing - more replicas need to be updated; Step 1/4, at pause; weight (set 25); "
        "1 of 4 pods updated, 4 available.",
        "Healthy; Step 4/4; weight (set 100); 4 of 4 pods updated, 4 available.",
    ]


async def test_a_rollout_that_is_deleted_meanwhile(clients: Clients, shop: Cluster) -> None:
    with_sets(shop, updating())
    async with Client(create_app(Settings(), clients)) as client:
        arguments = {"watch": True, "wait_seconds": 200, **WEB}
        calling = asyncio.create_task(
            client.call_tool("argo_status", arguments, raise_on_error=False)
        )
        await watched(shop)
        shop.store.delete("argoproj.io", "rollouts", "shop", "web")
        answer = await calling
    assert answer.is_error
    assert (
        answer.content[0].text
        == 'rollout "web" in namespace "shop" was deleted while it was watched.'
    )


@pytest.mark.parametrize("watch", [True, False])
async def test_a_missing_rollout_is_named_with_the_nearest(
    call: Call, shop: Cluster, watch: bool
) -> None:
    with_sets(shop, healthy())
    answer = await call("argo_status", name="wbe", namespace="shop", watch=watch)
    assert answer.error
    assert answer.text == 'rollout "wbe" not found in namespace "shop". Did you mean "web"?'


@pytest.mark.parametrize("seconds", [-1, 281])
async def test_a_wait_has_its_bounds(call: Call, shop: Cluster, seconds: int) -> None:
    answer = await call("argo_status", watch=True, wait_seconds=seconds, **WEB)
    assert answer.error
    assert answer.text == f'Argument "wait_seconds": {seconds} is not from 0 to 280.'


async def test_an_api_server_that_falls_silent_is_told_of(call: Call, shop: Cluster) -> None:
    with_sets(shop, updating())
    shop.faults.status(503, "/rollouts$", None, "ServiceUnavailable", "shutting down")
    answer = await call("argo_status", watch=True, wait_seconds=1, **WEB)
    assert answer.error
    assert "shutting down" in answer.text
