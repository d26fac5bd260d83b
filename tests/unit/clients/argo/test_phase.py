"""The state machine, compared with the plugin's verdict on what a real controller stored.

The objects are recorded (``tests/support/argo_recording/record.py``): rollouts of every strategy on
their way through every phase, each judged by ``kubectl argo rollouts status``.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clients.argo.phase import Phase, phase_of, unanswered_since

STATES = json.loads((Path(__file__).parent / "data" / "states.json").read_text())
each = pytest.mark.parametrize(
    "state", [pytest.param(s, id=f"{n}-{s['name']}") for n, s in enumerate(STATES)]
)
GENERATION = "rollout.argoproj.io/workload-generation"


def as_the_plugin_prints(phase: Phase) -> str:
    if phase.ends_a_watch:
        return phase.phase
    return f"{phase.phase} - {phase.message}"


@each
def test_the_phase_is_the_plugins(state: dict[str, Any]) -> None:
    [rollout] = state["rollouts"]
    [first, *rest] = state["said"]["status"].splitlines()
    phase = phase_of(rollout)
    assert as_the_plugin_prints(phase) == first
    if phase.phase == "Degraded":
        assert rest == [f"Error: The rollout is in a degraded state with message: {phase.message}"]


@each
def test_without_the_controllers_own_word_it_is_worked_out_as_the_plugin_does(
    state: dict[str, Any],
) -> None:
    [rollout] = state["rollouts"]
    status = {k: v for k, v in rollout.get("status", {}).items() if k not in ("phase", "message")}
    phase = phase_of({**rollout, "status": status})
    assert as_the_plugin_prints(phase) == state["said"]["computed"].splitlines()[0]


def test_what_was_recorded_has_every_phase_and_message() -> None:
    said = {
        state["said"][key].splitlines()[0] for state in STATES for key in ("status", "computed")
    }
    messages = {
        "waiting for rollout spec update to be observed",
        "more replicas need to be updated",
        "updated replicas are still becoming available",
        "old replicas are pending termination",
        "active service cutover pending",
        "waiting for analysis to complete",
        "rollout is restarting",
    }
    reasons = {"CanaryPauseStep", "BlueGreenPause", "InconclusiveAnalysisRun", "manually paused"}
    assert {f"Progressing - {each}" for each in messages} <= said
    assert {f"Paused - {each}" for each in reasons} <= said
    assert {"Healthy", "Degraded"} <= said
    assert len(STATES) >= 60


def a_rollout(**status: Any) -> dict[str, Any]:
    metadata = {"name": "web", "generation": 3, "annotations": {GENERATION: "5"}}
    strategy = {"canary": {}}
    return {"metadata": metadata, "spec": {"strategy": strategy, "replicas": 1}, "status": status}


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ({"observedGeneration": "3", "phase": "Healthy"}, Phase("Healthy")),
        ({"observedGeneration": "4", "phase": "Healthy"}, Phase("Healthy")),
        ({"observedGeneration": "6bf59c7d5", "phase": "Healthy"}, Phase("Healthy")),
        (
            {"observedGeneration": "2", "phase": "Healthy"},
            Phase("Progressing", "waiting for rollout spec update to be observed"),
        ),
        (
            {"observedGeneration": "3", "phase": "Paused", "controllerPause": True},
            Phase("Progressing", "waiting for rollout to unpause"),
        ),
        (
            {"observedGeneration": "3", "phase": "Healthy", "workloadObservedGeneration": "4"},
            Phase(
                "Progressing",
                "waiting for rollout spec update to be observed for the reference workload",
            ),
        ),
        (
            {"observedGeneration": "3", "phase": "Healthy", "workloadObservedGeneration": "5"},
            Phase("Healthy"),
        ),
    ],
)
def test_what_no_recording_shows(status: dict[str, Any], phase: Phase) -> None:
    assert phase_of(a_rollout(**status)) == phase


def test_an_old_controllers_canary_with_every_pod_new_waits_for_its_steps() -> None:
    now = {"updatedReplicas": 1, "availableReplicas": 1, "replicas": 1, "stableRS": "a"}
    rollout = a_rollout(observedGeneration="3", currentPodHash="b", **now)
    assert phase_of(rollout) == Phase("Progressing", "waiting for all steps to complete")


def test_since_when_the_controller_leaves_a_change_alone_is_read_from_the_managed_fields() -> None:
    rollout = a_rollout(observedGeneration="2", phase="Healthy")
    rollout["metadata"]["managedFields"] = [
        {"manager": "kubectl", "operation": "Update", "time": "2026-11-20T10:00:00Z"},
        {"manager": "skyflo", "operation": "Update", "time": "2026-11-20T11:00:00Z"},
        {"manager": "rollouts-controller", "operation": "Update", "time": "2026-11-20T11:30:00Z"},
        {
            "manager": "skyflo",
            "operation": "Update",
            "subresource": "status",
            "time": "2026-11-20T11:45:00Z",
        },
    ]
    assert unanswered_since(rollout) == datetime(2026, 11, 20, 11, tzinfo=UTC)
    rollout["status"] = {"observedGeneration": "3", "controllerPause": True}
    assert unanswered_since(rollout) == datetime(2026, 11, 20, 11, 45, tzinfo=UTC)
    rollout["status"] = {"observedGeneration": "3", "phase": "Healthy"}
    assert unanswered_since(rollout) is None


def test_a_rollout_that_no_controller_has_seen_is_unanswered_since_it_was_made() -> None:
    rollout = a_rollout()
    rollout["metadata"]["creationTimestamp"] = "2026-11-20T10:00:00Z"
    assert phase_of(rollout) == Phase("Progressing", "more replicas need to be updated")
    assert unanswered_since(rollout) == datetime(2026, 11, 20, 10, tzinfo=UTC)
