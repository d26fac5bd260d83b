"""Analysis runs and experiments where the recorded scenarios do not reach."""

import pytest

from sandbox.controllers.rollouts.measuring import judged
from tests.support.argo import VERSION
from tests.support.builders import an_object
from tests.support.rollout_simulation import (
    Rolling,
    a_metric,
    a_service,
    a_template,
    analysis,
    blue_green,
    canary,
    pause,
    weight,
)
from tests.support.simulation import JsonObject

AT_PAUSE = ("Paused", "CanaryPauseStep")
JUDGED = canary(weight(25), analysis("check"), pause())


@pytest.fixture
def rolling() -> Rolling:
    return Rolling()


def a_run(*metrics: JsonObject, played: str = "", **spec: object) -> JsonObject:
    annotations = {"sandbox.skyflo.ai/measurements": played}
    whole = {"metrics": list(metrics), **spec}
    return an_object(VERSION, "AnalysisRun", "run", annotations=annotations, spec=whole)


def ended(rolling: Rolling, *metrics: JsonObject, played: str, seconds: float = 600) -> JsonObject:
    """Run metrics whose values are given, and return the run's status."""
    rolling.create(a_run(*metrics, played=played), seconds=seconds)
    status: JsonObject = rolling.get("AnalysisRun", "run")["status"]
    return status


@pytest.mark.parametrize(
    ("more", "values", "phase", "message"),
    [
        ({}, "[1]", "Successful", ""),
        ({}, "[0]", "Failed", "failed (1) > failureLimit (0)"),
        ({"count": 3, "interval": "5s", "failureLimit": 1}, "[1, 0, 1]", "Successful", ""),
        (
            {"count": 5, "interval": "5s", "failureLimit": 1},
            "[0, 1, 0]",
            "Failed",
            "failed (2) > failureLimit (1)",
        ),
        (
            {"failureCondition": "result < 0"},
            "[0]",
            "Inconclusive",
            "inconclusive (1) > inconclusiveLimit (0)",
        ),
        (
            {},
            "[null]",
            "Error",
            'consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: the provider '
            'could not be reached"',
        ),
        ({"interval": "5s", "consecutiveSuccessLimit": 3}, "[1]", "Successful", ""),
        (
            {"count": 2, "interval": "5s", "consecutiveSuccessLimit": 2, "failureLimit": 1},
            "[0, 1]",
            "Inconclusive",
            "",
        ),
    ],
)
def test_measurements_are_judged_by_the_limits(
    rolling: Rolling, more: JsonObject, values: str, phase: str, message: str
) -> None:
    status = ended(rolling, a_metric(**more), played=f'{{"rate": {values}}}')
    assert status["phase"] == phase
    expected = f'Metric "rate" assessed {phase} due to {message}' if message else ""
    assert status.get("message", "") == expected


def test_a_metric_without_values_succeeds(rolling: Rolling) -> None:
    status = ended(rolling, a_metric(), played="{}")
    assert status["phase"] == "Successful"
    assert "value" not in status["metricResults"][0]["measurements"][0]


def test_the_worst_metric_decides(rolling: Rolling) -> None:
    status = ended(rolling, a_metric("good"), a_metric("bad"), played='{"good": [1], "bad": [0]}')
    assert status["phase"] == "Failed"
    assert status["runSummary"] == {"count": 2, "successful": 1, "failed": 1}


def test_a_failed_metric_ends_those_that_go_on(rolling: Rolling) -> None:
    endless = a_metric("endless", interval="5s")
    late = a_metric("late", initialDelay="20s")
    status = ended(rolling, endless, late, played='{"endless": [1], "late": [0]}')
    results = {each["name"]: each["phase"] for each in status["metricResults"]}
    assert results == {"endless": "Successful", "late": "Failed"}
    assert status["phase"] == "Failed"


def test_only_the_last_measurements_are_kept(rolling: Rolling) -> None:
    status = ended(rolling, a_metric(interval="5s"), played='{"rate": [1]}', seconds=100)
    assert status["phase"] == "Running"
    assert len(status["metricResults"][0]["measurements"]) == 10
    assert status["metricResults"][0]["count"] > 10


@pytest.mark.parametrize(
    ("metrics", "why"),
    [
        ([], "no metrics specified"),
        ([a_metric(), a_metric()], "metrics[1]: duplicate name 'rate'"),
        ([a_metric(provider={})], "metrics[0]: no provider specified"),
        ([a_metric(provider={"web": {}, "job": {}})], "metrics[0]: multiple providers specified"),
        ([a_metric(count=2)], "metrics[0]: interval must be specified when count > 1"),
    ],
)
def test_a_run_that_makes_no_sense_is_an_error(
    rolling: Rolling, metrics: list[JsonObject], why: str
) -> None:
    status = ended(rolling, *metrics, played="")
    assert (status["phase"], status["message"]) == ("Error", f"Analysis spec invalid: {why}")


@pytest.mark.parametrize(
    ("success", "failure", "value", "phase"),
    [
        ("result[0] >= 0.95", None, 0.97, "Successful"),
        ("result > 1 && result < 5", None, 7, "Failed"),
        ("result == 0 || result > 9", None, 10, "Successful"),
        (None, "result > 5", 6, "Failed"),
        (None, "result > 5", 4, "Successful"),
        ("result > 9", "result < 1", 5, "Inconclusive"),
        ("len(result) > 0", None, 5, "Error"),
        (None, None, 5, "Successful"),
    ],
)
def test_conditions_compare_the_result(
    success: str | None, failure: str | None, value: float, phase: str
) -> None:
    metric = {"successCondition": success, "failureCondition": failure}
    assert judged(metric, value) == phase


def test_terminated_means_successful(rolling: Rolling) -> None:
    rolling.create(a_run(a_metric(interval="5s"), played='{"rate": [1]}'), seconds=12)
    run = rolling.get("AnalysisRun", "run")
    rolling.store.update({**run, "spec": {**run["spec"], "terminate": True}})
    rolling.after(1)
    status = rolling.get("AnalysisRun", "run")["status"]
    assert (status["phase"], status["message"]) == ("Successful", "Run Terminated")


def test_arguments_reach_the_metric_and_secrets_do_not(rolling: Rolling) -> None:
    metric = a_metric(condition="result >= {{args.least}}", count="{{args.count}}", interval="5s")
    secret = {"name": "token", "valueFrom": {"secretKeyRef": {"name": "db", "key": "url"}}}
    known = [{"name": "least", "value": "9"}, {"name": "count"}, secret]
    rolling.create(a_template("check", metric, played='{"rate": [5]}', args=known))
    given = [{"name": "count", "value": "3"}, {"name": "least", "value": "4"}]
    rolling.start(canary(weight(25), analysis("check", args=given), pause()))
    rolling.update(seconds=60)
    assert rolling.state() == AT_PAUSE
    run = rolling.all("AnalysisRun")[0]
    assert run["spec"]["args"] == [
        {"name": "least", "value": "4"},
        {"name": "count", "value": "3"},
        secret,
    ]
    assert run["status"]["metricResults"][0]["count"] == 3


def test_arguments_come_from_the_rollout_and_its_versions(rolling: Rolling) -> None:
    rolling.create(a_template("check", a_metric(), args=[{"name": n} for n in ("new", "app")]))
    given = [
        {"name": "new", "valueFrom": {"podTemplateHashValue": "Latest"}},
        {"name": "app", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    ]
    rolling.start(canary(weight(25), analysis("check", args=given), pause()))
    rolling.update()
    assert rolling.all("AnalysisRun")[0]["spec"]["args"] == [
        {"name": "new", "value": rolling.status["currentPodHash"]},
        {"name": "app", "value": "web"},
    ]


def test_an_inconclusive_run_pauses_until_somebody_decides(rolling: Rolling) -> None:
    metric = a_metric(condition="result > 9", failureCondition="result < 1")
    rolling.create(a_template("check", metric, played='{"rate": [5]}'))
    rolling.start(JUDGED)
    rolling.update()
    assert rolling.state() == ("Paused", "InconclusiveAnalysisRun")
    # Only resumed, it asks again ...
    rolling.patch({"status": {"pauseConditions": None}})
    assert rolling.state() == ("Paused", "InconclusiveAnalysisRun")
    names = sorted(rolling.names("AnalysisRun"))
    assert names[1] == f"{names[0]}.1"
    # ... and with the next step it goes on.
    decided = {"pauseConditions": None, "controllerPause": False, "currentStepIndex": 2}
    rolling.patch({"status": decided})
    assert rolling.state() == AT_PAUSE


def test_an_analysis_in_the_background_aborts_a_pause(rolling: Rolling) -> None:
    metric = a_metric(interval="10s", failureLimit=1)
    rolling.create(a_template("watch", metric, played='{"rate": [1, 1, 0, 0]}'))
    background = {"templates": [{"templateName": "watch"}], "startingStep": 1}
    rolling.start(canary(weight(25), pause(), analysis=background))
    rolling.update(seconds=15)
    assert rolling.state() == AT_PAUSE
    run = rolling.all("AnalysisRun")[0]
    assert run["metadata"]["labels"]["rollout-type"] == "Background"
    rolling.after(60)
    phase, message = rolling.state()
    assert phase == "Degraded"
    assert "Background analysis phase error/failed: Metric" in message


def test_runs_in_progress_are_cancelled_with_the_update(rolling: Rolling) -> None:
    rolling.create(a_template("watch", a_metric(interval="10s"), played='{"rate": [1]}'))
    background = {"templates": [{"templateName": "watch"}]}
    rolling.start(canary(weight(25), pause(), analysis=background))
    rolling.update()
    rolling.patch({"status": {"promoteFull": True}})
    status = rolling.all("AnalysisRun")[0]["status"]
    assert (status["phase"], status["message"]) == ("Successful", "Run Terminated")


def test_templates_may_name_templates(rolling: Rolling) -> None:
    inner = an_object(
        VERSION, "ClusterAnalysisTemplate", "inner", None, spec={"metrics": [a_metric("inner")]}
    )
    outer = a_template("check", a_metric("outer"))
    outer["spec"]["templates"] = [{"templateName": "inner", "clusterScope": True}]
    rolling.create(inner, outer)
    rolling.start(JUDGED)
    rolling.update()
    metrics = rolling.all("AnalysisRun")[0]["spec"]["metrics"]
    assert [each["name"] for each in metrics] == ["outer", "inner"]


def test_only_the_last_runs_are_kept(rolling: Rolling) -> None:
    rolling.create(a_template("check", a_metric()))
    rolling.start(JUDGED, replicas=1)
    for number in range(2, 10):
        rolling.update(f"shop/web:{number}")
        rolling.patch({"status": {"promoteFull": True}})
    assert len(rolling.all("AnalysisRun")) <= 7


def test_a_failed_check_before_promotion_aborts(rolling: Rolling) -> None:
    rolling.create(a_service("web"), a_service("web-preview"))
    rolling.create(a_template("check", a_metric(), played='{"rate": [0]}'))
    judged_before = {"templates": [{"templateName": "check"}]}
    rolling.start(blue_green(prePromotionAnalysis=judged_before), replicas=1)
    rolling.update()
    phase, message = rolling.state()
    assert phase == "Degraded"
    assert "Blue/green pre-promotion analysis phase error/failed" in message
    run = rolling.all("AnalysisRun")[0]
    assert run["metadata"]["name"].endswith("-2-pre")


def an_experiment(**more: object) -> JsonObject:
    step = {"templates": [{"name": "cand", "specRef": "canary"}], **more}
    return canary({"experiment": step}, pause())


def test_a_failed_experiment_aborts(rolling: Rolling) -> None:
    rolling.create(a_template("check", a_metric(), played='{"rate": [0]}'))
    analyses = [{"name": "ck", "templateName": "check"}]
    rolling.start(an_experiment(analyses=analyses), replicas=1)
    rolling.update(seconds=60)
    phase, message = rolling.state()
    assert phase == "Degraded"
    assert "Experiment analysis phase is error/failed: Metric" in message
    experiment = rolling.all("Experiment")[0]
    assert experiment["status"]["phase"] == "Failed"


def test_required_analyses_end_an_experiment_without_a_duration(rolling: Rolling) -> None:
    rolling.create(a_template("check", a_metric()))
    required = {"name": "ck", "templateName": "check", "requiredForCompletion": True}
    rolling.start(an_experiment(analyses=[required]), replicas=1)
    rolling.update(seconds=60)
    assert rolling.state() == AT_PAUSE
    experiment = rolling.all("Experiment")[0]["status"]
    assert experiment["phase"] == "Successful"
    assert experiment["message"] == "Required AnalysisRuns completed"


def test_a_terminated_experiment_lets_the_rollout_go_on(rolling: Rolling) -> None:
    rolling.start(an_experiment(), replicas=1)
    rolling.update()
    experiment = rolling.all("Experiment")[0]
    assert experiment["status"]["phase"] == "Running"
    rolling.store.update({**experiment, "spec": {**experiment["spec"], "terminate": True}})
    rolling.after(60)
    assert rolling.all("Experiment")[0]["status"]["phase"] == "Successful"
    assert rolling.state() == AT_PAUSE
    sizes = [s["spec"]["replicas"] for s in rolling.all("ReplicaSet") if "cand" in str(s)]
    assert sizes == [0]


def test_an_experiment_that_does_not_start_fails(rolling: Rolling) -> None:
    rolling.start(an_experiment(), replicas=1, progressDeadlineSeconds=30)
    rolling.update("shop/web:no-such-image", seconds=120)
    status = rolling.all("Experiment")[0]["status"]
    assert status["phase"] == "Failed"
    assert status["message"] == "Template 'cand' exceeded its progressDeadlineSeconds (30)"


def test_an_aborted_update_ends_its_experiment(rolling: Rolling) -> None:
    rolling.start(an_experiment(), replicas=1)
    rolling.update()
    rolling.patch({"status": {"abort": True}}, seconds=60)
    assert rolling.all("Experiment")[0]["spec"]["terminate"] is True


def test_an_experiment_without_its_template_says_so(rolling: Rolling) -> None:
    analyses = [{"name": "ck", "templateName": "none"}]
    rolling.start(an_experiment(analyses=analyses), replicas=1)
    rolling.update()
    status = rolling.all("Experiment")[0]["status"]
    assert status["phase"] == "Error"
    assert 'analysistemplate.argoproj.io "none" not found' in status["message"]
