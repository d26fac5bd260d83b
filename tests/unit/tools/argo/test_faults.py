"""A controller that lags, answers that are lost, and objects of shapes that nobody expects."""

import asyncio
from typing import Any

import pytest
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import Call
from tests.support.argo import VERSION, a_rollout
from tests.support.argo_states import CANARY, healthy, stored, updating, with_sets
from tests.support.builders import an_object
from tests.support.changing import changes
from tests.support.rollouts import watched
from tools.dependencies import Clients

WEB = {"name": "web", "namespace": "shop"}


async def test_a_full_promotion_waits_until_the_controller_has_seen_the_last_change(
    clients: Clients, shop: Cluster
) -> None:
    """Sent before that, the real controller forgets it."""
    with_sets(shop, healthy(observedGeneration="0"))
    async with Client(create_app(Settings(), clients)) as client:
        calling = asyncio.create_task(client.call_tool("argo_promote", {"full": True, **WEB}))
        await watched(shop)
        assert changes(shop) == []
        shop.store.update({**stored(shop), "status": updating()})
        answer = await calling
    assert answer.content[0].text == "rollout 'web' fully promoted"
    [(_, path, _, _, body)] = changes(shop)
    assert path.endswith("/web/status")
    assert body == {"status": {"promoteFull": True}}


async def test_a_preview_does_not_wait(call: Call, shop: Cluster) -> None:
    with_sets(shop, healthy(observedGeneration="0"))
    answer = await call("argo_promote", full=True, dry_run=True, **WEB)
    assert answer.error
    assert answer.text == (
        'The Argo Rollouts controller has not looked at the last change of rollout "web" in '
        'namespace "shop". Nothing was sent.'
    )


@pytest.mark.parametrize(
    ("tool", "path"),
    [
        ("argo_abort_rollout", "/web/status$"),
        ("argo_pause_rollout", "/rollouts/web$"),
        ("argo_rollout_restart", "/rollouts/web$"),
    ],
)
async def test_an_answer_that_is_lost_leaves_it_unknown(
    call: Call, shop: Cluster, tool: str, path: str
) -> None:
    with_sets(shop, updating())
    shop.faults.reset(path, method="PATCH")
    answer = await call(tool, **WEB)
    assert answer.error
    assert (
        'it is unknown whether rollout "web" in namespace "shop" was changed. Check: '
        in answer.text
    )
    assert len([r for r in shop.requests if r.method == "PATCH"]) == 1


async def test_a_rollout_that_is_gone_between_reading_and_patching(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, updating())
    why = 'rollouts.argoproj.io "web" not found'
    shop.faults.status(404, "/web/status$", 1, "NotFound", why, "PATCH")
    answer = await call("argo_abort_rollout", **WEB)
    assert answer.error
    assert answer.text == why


ODD: list[Any] = [
    {"conditions": [1, "x", None], "pauseConditions": "soon"},
    {"pauseConditions": [None, 3], "currentStepIndex": "two", "controllerPause": "yes"},
    {"currentStepIndex": 10**9, "availableReplicas": "many", "updatedReplicas": None},
    {"canary": "none", "blueGreen": [], "phase": "Paused", "message": None},
    {"phase": "\x1b[31mHealthy\u202e", "message": "x" * 100_000},
    {"canary": {"weights": {"canary": 5, "additional": [7]}}, "conditions": {"type": "x"}},
    {"pauseConditions": [{"reason": "CanaryPauseStep", "startTime": "yesterday"}]},
]
READING = ["argo_list_rollouts", "argo_status", "argo_describe", "argo_history"]
CHANGING = ["argo_promote", "argo_resume_rollout", "argo_abort_rollout", "argo_retry", "argo_undo"]


@pytest.mark.parametrize("odd", ODD)
async def test_a_status_of_any_shape_is_answered(call: Call, shop: Cluster, odd: Any) -> None:
    with_sets(shop, {**updating(), **odd})
    for tool in [*READING, *CHANGING]:
        here = WEB if tool != "argo_list_rollouts" else {"namespace": "shop"}
        preview = {"dry_run": True} if tool in CHANGING else {}
        answer = await call(tool, **here, **preview)
        assert "failed for a reason of its own" not in answer.text, tool
        assert "\x1b" not in answer.text
        assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    "spec",
    [
        {"strategy": {"canary": {"steps": "all"}}},
        {"strategy": {"canary": {"steps": [None, 5, {}]}}},
        {"strategy": {"canary": {"steps": [{"pause": {"duration": "soon"}}, {"setWeight": "x"}]}}},
        {"strategy": {}},
        {"strategy": {"blueGreen": None, "canary": None}},
        {"replicas": "four", "paused": "true"},
        {"template": None},
    ],
)
async def test_a_spec_of_any_shape_is_answered(call: Call, shop: Cluster, spec: Any) -> None:
    shop.store.create(a_rollout(status=updating(), **{"strategy": CANARY, **spec}))
    for tool in [*READING, *CHANGING, "argo_set_image"]:
        here = WEB if tool != "argo_list_rollouts" else {"namespace": "shop"}
        preview = {"dry_run": True} if tool not in READING else {}
        image = {"image": "x:1"} if tool == "argo_set_image" else {}
        answer = await call(tool, **here, **preview, **image)
        assert "failed for a reason of its own" not in answer.text, tool


@pytest.mark.parametrize(
    "status",
    [
        {"metricResults": "none"},
        {"metricResults": [{"name": "x", "measurements": "none", "failed": "many"}]},
        {"metricResults": [{"measurements": [{"value": 5, "metadata": "x"}]}], "phase": "Failed"},
        {"phase": 7},
    ],
)
async def test_an_analysis_run_of_any_shape_is_answered(
    call: Call, shop: Cluster, status: Any
) -> None:
    rollout = with_sets(shop, updating())
    owner = {"kind": "Rollout", "name": "web", "uid": rollout["metadata"]["uid"]}
    run = an_object(VERSION, "AnalysisRun", "run", spec={"metrics": "all"}, status=status)
    run["metadata"]["ownerReferences"] = [{**owner, "apiVersion": VERSION}]
    shop.store.create(run)
    for tool in ("argo_list_analysisruns", "argo_describe", "argo_history"):
        here = WEB if tool != "argo_list_analysisruns" else {"namespace": "shop"}
        answer = await call(tool, **here)
        assert "failed for a reason of its own" not in answer.text, tool
