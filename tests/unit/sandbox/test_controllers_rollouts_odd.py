"""The controllers of Argo Rollouts outlive whatever somebody writes into their objects."""

from typing import Any

import pytest

from tests.support.argo import VERSION, a_rollout
from tests.support.builders import an_object
from tests.support.rollout_simulation import (
    Rolling,
    a_metric,
    a_template,
    analysis,
    canary,
    pause,
    weight,
)
from tests.support.simulation import JsonObject

SIDE = {"name": "a", "specRef": "stable"}


@pytest.fixture
def rolling() -> Rolling:
    return Rolling()


def lives_on(rolling: Rolling) -> bool:
    """Tell whether a sound Rollout is still brought to its end."""
    rolling.create(a_rollout("sound", strategy={"canary": {}}), seconds=60)
    return bool(rolling.get("Rollout", "sound")["status"]["phase"] == "Healthy")


@pytest.mark.parametrize(
    "strategy",
    [
        canary(pause("soon")),
        canary(pause("")),
        canary(pause("-5s")),
        canary(pause(-5)),
        canary(weight(5), maxSurge="abc"),
        canary(weight(5), maxSurge="x%"),
        canary(weight(5), maxSurge=0, maxUnavailable="0%"),
        canary({"setWeight": 5, "pause": {}}),
        canary({"setWeight": None}),
        canary({"analysis": {}}),
        canary({"analysis": {"templates": [{}]}}),
        canary(analysis("")),
        canary({"experiment": {"templates": []}}),
        canary({"experiment": {"duration": "soon", "templates": [SIDE]}}),
        canary({"experiment": {"templates": [SIDE, SIDE]}}),
        canary(weight(5), trafficRouting={}),
        canary(weight(5), trafficRouting={"maxTrafficWeight": "x"}),
        {"blueGreen": {"activeService": ""}},
        {},
    ],
)
def test_no_strategy_stops_the_controllers(rolling: Rolling, strategy: JsonObject) -> None:
    rolling.create(a_rollout(strategy=strategy), seconds=30)
    rolling.update()
    assert lives_on(rolling)


@pytest.mark.parametrize(
    "spec",
    [
        {"replicas": -1},
        {"selector": {}},
        {"template": {"spec": {"containers": []}}},
        {"restartAt": "2026-01-01T00:00:00Z"},
        {"workloadRef": {}},
        {"progressDeadlineSeconds": 0},
        {"revisionHistoryLimit": -1},
        {"rollbackWindow": {}},
    ],
)
def test_no_spec_stops_the_controllers(rolling: Rolling, spec: JsonObject) -> None:
    rolling.create(a_rollout(**spec), seconds=30)
    assert lives_on(rolling)


@pytest.mark.parametrize(
    "status",
    [
        {"currentStepIndex": -3},
        {"currentStepIndex": 99},
        {"pauseConditions": []},
        {"pauseConditions": [{"reason": "X", "startTime": "2020-01-01T00:00:00Z"}]},
        {"conditions": []},
        {"stableRS": "none"},
        {"currentPodHash": None},
        {"canary": None, "blueGreen": None},
        {"canary": {"currentStepAnalysisRunStatus": {"name": "x", "status": "Running"}}},
        {"observedGeneration": "x"},
        {"phase": "weird"},
    ],
)
def test_no_status_stops_the_controllers(rolling: Rolling, status: JsonObject) -> None:
    rolling.start(canary(weight(25), pause()))
    rolling.update()
    rolling.patch({"status": status}, seconds=60)
    assert lives_on(rolling)


@pytest.mark.parametrize(
    "metric",
    [
        a_metric(interval="x"),
        a_metric(initialDelay="q"),
        a_metric(count="x"),
        a_metric(count="{{args.none}}"),
        a_metric(count=-3),
        a_metric(failureLimit="y"),
        a_metric("m", "((("),
        a_metric(provider={"job": {}}),
        a_metric(provider={"job": {"spec": {"template": {}}}}),
    ],
)
def test_no_metric_stops_the_controllers(rolling: Rolling, metric: JsonObject) -> None:
    rolling.create(a_template("check", metric))
    rolling.start(canary(weight(25), analysis("check")))
    rolling.update(seconds=120)
    assert lives_on(rolling)


@pytest.mark.parametrize("played", ["{", "[1]", '{"rate": ["x", {}, true]}', '{"rate": {"": 3}}'])
def test_no_values_stop_the_controllers(rolling: Rolling, played: str) -> None:
    rolling.create(a_template("check", a_metric(), played=played))
    rolling.start(canary(weight(25), analysis("check")))
    rolling.update(seconds=120)
    assert lives_on(rolling)


@pytest.mark.parametrize(
    ("templates", "fault"),
    [
        ([{"name": "a", "template": {}}], "missing field '.Spec.Templates[0].Selector'"),
        ([{"name": "a", "selector": {}, "template": {}}], "A non-empty selector is required."),
        ([{"selector": {"matchLabels": {"a": "b"}}}], "has empty template name at index 0"),
    ],
)
def test_an_experiment_without_sense_says_so(
    rolling: Rolling, templates: list[dict[str, Any]], fault: str
) -> None:
    rolling.create(an_object(VERSION, "Experiment", "try", spec={"templates": templates}))
    rolling.after(5)
    condition = rolling.get("Experiment", "try")["status"]["conditions"][0]
    assert condition["type"] == "InvalidSpec"
    assert fault in condition["message"]
    assert lives_on(rolling)
