"""Words, icons and roles that no recording shows; the cases are those of the plugin's sources."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tools.render.argo.health import of_analysis, of_pod, of_replica_set
from tools.render.argo.pods import PodLine, pod_line
from tools.render.argo.roles import roles, scale_down_delay

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_pod(
    *containers: Any, first: Any = (), declared: Any = (), deleted: str = "", **status: Any
) -> dict[str, Any]:
    told = [{"name": f"c{n}", **each} for n, each in enumerate(containers)]
    early = [{"name": f"i{n}", **each} for n, each in enumerate(first)]
    return {
        "metadata": {"name": "web", **({"deletionTimestamp": deleted} if deleted else {})},
        "spec": {
            "containers": [{"name": each["name"]} for each in told],
            "initContainers": [{"name": f"i{n}", **each} for n, each in enumerate(declared)],
        },
        "status": {
            "phase": "Pending",
            "containerStatuses": told,
            "initContainerStatuses": early,
            **status,
        },
    }


RUNS = {"ready": True, "state": {"running": {}}}
DONE = {"state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}
CASES = [
    (a_pod(), PodLine("Pending", "0/0", 0)),
    (a_pod(RUNS, phase="Running"), PodLine("Running", "1/1", 0)),
    (
        a_pod({"state": {"waiting": {"reason": "ImagePullBackOff"}}}),
        PodLine("ImagePullBackOff", "0/1", 0),
    ),
    (a_pod({"restartCount": 3, **DONE}), PodLine("Completed", "0/1", 3)),
    (a_pod(DONE, RUNS), PodLine("Running", "1/2", 0)),
    (a_pod({"state": {"terminated": {"exitCode": 3}}}), PodLine("ExitCode:3", "0/1", 0)),
    (a_pod({"state": {"terminated": {"signal": 9}}}), PodLine("Signal:9", "0/1", 0)),
    (a_pod(RUNS, reason="Evicted"), PodLine("Evicted", "1/1", 0)),
    (a_pod(RUNS, phase="Running", deleted="x"), PodLine("Terminating", "1/1", 0)),
    (a_pod(RUNS, reason="NodeLost", deleted="x"), PodLine("Unknown", "1/1", 0)),
    (
        a_pod({}, first=[{"restartCount": 1, "state": {"running": {}}}], declared=[{}, {}]),
        PodLine("Init:0/2", "0/1", 1),
    ),
    (
        a_pod(
            {},
            first=[DONE, {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
            declared=[{}, {}],
        ),
        PodLine("Init:CrashLoopBackOff", "0/1", 0),
    ),
    (
        a_pod({}, first=[{"state": {"terminated": {"exitCode": 2}}}], declared=[{}]),
        PodLine("Init:ExitCode:2", "0/1", 0),
    ),
    (
        a_pod(
            RUNS,
            first=[{"started": True, "ready": True, "state": {"running": {}}}],
            declared=[{"restartPolicy": "Always"}],
            phase="Running",
        ),
        PodLine("Running", "1/1", 0),
    ),
]


@pytest.mark.parametrize(("pod", "expected"), CASES)
def test_a_pods_state_is_worded_as_the_plugin_does(pod: Any, expected: PodLine) -> None:
    assert pod_line(pod) == expected


@pytest.mark.parametrize(
    ("word", "icon"),
    [
        ("Init:0/2", "◌"),
        ("Signal:9", "✖"),
        ("CreateContainerConfigError", "⚠"),
        ("ErrImagePull", "⚠"),
        ("ImagePullBackOff", "⚠"),
        ("CrashLoopBackOff", "✖"),
        ("Unknown", "?"),
        ("Evicted", " "),
    ],
)
def test_a_pods_state_has_its_icon(word: str, icon: str) -> None:
    assert of_pod(word) == f"{icon} {word}"


def test_a_replica_set_that_cannot_make_pods_says_so() -> None:
    failed = {"conditions": [{"type": "ReplicaFailure", "status": "True"}], "observedGeneration": 1}
    assert of_replica_set({"metadata": {"generation": 1}, "status": failed}) == "✖ ReplicaFailure"
    unseen = {"metadata": {"generation": 2}, "status": {"observedGeneration": 1}}
    assert of_replica_set(unseen) == "◌ Progressing"
    assert of_analysis("Inconclusive") == "? Inconclusive"


@pytest.mark.parametrize(
    ("stable", "told"), [("ping", [["stable", "ping"], ["canary", "pong"]]),
                         ("pong", [["stable", "pong"], ["canary", "ping"]])],
)  # fmt: skip
def test_services_that_take_turns_are_named(stable: str, told: list[list[str]]) -> None:
    rollout = {
        "spec": {"strategy": {"canary": {"pingPong": {}}}},
        "status": {
            "stableRS": "aaa",
            "currentPodHash": "bbb",
            "canary": {"stablePingPong": stable},
        },
    }
    sets = [
        {"metadata": {"labels": {"rollouts-pod-template-hash": each}}} for each in ("aaa", "bbb")
    ]
    assert [list(roles(rollout, each)) for each in sets] == told


@pytest.mark.parametrize(
    ("deadline", "told"),
    [("2026-11-20T12:00:23Z", "23s"), ("2026-11-20T11:59:00Z", "passed"), ("soon", ""), ("", "")],
)
def test_how_long_old_pods_stay(deadline: str, told: str) -> None:
    kept = {"metadata": {"annotations": {"scale-down-deadline": deadline}}}
    assert scale_down_delay(kept, NOW) == told
