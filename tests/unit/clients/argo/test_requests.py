"""What is sent to steer a rollout, compared with the plugin's requests for the same object.

Recorded (``tests/support/argo_recording/record.py``): the plugin was shown each state of a real
controller's rollouts and asked to promote, pause, abort and so on. Where we differ it is on
purpose: what would do nothing is refused, the pause by hand is lifted first, and what follows from
a state that was read carries its version.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from clients.argo import promoting, steering
from clients.argo.reading import rollout_ref
from clients.argo.rollout import is_fully_promoted, status, steps, strategy
from clients.errors import ConflictError, InvalidError
from clients.kubernetes import KubernetesWriter, ObjectRef
from clients.kubernetes.changes import Journal
from sandbox import Cluster
from tests.support.argo import install_argo
from tests.support.changing import MERGE, wire
from tools.dependencies import Clients

JsonObject = dict[str, Any]
Steer = Callable[[KubernetesWriter, ObjectRef], Awaitable[object]]
STATES = json.loads((Path(__file__).parent / "data" / "states.json").read_text())
COMMANDS: dict[str, Steer] = {
    "promote": promoting.promote,
    "full": promoting.promote_fully,
    "skip": promoting.skip_step,
    "pause": steering.pause,
    "abort": steering.abort,
    "retry": steering.retry_rollout,
}


def deciding(state: JsonObject) -> str:
    """Say what the answer depends on: of alike states one is enough."""
    [rollout] = state["rollouts"]
    now = status(rollout)
    fields = ("currentStepIndex", "abort", "promoteFull", "controllerPause", "phase")
    reasons = [each["reason"] for each in now.get("pauseConditions") or ()]
    seen = str(now.get("observedGeneration")) == str(rollout["metadata"]["generation"])
    run = str((now.get("canary") or {}).get("currentStepAnalysisRunStatus", {}).get("status"))
    told = [strategy(rollout), len(steps(rollout)), rollout["spec"].get("paused"), reasons, run]
    return json.dumps([*told, seen, is_fully_promoted(rollout), [now.get(each) for each in fields]])


DIFFERENT = {deciding(state): state for state in STATES}.values()
each = pytest.mark.parametrize(
    "state", [pytest.param(s, id=f"{n}-{s['name']}") for n, s in enumerate(DIFFERENT)]
)


async def sent(cluster: Cluster, clients: Clients, state: JsonObject, steer: Steer) -> list[Any]:
    """Try it dry, and return path and body of each request, or the refusal."""
    install_argo(cluster)
    [rollout] = state["rollouts"]
    cluster.store.create({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", **rollout})
    kubernetes, namespace = clients.kubernetes, rollout["metadata"]["namespace"]
    ref = await rollout_ref(kubernetes.reader, state["name"], namespace)
    try:
        await steer(kubernetes.writer(Journal(), dry=True), ref)
    except (ConflictError, InvalidError) as refusal:
        return [str(refusal)]
    found = [wire(r) for r in cluster.requests if r.method != "GET"]
    assert {(method, kind) for method, _, _, kind, _ in found} <= {("PATCH", MERGE)}
    return [[path.partition(f"/namespaces/{namespace}/")[2], body] for _, path, _, _, body in found]


def without_version(requests: list[Any]) -> list[Any]:
    return [[path, {k: v for k, v in body.items() if k != "metadata"}] for path, body in requests]


def theirs(state: JsonObject, command: str) -> list[Any]:
    return [[path, body] for _, path, _, body in state["sends"][command]["requests"]]


def in_order(requests: list[Any]) -> list[Any]:
    """Put what goes to the spec first, which is the order that works."""
    return sorted(requests, key=lambda request: request[0])


def would_do_nothing(state: JsonObject) -> bool:
    """Whether the controller ignores what the plugin sends, or takes it back."""
    [rollout] = state["rollouts"]
    now = status(rollout)
    seen = str(now.get("observedGeneration")) == str(rollout["metadata"]["generation"])
    ended = (now.get("currentStepIndex") or 0) >= len(steps(rollout))
    lifted = now.get("controllerPause") and not now.get("pauseConditions")
    return bool(
        not now or not seen or now.get("abort") or is_fully_promoted(rollout) or ended or lifted
    )


@each
async def test_promoting(cluster: Cluster, clients: Clients, state: JsonObject) -> None:
    ours = await sent(cluster, clients, state, promoting.promote)
    if isinstance(ours[0], str):
        assert not theirs(state, "promote") or would_do_nothing(state), ours
    else:
        expected = theirs(state, "promote")
        if any("pauseConditions" in str(body) for _, body in expected) and len(expected) > 1:
            steps_over = any("currentStepIndex" in str(body) for _, body in expected)
            expected = expected if steps_over else in_order(expected)
        assert without_version(ours) in (expected, [r for r in expected if not noop(state, r)])


def noop(state: JsonObject, request: list[Any]) -> bool:
    """Whether it sets the step that is set."""
    index = (request[1].get("status") or {}).get("currentStepIndex")
    return index is not None and index == status(state["rollouts"][0]).get("currentStepIndex")


@each
async def test_promoting_fully(cluster: Cluster, clients: Clients, state: JsonObject) -> None:
    ours = await sent(cluster, clients, state, promoting.promote_fully)
    if isinstance(ours[0], str):
        assert not theirs(state, "full") or would_do_nothing(state), ours
    else:
        assert without_version(ours) == theirs(state, "full")


@each
async def test_passing_over_a_step(cluster: Cluster, clients: Clients, state: JsonObject) -> None:
    ours = await sent(cluster, clients, state, promoting.skip_step)
    if isinstance(ours[0], str):
        assert not theirs(state, "skip") or would_do_nothing(state), ours
    else:
        [[path, body]] = ours
        [[their_path, their_body]] = theirs(state, "skip")
        assert path == their_path
        assert body["metadata"]["resourceVersion"]
        assert body["status"].items() >= their_body["status"].items()


@each
@pytest.mark.parametrize("command", ["pause", "abort", "retry"])
async def test_the_plain_ones(
    cluster: Cluster, clients: Clients, state: JsonObject, command: str
) -> None:
    ours = await sent(cluster, clients, state, COMMANDS[command])
    [rollout] = state["rollouts"]
    aborted = bool(status(rollout).get("abort"))
    if command == "pause":
        assert ours == ([] if rollout["spec"].get("paused") else theirs(state, command))
    elif isinstance(ours[0], str):
        assert would_do_nothing(state) or aborted is (command == "abort"), ours
    else:
        assert ours == theirs(state, command)
        assert aborted is (command == "retry")
