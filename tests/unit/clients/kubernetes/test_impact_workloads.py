"""What becomes of pods whose controllers the story has none of, and what goes unseen."""

import asyncio
from typing import Any

import pytest

from clients.kubernetes import ObjectRef, ResourceType
from clients.kubernetes.changes import Change
from clients.kubernetes.impact import effects, effects_of
from clients.kubernetes.impact.fields import matches
from sandbox import Cluster
from tests.support.builders import a_namespace, a_pod, an_object
from tools.dependencies import Clients

JsonObject = dict[str, Any]
ROLLOUTS = ResourceType("argoproj.io", "v1alpha1", "rollouts", "rollout", "Rollout", True)
STATUS = {"desiredNumberScheduled": 4}
ON_DELETE = "replaces no pod by itself (OnDelete): each gets the change when deleted."


async def told(clients: Clients, before: JsonObject, after: JsonObject) -> list[str]:
    """Return the effects of a change of an object."""
    reader = clients.kubernetes.reader
    if before["kind"] == "Rollout":
        kind = ROLLOUTS
    else:
        kind = await reader.kind(before["apiVersion"], before["kind"])
    ref = ObjectRef(kind, before["metadata"]["name"], "shop")
    [said] = await effects_of(reader, [Change("changed", ref, before, after)])
    return list(said)


def a_workload(kind: str, image: str, **spec: Any) -> JsonObject:
    group = {"Rollout": "argoproj.io/v1alpha1", "ReplicationController": "v1"}
    template = {"spec": {"containers": [{"name": "web", "image": image}]}}
    whole = {"template": template, **spec}
    return an_object(group.get(kind, "apps/v1"), kind, "web", spec=whole, status=STATUS)


def rolling(kind: str, *, replicas: int = 3, **spec: Any) -> tuple[JsonObject, JsonObject]:
    return a_workload(kind, "1", replicas=3), a_workload(kind, "2", replicas=replicas, **spec)


def daemons(**strategy: Any) -> tuple[JsonObject, JsonObject]:
    return a_workload("DaemonSet", "1"), a_workload("DaemonSet", "2", updateStrategy=strategy)


CANARY = {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}}
STAY = "Pods that run stay as they are; only new ones get the new template."
ROLLED = [
    (daemons(), "rolls 4 pods, one per node; at most 1 unavailable at a time."),
    (
        daemons(rollingUpdate={"maxUnavailable": "30%"}),
        "rolls 4 pods, one per node; at most 2 unavailable at a time.",
    ),
    (
        daemons(rollingUpdate={"maxSurge": 1, "maxUnavailable": 0}),
        "rolls 4 pods, one per node; at most 1 extra, none unavailable.",
    ),
    (daemons(type="OnDelete"), ON_DELETE),
    (rolling("ReplicaSet"), STAY),
    (rolling("ReplicationController", replicas=1), f"removes 2 of 3 pods. {STAY}"),
    (
        rolling("Rollout", strategy=CANARY),
        "starts a canary of 2 steps over 3 pods: setWeight: 20, then pause until somebody acts.",
    ),
    (rolling("Rollout", strategy={"canary": {}}), "starts a rolling update over 3 pods."),
    (
        rolling("Rollout", replicas=4, strategy={"blueGreen": {}}),
        "adds 1 pod, then starts 4 pods beside those that serve (blue-green), then switches to "
        "them as soon as they are ready.",
    ),
    (rolling("Deployment", replicas=0), "! removes all 3 pods: none is left."),
    (rolling("StatefulSet", replicas=0), "removes all 3 pods, then replaces no pod: no pod runs."),
    (
        rolling("StatefulSet", updateStrategy={"rollingUpdate": {"maxUnavailable": 2}}),
        "replaces 3 pods, 2 at a time, the last first.",
    ),
]


@pytest.mark.parametrize(("sides", "expected"), ROLLED)
async def test_each_controller_replaces_pods_in_its_own_way(
    clients: Clients, sides: tuple[JsonObject, JsonObject], expected: str
) -> None:
    assert await told(clients, *sides) == [expected]


def a_job(**spec: Any) -> JsonObject:
    return an_object("batch/v1", "Job", "report", spec=spec, status={"active": 2})


async def test_a_job_stops_and_goes_on(clients: Clients) -> None:
    running, suspended = a_job(), a_job(suspend=True)
    assert await told(clients, running, suspended) == ["stops 2 running pods until it is resumed."]
    assert await told(clients, suspended, running) == ["starts its pods."]
    assert await told(clients, running, a_job(parallelism=3)) == []


async def test_a_cron_job_goes_on(clients: Clients) -> None:
    stopped = an_object("batch/v1", "CronJob", "report", spec={"suspend": True})
    runs = an_object("batch/v1", "CronJob", "report", spec={"suspend": False})
    assert await told(clients, stopped, runs) == ["runs again."]
    labelled = an_object("batch/v1", "CronJob", "report", labels={"a": "b"}, spec=runs["spec"])
    assert await told(clients, runs, labelled) == []


async def test_a_paused_rollout_goes_on(clients: Clients) -> None:
    paused, going = a_workload("Deployment", "1", paused=True), a_workload("Deployment", "1")
    assert await told(clients, paused, going) == ["rolls out what was changed while it was paused."]


async def test_a_container_of_a_pod_starts_anew_in_its_place(clients: Clients) -> None:
    before = a_pod(containers=[{"name": "web", "image": "1"}, {"name": "proxy", "image": "1"}])
    after = a_pod(containers=[{"name": "web", "image": "2"}, {"name": "proxy", "image": "1"}])
    assert await told(clients, before, after) == ["restarts container web in its place."]


async def test_what_takes_too_long_is_told_as_not_visible(
    clients: Clients, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is shortened, so that nothing has to be waited for."""
    cluster.store.create(a_namespace())
    await clients.kubernetes.reader.api()
    held = cluster.faults.hold("/services$")
    monkeypatch.setattr(effects, "EFFECTS_SECONDS", 0.05)
    said = await asyncio.wait_for(told(clients, *rolling("StatefulSet")), 2)
    assert said == [
        "replaces 3 pods, one at a time, the last first.",
        "Not visible: services (timed out).",
    ]
    held.set()


EXPRESSIONS = [
    ({"key": "tier", "operator": "In", "values": ["web", "api"]}, True),
    ({"key": "tier", "operator": "NotIn", "values": ["web"]}, False),
    ({"key": "tier", "operator": "Exists"}, True),
    ({"key": "tier", "operator": "DoesNotExist"}, False),
    ({"key": "other", "operator": "NotIn", "values": ["web"]}, True),
    ({"key": "other", "operator": "In", "values": ["web"]}, False),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS)
def test_selectors_match_as_the_api_server_has_it(expression: JsonObject, expected: bool) -> None:
    assert matches({"matchExpressions": [expression]}, {"tier": "web"}) is expected
    assert matches({"matchLabels": {"tier": "web"}}, {"tier": "web"})
