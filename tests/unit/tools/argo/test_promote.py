"""argo_promote and argo_resume_rollout: what is sent, and never nothing without saying so."""

import asyncio
from typing import Any

import pytest
from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox import Cluster
from tests.conftest import Call, Said
from tests.support.argo import PATH, a_rollout, install_argo
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
from tests.support.changing import MERGE, changes
from tools.dependencies import Clients

WEB = {"name": "web", "namespace": "shop"}
SPEC = f"{PATH}/namespaces/shop/rollouts/web"
STATUS = f"{SPEC}/status"
UNSURE = {"name": "web-bbb-2-1", "status": "Inconclusive"}
UNPAUSE = (SPEC, {"spec": {"paused": False}})


def sent(cluster: Cluster) -> list[tuple[str, Any]]:
    """Return path and body of each merge patch, without the version that it is bound to."""
    found = changes(cluster)
    assert {(method, kind) for method, _, _, kind, _ in found} <= {("PATCH", MERGE)}
    return [(path, {k: v for k, v in body.items() if k != "metadata"})
            for _, path, _, _, body in found]  # fmt: skip


def status(**fields: Any) -> tuple[str, Any]:
    return STATUS, {"status": fields}


CASES = [
    pytest.param(
        paused(), {}, "Lifted: CanaryPauseStep at step 2 of 4.", [status(pauseConditions=None)],
        id="a pause step",
    ),
    pytest.param(
        paused(message="manually paused"), {"paused": True},
        "Lifted: the pause by hand and CanaryPauseStep at step 2 of 4.",
        [UNPAUSE, status(pauseConditions=None)],
        id="both pauses, the one by hand first",
    ),
    pytest.param(
        updating(currentStepIndex=0), {}, "Passed over: step 1 of 4 (setWeight: 25).",
        [status(pauseConditions=None, currentStepIndex=1)],
        id="a step under way",
    ),
    pytest.param(
        updating(currentStepIndex=0, phase="Paused", message="manually paused"), {"paused": True},
        "Lifted: the pause by hand.\nPassed over: step 1 of 4 (setWeight: 25).",
        [status(pauseConditions=None, currentStepIndex=1), UNPAUSE],
        id="paused by hand at a step: as the plugin, past it",
    ),
    pytest.param(
        paused("InconclusiveAnalysisRun",
               canary={"currentStepAnalysisRunStatus": UNSURE}), {},
        "Lifted: InconclusiveAnalysisRun at step 2 of 4.\nPassed over: step 2 of 4 (pause).",
        [status(pauseConditions=None, controllerPause=False, currentStepIndex=2)],
        id="an analysis without verdict",
    ),
    pytest.param(
        healthy(), {"paused": True}, "Lifted: the pause by hand.", [UNPAUSE],
        id="paused by hand without an update",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("state", "spec", "said", "expected"), CASES)
async def test_promoting(
    call: Call, shop: Cluster, state: Any, spec: Any, said: str, expected: Any
) -> None:
    with_sets(shop, state, **spec)
    answer = await call("argo_promote", **WEB)
    assert not answer.error, answer.text
    assert answer.text == f"rollout 'web' promoted\n{said}"
    assert sent(shop) == expected


async def test_a_blue_green_pause_is_lifted(call: Call, shop: Cluster) -> None:
    with_sets(shop, {**paused("BlueGreenPause"), "currentStepIndex": None}, BLUE_GREEN)
    answer = await call("argo_promote", **WEB)
    assert answer.text == "rollout 'web' promoted\nLifted: BlueGreenPause."
    assert sent(shop) == [status(pauseConditions=None)]


@pytest.mark.parametrize(
    ("state", "strategy", "arguments", "why"),
    [
        (healthy(), CANARY, {}, "Nothing to promote: it is fully promoted."),
        (healthy(), CANARY, {"full": True}, "Nothing to promote: it is fully promoted."),
        (healthy(), CANARY, {"skip_current_step": True}, "Nothing to skip: it is fully promoted."),
        (updating(currentStepIndex=4), CANARY, {}, "Nothing to promote: all steps are done."),
        (
            updating(),
            BLUE_GREEN,
            {},
            "Nothing to promote: it is blue-green and not paused (full=true skips analyses).",
        ),
        (
            updating(),
            {"canary": {}},
            {},
            "Nothing to promote: it is a canary without steps and not paused "
            "(full=true skips analyses).",
        ),
        (
            updating(promoteFull=True),
            CANARY,
            {"full": True},
            "Nothing to do: a full promotion is under way.",
        ),
        (
            {**paused(), "pauseConditions": None},
            CANARY,
            {},
            "Nothing to promote: it was promoted a moment ago.",
        ),
    ],
)
async def test_what_would_do_nothing_is_refused_with_its_reason(
    call: Call, shop: Cluster, state: Any, strategy: Any, arguments: Any, why: str
) -> None:
    with_sets(shop, state, strategy)
    answer = await call("argo_promote", **arguments, **WEB)
    assert answer.error
    assert answer.text.startswith(f'{why} rollout "web" in namespace "shop": ')
    assert answer.text.endswith("Nothing was sent.")
    assert sent(shop) == []


@pytest.mark.parametrize("arguments", [{}, {"skip_current_step": True}])
async def test_an_aborted_rollout_is_not_promoted_but_fully(
    call: Call, shop: Cluster, arguments: Any
) -> None:
    with_sets(shop, aborted())
    answer = await call("argo_promote", **arguments, **WEB)
    assert answer.error
    assert "argo_retry begins again at its first step" in answer.text
    assert sent(shop) == []
    full = await call("argo_promote", full=True, **WEB)
    assert full.text == "rollout 'web' fully promoted"
    assert sent(shop) == [status(promoteFull=True)]


@pytest.mark.parametrize(
    ("strategy", "why"),
    [
        (BLUE_GREEN, 'rollout "web" in namespace "shop" is blue-green: it has no steps to skip.'),
        ({"canary": {}}, 'rollout "web" in namespace "shop" has no steps to skip.'),
    ],
)
async def test_only_a_canary_with_steps_has_some_to_skip(
    call: Call, shop: Cluster, strategy: Any, why: str
) -> None:
    with_sets(shop, updating(), strategy)
    answer = await call("argo_promote", skip_current_step=True, **WEB)
    assert answer.error
    assert answer.text == why


async def test_full_and_one_step_exclude_each_other(call: Call, shop: Cluster) -> None:
    answer = await call("argo_promote", full=True, skip_current_step=True, **WEB)
    assert answer.error
    assert answer.text == "Give full or skip_current_step, not both."


async def test_a_conflict_has_it_read_and_decided_again(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    shop.faults.status(409, "/web/status$", 2, "Conflict", "the object has been modified", "PATCH")
    answer = await call("argo_promote", **WEB)
    assert not answer.error
    assert len(sent(shop)) == 3


async def test_conflicts_without_end_are_told(call: Call, shop: Cluster) -> None:
    with_sets(shop, paused())
    why = "the object has been modified; please apply your changes to the latest version"
    shop.faults.status(409, "/web/status$", None, "Conflict", why, "PATCH")
    answer = await call("argo_promote", **WEB)
    assert answer.error
    assert answer.text == why
    assert len(sent(shop)) == 5


async def test_a_patch_is_bound_to_the_state_it_was_decided_on(call: Call, shop: Cluster) -> None:
    rollout = with_sets(shop, updating(currentStepIndex=0))
    await call("argo_promote", **WEB)
    [(_, _, _, _, body)] = changes(shop)
    assert body["metadata"] == {"resourceVersion": rollout["metadata"]["resourceVersion"]}


async def test_a_preview_waits_for_nobody(call: Call, shop: Cluster) -> None:
    with_sets(shop, healthy(observedGeneration="0"))
    answer = await call("argo_promote", dry_run=True, **WEB)
    assert (
        "Would fail: The Argo Rollouts controller has not looked at the last change of"
        in answer.text
        or answer.error
    )
    assert sent(shop) == []


async def test_a_controller_from_before_status_was_apart_is_sent_the_object_itself(
    call: Call, cluster: Cluster
) -> None:
    install_argo(cluster)
    old_definition(cluster)
    seen = paused(observedGeneration="6bf59c7d5")  # a hash then
    cluster.store.create(a_rollout(status=seen, strategy=CANARY))
    answer = await call("argo_promote", **WEB)
    assert answer.text == "rollout 'web' promoted\nLifted: CanaryPauseStep at step 2 of 4."
    assert sent(cluster) == [(SPEC, {"status": {"pauseConditions": None}})]
    preview = await call("argo_abort_rollout", dry_run=True, **WEB)
    assert "status.abort: (none) → true" in preview.text


def old_definition(cluster: Cluster) -> None:
    name = "rollouts.argoproj.io"
    definition = cluster.store.get("apiextensions.k8s.io", "customresourcedefinitions", None, name)
    assert definition
    for version in definition["spec"]["versions"]:
        version.pop("subresources", None)
    cluster.store.update(definition)


@pytest.mark.parametrize(
    ("state", "spec", "said", "expected"),
    [
        (paused(), {}, "Lifted: CanaryPauseStep at step 2 of 4.", [status(pauseConditions=None)]),
        (
            paused(message="manually paused"),
            {"paused": True},
            "Lifted: the pause by hand and CanaryPauseStep at step 2 of 4.",
            [UNPAUSE, status(pauseConditions=None)],
        ),
        (updating(), {"paused": True}, "Lifted: the pause by hand.", [UNPAUSE]),
        (
            paused(
                "InconclusiveAnalysisRun",
                canary={"currentStepAnalysisRunStatus": UNSURE},
            ),
            {},
            "Lifted: InconclusiveAnalysisRun at step 2 of 4.\nThe analysis without verdict runs "
            "again, and may pause again; argo_promote goes past it.",
            [status(pauseConditions=None)],
        ),
    ],
)
async def test_resuming_lifts_pauses_and_never_moves_the_step(
    call: Call, shop: Cluster, state: Any, spec: Any, said: str, expected: Any
) -> None:
    with_sets(shop, state, **spec)
    answer = await call("argo_resume_rollout", **WEB)
    assert answer.text == f"rollout 'web' resumed\n{said}"
    assert sent(shop) == expected


async def test_resuming_a_blue_green_rollout_is_called_what_it_is(
    call: Call, shop: Cluster
) -> None:
    with_sets(shop, paused("BlueGreenPause"), BLUE_GREEN)
    answer = await call("argo_resume_rollout", **WEB)
    assert answer.text.endswith(
        "For a blue-green rollout that is its promotion: the active service switches."
    )


async def test_what_is_not_paused_is_not_resumed(call: Call, shop: Cluster) -> None:
    with_sets(shop, healthy())
    answer: Said = await call("argo_resume_rollout", **WEB)
    assert answer.error
    assert answer.text == (
        'Nothing to resume: it is not paused. rollout "web" in namespace "shop": Healthy. '
        "Nothing was sent."
    )


async def test_what_went_on_by_itself_is_not_called_promoted(
    clients: Clients, shop: Cluster
) -> None:
    with_sets(shop, paused())
    shop.faults.status(409, "/web/status$", 1, "Conflict", "modified", "PATCH")
    seen = shop.faults.hold("/web/status$", method="PATCH")
    async with Client(create_app(Settings(), clients)) as client:
        calling = asyncio.create_task(client.call_tool("argo_promote", WEB, raise_on_error=False))
        await patched(shop)
        shop.store.update({**stored(shop), "status": updating(currentStepIndex=2)})
        seen.set()
        answer = await calling
    assert answer.is_error
    assert answer.content[0].text == (
        'rollout "web" in namespace "shop" went on by itself meanwhile; nothing was changed.'
    )


async def patched(cluster: Cluster) -> None:
    """Return when a patch has come."""
    async with asyncio.timeout(5):
        while not any(request.method == "PATCH" for request in cluster.requests):  # noqa: ASYNC110
            await asyncio.sleep(0)
