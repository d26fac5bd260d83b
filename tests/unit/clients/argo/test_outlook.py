"""What lies ahead, in words and in figures; the figures are held to a real controller's."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.argo.outlook import ahead, canary_pods, step_text
from clients.argo.rollout import canary, pause_seconds, seconds, set_weight, status

TREES = Path(__file__).parents[2] / "tools" / "render" / "argo" / "data" / "trees.json"


def counted(moment: dict[str, Any]) -> tuple[int, int]:
    """Return how many pods the controller wants of the new and of the stable version."""
    now = status(moment["rollouts"][0])
    wanted = {
        each["metadata"]["labels"]["rollouts-pod-template-hash"]: each["spec"]["replicas"]
        for each in moment["replicasets"]
        if each["metadata"]["ownerReferences"][0]["kind"] == "Rollout"
    }
    return wanted[now["currentPodHash"]], wanted[now["stableRS"]]


def stands_still(moment: dict[str, Any]) -> bool:
    """Leave out what was recorded in the middle of scaling, and scales that are set by hand."""
    [rollout] = moment["rollouts"]
    now = status(rollout)
    if now.get("message") != "CanaryPauseStep" or "setCanaryScale" in str(canary(rollout)):
        return False
    return sum(counted(moment)) == now.get("replicas", 0)


PAUSED = [moment for moment in json.loads(TREES.read_text()) if stands_still(moment)]


@pytest.mark.parametrize("moment", [pytest.param(m, id=m["name"]) for m in PAUSED])
def test_pods_are_counted_as_the_controller_counts_them(moment: dict[str, Any]) -> None:
    [rollout] = moment["rollouts"]
    assert canary_pods(rollout, set_weight(rollout)) == counted(moment)


def test_what_was_recorded_has_canaries_of_several_weights_and_sizes() -> None:
    sizes = {(set_weight(m["rollouts"][0]), sum(counted(m))) for m in PAUSED}
    assert len(sizes) >= 6, sizes


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ({"setWeight": 0}, "setWeight: 0"),
        ({"pause": {}}, "pause"),
        ({"pause": {"duration": 10}}, "pause: 10"),
        ({"pause": {"duration": "1h"}}, "pause: 1h"),
        ({"experiment": {}}, "experiment"),
        ({"analysis": {}}, "analysis"),
        ({"setCanaryScale": {"weight": 5}}, "setCanaryScale{weight: 5}"),
        ({"setCanaryScale": {"replicas": 0}}, "setCanaryScale{replicas: 0}"),
        (
            {"setCanaryScale": {"matchTrafficWeight": True}},
            "setCanaryScale{matchTrafficWeight: true}",
        ),
        ({"plugin": {"name": "org/check"}}, "plugin: org/check"),
        ({"setHeaderRoute": {"name": "beta"}}, "setHeaderRoute: beta"),
        ({"setMirrorRoute": {"name": "copy"}}, "setMirrorRoute: copy"),
        ({}, "invalid"),
    ],
)
def test_steps_are_written_as_the_plugin_writes_them(step: dict[str, Any], text: str) -> None:
    assert step_text(step) == text


def a_rollout(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"strategy": {"canary": {"steps": list(steps)}}}}


def test_what_is_ahead_ends_at_the_first_pause_without_an_end() -> None:
    rollout = a_rollout(
        {"setWeight": 5}, {"pause": {"duration": "1m"}}, {"setWeight": 50}, {"pause": {}}
    )
    assert ahead(rollout, 0) == (
        "setWeight: 5, then pause: 1m, then setWeight: 50, then pause until somebody acts"
    )
    assert ahead(rollout, 4) == "weight 100"


def test_many_steps_are_shortened() -> None:
    rollout = a_rollout(*({"setWeight": each} for each in range(10, 100, 10)))
    assert ahead(rollout, 0) == (
        "setWeight: 10, then setWeight: 20, then setWeight: 30, then 6 more, then weight 100"
    )


@pytest.mark.parametrize(
    ("duration", "expected"),
    [(10, 10), ("10", 10), ("90s", 90), ("1h30m", 5400), (None, None), ("", None), ("soon", None)],
)
def test_durations_are_read_as_the_controller_reads_them(
    duration: Any, expected: int | None
) -> None:
    assert seconds(duration) == expected
    assert pause_seconds({"pause": {"duration": duration}}) == expected
