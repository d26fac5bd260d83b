"""Measures metrics and judges the run (`analysis/analysis.go`)."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers.conditions import moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted
from sandbox.controllers.replica_sets import owner_keys
from sandbox.controllers.rollouts import measuring, spec
from sandbox.controllers.rollouts.assessing import assessed, count_of, fault
from sandbox.controllers.rollouts.durations import seconds
from sandbox.controllers.rollouts.phase import completed

_COUNTERS = {
    "Successful": "successful",
    "Failed": "failed",
    "Inconclusive": "inconclusive",
    "Error": "error",
}
_KEPT_MEASUREMENTS = 10
_RETRY_SECONDS = 10
_ORDER = ("Successful", "Running", "Pending", "Inconclusive", "Failed", "Error")


class AnalysisRuns:
    """Looks at a run after a change of it or of its Jobs, and when a measurement is due."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, "rollouts-controller")

    def concerned(self, change: Change) -> Iterable[Key]:
        """Name the run that changed, or that owns the Job that changed."""
        return owner_keys(change, "AnalysisRun", spec.RUNS, [("batch", "jobs")])

    def reconcile(self, key: Key) -> datetime | None:
        """Take the measurements that are due, and assess."""
        run = self._cluster.store.get(*spec.RUNS, *key)
        if run is None or is_deleted(run):
            return None
        status = run.setdefault("status", {})
        if completed(status.get("phase", "")):
            return None
        metrics = [_with_arguments(metric, run) for metric in run["spec"]["metrics"]]
        if why := fault(metrics):
            status.update(phase="Error", message=f"Analysis spec invalid: {why}")
            self._announce_end(run)
        else:
            self._measure(run, metrics)
            self._assess(run, metrics)
        if run != self._cluster.store.peek(*spec.RUNS, *key):
            self._cluster.store.update(run)
        return None if completed(status["phase"]) else self._next(run, metrics)

    def _measure(self, run: JsonObject, metrics: JsonObjects) -> None:
        stopping = _is_terminating(run)
        for metric in metrics:
            result = _result(run, metric["name"])
            if result is not None and completed(result["phase"]):
                continue
            last = result["measurements"][-1] if result and result.get("measurements") else None
            if last is not None and "finishedAt" not in last:
                end = measuring.terminated if stopping else measuring.resumed
                self._note(run, metric, end(self._cluster, last), again=True)
            elif not stopping and self._is_due(run, metric, result, last):
                taken = (result or {}).get("count", 0) + (result or {}).get("error", 0)
                new = measuring.measured(self._cluster, run, metric, taken)
                self._note(run, metric, new, again=False)

    def _is_due(
        self, run: JsonObject, metric: JsonObject, result: JsonObject | None, last: Any
    ) -> bool:
        now = self._cluster.now()
        if result is None or last is None:
            begun = run["status"].get("startedAt")
            delay = timedelta(seconds=seconds(metric.get("initialDelay") or 0))
            return not delay or (begun is not None and moment(begun) + delay <= now)
        wanted = count_of(metric)
        if wanted is not None and result.get("count", 0) >= wanted:
            return False
        return moment(last["finishedAt"]) + _interval(metric, last) <= now

    def _note(
        self, run: JsonObject, metric: JsonObject, measurement: JsonObject, *, again: bool
    ) -> None:
        result = _result(run, metric["name"])
        if result is None:
            result = {"name": metric["name"], "phase": "Running"}
            run["status"].setdefault("metricResults", []).append(result)
        if completed(measurement["phase"]):
            _count(result, measurement["phase"])
        past = result.get("measurements") or []
        kept = past[:-1] if again else past
        result["measurements"] = [*kept, measurement][-_KEPT_MEASUREMENTS:]

    def _assess(self, run: JsonObject, metrics: JsonObjects) -> None:
        status, stopping = run["status"], _is_terminating(run)
        status.setdefault("startedAt", self._cluster.stamp())
        worst, message = "", "Run Terminated" if run["spec"].get("terminate") else ""
        done, summary = True, {"count": len(metrics)}
        for metric in metrics:
            result = _result(run, metric["name"])
            if result is None:
                done = False
                continue
            phase, why = assessed(metric, result, stopping=stopping)
            self._transit(run, result, phase)
            if not completed(phase):
                done = False
                continue
            counter = _COUNTERS[phase]
            summary[counter] = summary.get(counter, 0) + 1
            if not worst or _ORDER.index(phase) > _ORDER.index(worst):
                worst = phase
                message = _message(metric, result, phase, why) if why else message
        status["runSummary"], status["dryRunSummary"] = summary, {}
        if stopping:
            self._end(run, worst or "Successful", message)
        elif done and worst:
            self._end(run, worst, message)
        else:
            status["phase"] = "Running"

    def _transit(self, run: JsonObject, result: JsonObject, phase: str) -> None:
        if result["phase"] == phase:
            return
        if completed(phase):
            text = f"Metric '{result['name']}' Completed. Result: {phase}"
            self._tell(run, f"Metric{phase}", text, bad=phase in ("Failed", "Error"))
        if last := (result.get("measurements") or [{}])[-1].get("message"):
            result["message"] = last
        result["phase"] = phase

    def _end(self, run: JsonObject, phase: str, message: str) -> None:
        run["status"]["phase"] = phase
        if message:
            run["status"]["message"] = message
        run["status"].setdefault("completedAt", self._cluster.stamp())
        self._announce_end(run)

    def _announce_end(self, run: JsonObject) -> None:
        phase = run["status"]["phase"]
        text = f"Analysis Completed. Result: {phase}"
        self._tell(run, f"AnalysisRun{phase}", text, bad=phase in ("Failed", "Error"))

    def _tell(self, run: JsonObject, reason: str, text: str, *, bad: bool) -> None:
        record = self._recorder.warning if bad else self._recorder.normal
        record(run, reason, text)

    def _next(self, run: JsonObject, metrics: JsonObjects) -> datetime | None:
        """Tell when the next measurement is due."""
        times = []
        for metric in metrics:
            result = _result(run, metric["name"])
            last = (result or {}).get("measurements", [None])[-1] if result else None
            if result is not None and completed(result["phase"]):
                continue
            if last is None:
                delay = timedelta(seconds=seconds(metric.get("initialDelay") or 0))
                times.append(moment(run["status"]["startedAt"]) + delay)
            elif "finishedAt" in last:
                times.append(moment(last["finishedAt"]) + _interval(metric, last))
        return min(times, default=None)


def _count(result: JsonObject, phase: str) -> None:
    counter = _COUNTERS[phase]
    result[counter] = result.get(counter, 0) + 1
    if phase == "Error":
        result["consecutiveError"] = result.get("consecutiveError", 0) + 1
    else:
        result["count"] = result.get("count", 0) + 1
        result.pop("consecutiveError", None)
    if phase == "Successful":
        result["consecutiveSuccess"] = result.get("consecutiveSuccess", 0) + 1
    else:
        result.pop("consecutiveSuccess", None)


def _message(metric: JsonObject, result: JsonObject, phase: str, why: str) -> str:
    message = f'Metric "{metric["name"]}" assessed {phase} due to {why}'
    if result.get("message"):
        message += f': "Error Message: {result["message"]}"'
    return message


def _result(run: JsonObject, name: str) -> JsonObject | None:
    results = run["status"].get("metricResults") or []
    return next((each for each in results if each["name"] == name), None)


def _is_terminating(run: JsonObject) -> bool:
    """Tell whether no new measurement begins: by request, or as a metric has failed."""
    results = run["status"].get("metricResults") or []
    ended = ("Failed", "Error", "Inconclusive")
    return bool(run["spec"].get("terminate")) or any(each["phase"] in ended for each in results)


def _interval(metric: JsonObject, last: JsonObject) -> timedelta:
    if last["phase"] == "Error" or not metric.get("interval"):
        return timedelta(seconds=_RETRY_SECONDS)
    return timedelta(seconds=seconds(metric["interval"]))


def _with_arguments(metric: JsonObject, run: JsonObject) -> JsonObject:
    """Put the run's arguments in the place of `{{args.name}}`; of secrets only a mask."""
    text = json.dumps(metric)
    for argument in run["spec"].get("args") or []:
        value = json.dumps(str(argument.get("value", "*****")))[1:-1]
        text = text.replace("{{args." + argument["name"] + "}}", value)
    filled: JsonObject = json.loads(text)
    return filled
