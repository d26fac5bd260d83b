"""The Rollouts controller where the recorded scenarios do not reach."""

import pytest

from sandbox.controllers.deployments.sets import annotation
from sandbox.controllers.rollouts.durations import seconds
from sandbox.controllers.rollouts.spec import step_text
from tests.support.argo import a_rollout
from tests.support.builders import an_object
from tests.support.rollout_simulation import (
    Rolling,
    a_service,
    blue_green,
    canary,
    pause,
    weight,
)
from tests.support.simulation import JsonObject, a_deployment

STEPS = canary(weight(25), pause(), weight(50), pause())
AT_PAUSE = ("Paused", "CanaryPauseStep")


@pytest.fixture
def rolling() -> Rolling:
    return Rolling()


@pytest.mark.parametrize(
    ("replicas", "percent", "sizes"),
    [
        (10, 10, (9, 1)),
        (10, 5, (10, 1)),
        (10, 99, (1, 10)),
        (4, 25, (3, 1)),
        (3, 50, (2, 2)),
        (2, 50, (1, 1)),
        (1, 20, (1, 1)),
        (1, 100, (0, 1)),
        (10, 0, (10, 0)),
    ],
)
def test_a_weight_is_approached_with_whole_pods(
    rolling: Rolling, replicas: int, percent: int, sizes: tuple[int, int]
) -> None:
    rolling.start(canary(weight(percent), pause()), replicas=replicas)
    rolling.update(seconds=60)
    assert (rolling.sizes()["shop/web:1"], rolling.sizes()["shop/web:2"]) == sizes


@pytest.mark.parametrize(
    ("surge", "missing", "fewest"), [(1, 0, 4), (0, 1, 3), ("50%", "0%", 4), (0, "50%", 2)]
)
def test_an_update_stays_within_its_bounds(
    rolling: Rolling, surge: int | str, missing: int | str, fewest: int
) -> None:
    rolling.start({"canary": {"maxSurge": surge, "maxUnavailable": missing}})
    rolling.set_image("Rollout", "web", "shop/web:2")
    available = []
    for _ in range(60):
        rolling.after(0.5)
        available.append(rolling.status["availableReplicas"])
    assert rolling.state() == ("Healthy", "")
    assert min(available) >= fewest


def test_without_replicas_one_pod_is_asked_for(rolling: Rolling) -> None:
    rollout = a_rollout()
    del rollout["spec"]["replicas"]
    rolling.create(rollout, seconds=30)
    assert rolling.get("Rollout", "web")["spec"]["replicas"] == 1
    assert rolling.status["availableReplicas"] == 1


def test_a_rollout_without_pods_is_healthy(rolling: Rolling) -> None:
    rolling.start(canary(weight(50)), replicas=0)
    rolling.update()
    assert rolling.state() == ("Healthy", "")


def test_an_object_of_another_instance_is_left_alone(rolling: Rolling) -> None:
    rollout = a_rollout()
    rollout["metadata"]["labels"] = {"argo-rollouts.argoproj.io/controller-instance-id": "b"}
    rolling.create(rollout, seconds=60)
    assert "status" not in rolling.get("Rollout", "web")
    assert rolling.all("ReplicaSet") == []


def test_a_generation_that_nobody_looked_at_shows_in_the_status(rolling: Rolling) -> None:
    rolling.start(STEPS)
    rolling.set_image("Rollout", "web", "shop/web:2")
    rollout = rolling.get("Rollout", "web")
    assert rollout["metadata"]["generation"] == 2
    assert rollout["status"]["observedGeneration"] == "1"
    rolling.after(1)
    assert rolling.status["observedGeneration"] == "2"


def test_promote_full_before_the_template_is_seen_is_forgotten(rolling: Rolling) -> None:
    rolling.start(STEPS)
    rolling.set_image("Rollout", "web", "shop/web:2")
    rolling.patch({"status": {"promoteFull": True}})
    assert rolling.state() == AT_PAUSE
    assert not rolling.status.get("promoteFull")


def test_a_false_that_somebody_patched_stays(rolling: Rolling) -> None:
    rolling.start(STEPS)
    rolling.patch({"status": {"abort": False}})
    assert rolling.status["abort"] is False


def test_an_index_that_was_skipped_to_is_where_it_goes_on(rolling: Rolling) -> None:
    rolling.start(STEPS)
    rolling.update()
    rolling.patch({"status": {"pauseConditions": None, "currentStepIndex": 4}}, seconds=60)
    assert rolling.state() == ("Healthy", "")


def test_abort_of_a_promoted_rollout_changes_nothing(rolling: Rolling) -> None:
    rolling.start(STEPS)
    rolling.patch({"status": {"abort": True}})
    assert rolling.state() == ("Healthy", "")
    assert not rolling.status.get("abort")


def test_an_old_version_comes_back_with_a_new_number(rolling: Rolling) -> None:
    rolling.start({"canary": {}})
    rolling.update("shop/web:2", seconds=60)
    rolling.update("shop/web:1", seconds=60)
    marks = {
        each["spec"]["template"]["spec"]["containers"][0]["image"]: (
            annotation(each, "rollout.argoproj.io/revision"),
            annotation(each, "rollout.argoproj.io/revision-history"),
        )
        for each in rolling.all("ReplicaSet")
    }
    assert marks == {"shop/web:1": ("3", "1"), "shop/web:2": ("2", "")}


def test_old_versions_are_removed_beyond_the_limit(rolling: Rolling) -> None:
    rolling.start({"canary": {}}, revisionHistoryLimit=1, replicas=1)
    for number in (2, 3, 4):
        rolling.update(f"shop/web:{number}", seconds=60)
    assert sorted(rolling.sizes()) == ["shop/web:3", "shop/web:4"]


def test_a_recent_version_that_has_pods_needs_no_steps(rolling: Rolling) -> None:
    rolling.start(STEPS, rollbackWindow={"revisions": 2})
    rolling.update()
    rolling.patch({"status": {"promoteFull": True}})
    rolling.update("shop/web:1")
    assert rolling.state()[0] == "Healthy"


def test_an_overdue_update_aborts_itself_when_it_may(rolling: Rolling) -> None:
    rolling.start(STEPS, progressDeadlineSeconds=60, progressDeadlineAbort=True)
    rolling.update("shop/web:no-such-image", seconds=120)
    phase, message = rolling.state()
    assert phase == "Degraded"
    assert message.startswith("RolloutAborted: Rollout aborted update to revision 2: ReplicaSet")
    assert message.endswith("has timed out progressing.")


def test_a_pause_does_not_count_against_the_deadline(rolling: Rolling) -> None:
    rolling.start(STEPS, progressDeadlineSeconds=60)
    rolling.update(seconds=600)
    assert rolling.state() == AT_PAUSE


def test_a_restart_respects_the_budget(rolling: Rolling) -> None:
    rolling.start({"canary": {}}, replicas=2)
    selector = {"matchLabels": {"app": "web"}}
    budget = an_object(
        "policy/v1", "PodDisruptionBudget", "web", spec={"minAvailable": 2, "selector": selector}
    )
    rolling.create(budget, seconds=1)
    before = rolling.names("Pod")
    wish = rolling.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    rolling.patch({"spec": {"restartAt": wish}}, seconds=90)
    assert rolling.names("Pod") == before
    assert rolling.state() == ("Progressing", "rollout is restarting")
    rolling.store.delete("policy", "poddisruptionbudgets", "shop", "web")
    rolling.after(120)
    assert not set(before) & set(rolling.names("Pod"))
    assert rolling.status["restartedAt"] == wish


def test_a_restart_in_the_future_waits(rolling: Rolling) -> None:
    rolling.start({"canary": {}}, replicas=1)
    before = rolling.names("Pod")
    rolling.patch({"spec": {"restartAt": "2026-03-04T06:00:00Z"}}, seconds=60)
    assert rolling.names("Pod") == before
    rolling.after(3600)
    assert rolling.names("Pod") != before


def test_services_follow_the_stable_and_the_canary_version(rolling: Rolling) -> None:
    rolling.create(a_service("stable"), a_service("canary"))
    rolling.start(canary(weight(25), pause(), stableService="stable", canaryService="canary"))
    rolling.update()
    assert _chosen(rolling, "stable") == rolling.status["stableRS"]
    assert _chosen(rolling, "canary") == rolling.status["currentPodHash"]
    rolling.patch({"status": {"abort": True}})
    assert _chosen(rolling, "canary") == rolling.status["stableRS"]


def _chosen(rolling: Rolling, service: str) -> str:
    selector = rolling.get("Service", service)["spec"]["selector"]
    return str(selector["rollouts-pod-template-hash"])


def test_a_router_gets_the_weight_and_keeps_the_stable_pods(rolling: Rolling) -> None:
    rolling.create(a_service("stable"), a_service("canary"))
    routed = {"trafficRouting": {"nginx": {"stableIngress": "web"}}}
    services = {"stableService": "stable", "canaryService": "canary"}
    rolling.start(canary(weight(25), pause(), **services, **routed))
    rolling.update()
    assert rolling.sizes() == {"shop/web:1": 4, "shop/web:2": 1}
    weights = rolling.status["canary"]["weights"]
    assert (weights["canary"]["weight"], weights["stable"]["weight"]) == (25, 75)
    assert weights["canary"]["podTemplateHash"] == rolling.status["currentPodHash"]
    rolling.patch({"status": {"abort": True}}, seconds=10)
    assert rolling.status["canary"]["weights"]["canary"]["weight"] == 0
    assert rolling.sizes()["shop/web:2"] == 1
    rolling.after(40)
    assert rolling.sizes()["shop/web:2"] == 0


def test_an_active_service_alone_is_enough(rolling: Rolling) -> None:
    rolling.create(a_service("web"))
    rolling.start({"blueGreen": {"activeService": "web"}}, replicas=2)
    rolling.update()
    assert rolling.state() == ("Healthy", "")
    assert _chosen(rolling, "web") == rolling.status["currentPodHash"]


def test_no_more_old_versions_are_kept_than_may_be(rolling: Rolling) -> None:
    rolling.create(a_service("web"), a_service("web-preview"))
    strategy = blue_green(
        autoPromotionEnabled=True, scaleDownDelaySeconds=600, scaleDownDelayRevisionLimit=1
    )
    rolling.start(strategy, replicas=1)
    rolling.update("shop/web:2")
    rolling.update("shop/web:3")
    assert rolling.sizes() == {"shop/web:1": 0, "shop/web:2": 1, "shop/web:3": 1}


def test_an_aborted_preview_stays_when_it_shall(rolling: Rolling) -> None:
    rolling.create(a_service("web"), a_service("web-preview"))
    rolling.start(blue_green(abortScaleDownDelaySeconds=0), replicas=1)
    rolling.update()
    rolling.patch({"status": {"abort": True}}, seconds=600)
    assert rolling.sizes() == {"shop/web:1": 1, "shop/web:2": 1}


def test_a_repaired_spec_goes_on(rolling: Rolling) -> None:
    rollout = a_rollout(strategy=blue_green())
    rolling.create(rollout, seconds=5)
    assert rolling.state() == (
        "Degraded",
        'InvalidSpec: The Rollout "web" is invalid: spec.strategy.blueGreen.activeService: '
        'Invalid value: "web": service "web" not found',
    )
    rolling.create(a_service("web"), a_service("web-preview"), seconds=60)
    assert rolling.state() == ("Healthy", "")


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"strategy": {}}, "spec.strategy.strategy: Required value: Rollout has missing field "),
        ({"strategy": {"canary": {}, "blueGreen": {}}}, "Multiple Strategies can not be listed"),
        ({"selector": None}, "spec.selector: Required value: Rollout has missing field"),
        ({"minReadySeconds": 900}, "must be greater than minReadySeconds"),
        ({"strategy": canary({})}, "Step must have one of the following set"),
        ({"strategy": blue_green(previewService="web")}, "two different services are required"),
        (
            {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "none"}},
            'deployments.apps "none" not found',
        ),
        (
            {"workloadRef": {"apiVersion": "batch/v1", "kind": "Job", "name": "none"}},
            "workload of type batch/Job is not supported",
        ),
    ],
)
def test_what_only_the_controller_finds_wrong(
    rolling: Rolling, spec: JsonObject, fault: str
) -> None:
    rolling.create(a_service("web"), a_rollout(**spec), seconds=5)
    phase, message = rolling.state()
    assert phase == "Degraded"
    assert message.startswith('InvalidSpec: The Rollout "web" is invalid: spec')
    assert fault in message


def test_the_template_of_a_workload_is_not_stored(rolling: Rolling) -> None:
    rollout = a_rollout(strategy=STEPS)
    del rollout["spec"]["template"], rollout["spec"]["selector"]
    rollout["spec"]["workloadRef"] = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    rolling.create(a_deployment(replicas=0), rollout, seconds=60)
    stored = rolling.get("Rollout", "web")
    assert stored["status"]["phase"] == "Healthy"
    assert "template" not in stored["spec"]
    assert "selector" not in stored["spec"]
    generation = rolling.get("Deployment", "web")["metadata"]["generation"]
    assert annotation(stored, "rollout.argoproj.io/workload-generation") == str(generation)
    rolling.set_image("Deployment", "web", "shop/web:2")
    rolling.after(60)
    assert rolling.state() == AT_PAUSE
    observed = rolling.status["workloadObservedGeneration"]
    assert observed == str(rolling.get("Deployment", "web")["metadata"]["generation"])


def test_a_deleted_rollout_is_left_alone(rolling: Rolling) -> None:
    rolling.start(STEPS)
    rolling.store.delete("argoproj.io", "rollouts", "shop", "web", finalizers=("orphan",))
    before = rolling.get("Rollout", "web")["status"]
    rolling.set_image("Rollout", "web", "shop/web:2")
    rolling.after(30)
    assert rolling.get("Rollout", "web")["status"] == before


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (weight(25), "setWeight: 25"),
        (pause(), "pause"),
        (pause("10m"), "pause: 10m"),
        ({"analysis": {}}, "analysis"),
        ({"experiment": {}}, "experiment"),
        ({"setCanaryScale": {"replicas": 3}}, "setCanaryScale{replicas: 3}"),
        (
            {"setCanaryScale": {"matchTrafficWeight": True}},
            "setCanaryScale{matchTrafficWeight: true}",
        ),
        ({}, "invalid"),
    ],
)
def test_steps_are_told_as_the_plugin_tells_them(step: JsonObject, text: str) -> None:
    assert step_text(step) == text


@pytest.mark.parametrize(
    ("text", "expected"), [("90", 90), (5, 5), ("1h30m", 5400), ("2.5s", 2.5), ("300ms", 0.3)]
)
def test_durations_are_read_as_go_reads_them(text: str | int, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "soon", "5x", "s", "5 s"])
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="invalid duration"):
        seconds(text)
