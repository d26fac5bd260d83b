"""kubectl's sentences on rollouts (polymorphichelpers/rollout_status_test.go), and our figures."""

from typing import Any

import pytest

from tests.support.rollouts import a_workload
from tools.render.rollout import RolloutState, rollout_progress, rollout_state

JsonObject = dict[str, Any]


def deployment(updated: int, total: int, available: int, **spec: Any) -> JsonObject:
    figures = {"replicas": total, "updatedReplicas": updated, "availableReplicas": available}
    return a_workload(status=figures, **spec)


def daemon_set(wanted: int, updated: int, available: int) -> JsonObject:
    figures = {"desiredNumberScheduled": wanted, "updatedNumberScheduled": updated}
    return a_workload("DaemonSet", "agent", {**figures, "numberAvailable": available})


def stateful_set(ready: int, updated: int, partition: int | None = None) -> JsonObject:
    revisions = {"currentRevision": "db-1", "updateRevision": "db-2", "currentReplicas": 1}
    rolling = {} if partition is None else {"rollingUpdate": {"partition": partition}}
    strategy = {"type": "RollingUpdate", **rolling}
    figures = {"readyReplicas": ready, "updatedReplicas": updated, **revisions}
    return a_workload("StatefulSet", "db", figures, updateStrategy=strategy)


@pytest.mark.parametrize(
    ("workload", "sentence"),
    [
        (
            deployment(1, 3, 2),
            'Waiting for deployment "web" rollout to finish: '
            "1 out of 3 new replicas have been updated...",
        ),
        (
            deployment(3, 5, 3),
            'Waiting for deployment "web" rollout to finish: '
            "2 old replicas are pending termination...",
        ),
        (
            deployment(3, 3, 1),
            'Waiting for deployment "web" rollout to finish: '
            "1 of 3 updated replicas are available...",
        ),
        (
            daemon_set(3, 1, 3),
            'Waiting for daemon set "agent" rollout to finish: '
            "1 out of 3 new pods have been updated...",
        ),
        (
            daemon_set(3, 3, 2),
            'Waiting for daemon set "agent" rollout to finish: '
            "2 of 3 updated pods are available...",
        ),
        (stateful_set(2, 3), "Waiting for 1 pods to be ready..."),
        (
            stateful_set(3, 1, partition=1),
            "Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...",
        ),
        (
            stateful_set(3, 2),
            "waiting for statefulset rolling update to complete 2 pods at revision db-2...",
        ),
    ],
)
def test_what_is_still_to_come(workload: JsonObject, sentence: str) -> None:
    assert rollout_state(workload) == RolloutState(sentence)


@pytest.mark.parametrize(
    ("workload", "sentence"),
    [
        (deployment(3, 3, 3), 'deployment "web" successfully rolled out'),
        (deployment(0, 0, 0, replicas=0), 'deployment "web" successfully rolled out'),
        (daemon_set(3, 3, 3), 'daemon set "agent" successfully rolled out'),
        (
            stateful_set(3, 2, partition=1),
            "partitioned roll out complete: 2 new pods have been updated...",
        ),
    ],
)
def test_what_is_done(workload: JsonObject, sentence: str) -> None:
    assert rollout_state(workload) == RolloutState(sentence, done=True)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("Deployment", "Waiting for deployment spec update to be observed..."),
        ("StatefulSet", "Waiting for statefulset spec update to be observed..."),
        ("DaemonSet", "Waiting for daemon set spec update to be observed..."),
    ],
)
def test_an_older_status_says_nothing_of_the_present_spec(kind: str, sentence: str) -> None:
    workload = a_workload(kind, status={"readyReplicas": 3, "availableReplicas": 3})
    workload["metadata"]["generation"] = 2
    assert rollout_state(workload) == RolloutState(sentence)


def test_a_deployment_past_its_progress_deadline_has_failed() -> None:
    condition = {"type": "Progressing", "reason": "ProgressDeadlineExceeded"}
    workload = a_workload(status={"conditions": [condition]})
    sentence = 'deployment "web" exceeded its progress deadline'
    assert rollout_state(workload) == RolloutState(sentence, failed=True)


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_updates_by_hand_have_no_rollout(kind: str) -> None:
    workload = a_workload(kind, updateStrategy={"type": "OnDelete"})
    sentence = "rollout status is only available for RollingUpdate strategy type"
    assert rollout_state(workload) == RolloutState(sentence, failed=True)


@pytest.mark.parametrize(
    ("workload", "figures"),
    [
        (deployment(2, 3, 1), "2 of 3 updated, 1 available"),
        (daemon_set(4, 2, 1), "2 of 4 updated, 1 available"),
        (a_workload(status={}, replicas=1), "0 of 1 updated, 0 available"),
    ],
)
def test_progress_in_figures(workload: JsonObject, figures: str) -> None:
    assert rollout_progress(workload) == figures
