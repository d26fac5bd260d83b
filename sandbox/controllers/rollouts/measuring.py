"""Measurements of a metric, played.

A `job` metric is a Job that the Job controller runs on the simulated nodes, as with the real
provider. All other providers (`web`, `prometheus`, …) give the values that the annotation
`sandbox.skyflo.ai/measurements` of the template (or run) has for the metric, one after another,
the last one again and again: `{"success-rate": [0.998, 0.941]}`. They may depend on the image of
the version that is judged: `{"success-rate": {"shop/web:2": [0.941], "": [0.998]}}`.

Conditions are judged as the real ones where they compare `result` with a number. `null` is an error
of the provider. A metric without values succeeds, as `web` does for any answer that is no JSON.
"""

import json
import operator
import re
from typing import Any

from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.jobs import labelled
from sandbox.controllers.ownership import controlled_by
from sandbox.controllers.rollouts.sets import HASH_LABEL, hash_of
from sandbox.controllers.rollouts.templates import VALUES

RUN_UID = "analysisrun.argoproj.io/uid"
_COMPARISON = re.compile(r"\s*result(?:\[0\])?\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?)\s*")
_OPERATORS = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq,
    "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_LONGEST_NAME = 63


def measured(cluster: ControlPlane, run: JsonObject, metric: JsonObject, taken: int) -> JsonObject:
    """Begin a measurement, the one after `taken` others; but for a Job it ends at once."""
    now = cluster.stamp()
    if "job" in metric["provider"] and not _has_pod(metric["provider"]["job"]):
        return {**_ended("Error", now), "message": "the Job has no containers"}
    if "job" in metric["provider"]:
        job = _job(cluster, run, metric, taken + 1)
        where = {"job-name": name_of(job), "job-namespace": namespace_of(job)}
        return {"phase": "Running", "startedAt": now, "metadata": where, "resumeAt": now}
    values = _values(cluster, run, metric)
    value = values[min(taken, len(values) - 1)] if values else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = None
    if value is None and values:
        return {**_ended("Error", now), "message": "the provider could not be reached"}
    if value is None:
        return _ended("Successful", now)
    shown = f"[{value}]" if "prometheus" in metric["provider"] else str(value)
    return {**_ended(judged(metric, float(value)), now), "value": shown}


def resumed(cluster: ControlPlane, measurement: JsonObject) -> JsonObject:
    """Return a Job's measurement as it is now."""
    where = measurement["metadata"]
    job = cluster.store.peek("batch", "jobs", where["job-namespace"], where["job-name"])
    if job is None:
        message = f'jobs.batch "{where["job-name"]}" not found'
        now = cluster.stamp()
        return {**measurement, "phase": "Error", "finishedAt": now, "message": message}
    kinds = {each["type"] for each in (job.get("status") or {}).get("conditions") or []}
    phase = "Failed" if "Failed" in kinds else "Successful" if "Complete" in kinds else ""
    if not phase:
        return measurement
    return {**measurement, "phase": phase, "finishedAt": cluster.stamp()}


def terminated(cluster: ControlPlane, measurement: JsonObject) -> JsonObject:
    """End a Job's measurement with the run: nobody knows what it would have said."""
    where = measurement["metadata"]
    job = cluster.store.peek("batch", "jobs", where["job-namespace"], where["job-name"])
    if job is not None:
        cluster.remove("batch", "jobs", job)
    ended = {"phase": "Inconclusive", "finishedAt": cluster.stamp(), "message": "Metric Terminated"}
    return {**measurement, **ended}


def judged(metric: JsonObject, value: float) -> str:
    """Judge a value by the metric's conditions (`utils/evaluate`)."""
    success, failure = metric.get("successCondition"), metric.get("failureCondition")
    try:
        good = _holds(success, value) if success else None
        bad = _holds(failure, value) if failure else None
    except ValueError:
        return "Error"
    if bad:
        return "Failed"
    if good is None:
        return "Successful"
    if good:
        return "Successful"
    return "Failed" if bad is None else "Inconclusive"


def _holds(condition: str, value: float) -> bool:
    """Evaluate `result >= 0.99 && result < 2`, with or without an index."""
    return any(
        all(_compares(part, value) for part in either.split("&&"))
        for either in condition.split("||")
    )


def _compares(text: str, value: float) -> bool:
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError(f"no comparison of a result: {text!r}")
    return bool(_OPERATORS[found[1]](value, float(found[2])))


def _values(cluster: ControlPlane, run: JsonObject, metric: JsonObject) -> list[Any]:
    text = (run["metadata"].get("annotations") or {}).get(VALUES)
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return []
    values = found.get(metric["name"]) if isinstance(found, dict) else None
    if isinstance(values, dict):
        values = values.get(_image(cluster, run), values.get(""))
    return values if isinstance(values, list) else []


def _has_pod(job: JsonObject) -> bool:
    template = (job.get("spec") or {}).get("template") or {}
    return bool((template.get("spec") or {}).get("containers"))


def _image(cluster: ControlPlane, run: JsonObject) -> str:
    """Return the image of the version that a Rollout's run judges."""
    digest = (run["metadata"].get("labels") or {}).get(HASH_LABEL)
    for each in cluster.store.view("apps", "replicasets", namespace_of(run)):
        if digest and hash_of(each) == digest:
            return str(each["spec"]["template"]["spec"]["containers"][0].get("image", ""))
    return ""


def _ended(phase: str, now: str) -> JsonObject:
    return {"phase": phase, "startedAt": now, "finishedAt": now}


def _job(cluster: ControlPlane, run: JsonObject, metric: JsonObject, number: int) -> JsonObject:
    asked, uid = copied(metric["provider"]["job"]), run["metadata"]["uid"]
    name = f"{uid}.{metric['name']}.{number}"
    if surplus := max(len(name) - _LONGEST_NAME, 0):
        name = f"{uid}.{metric['name'][:-surplus]}.{number}"
    there = cluster.store.get("batch", "jobs", namespace_of(run), name)
    if there is not None:
        return there
    given = asked.get("metadata") or {}
    template = asked["spec"]["template"].setdefault("metadata", {})
    template["labels"] = {**(template.get("labels") or {}), RUN_UID: uid}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": namespace_of(run),
            "uid": cluster.store.generated_uid(),
            "labels": {**(given.get("labels") or {}), RUN_UID: uid},
            "annotations": {
                **(given.get("annotations") or {}),
                "analysisrun.argoproj.io/name": name_of(run),
                "analysisrun.argoproj.io/namespace": namespace_of(run),
                "analysisrun.argoproj.io/metric": metric["name"],
            },
            "ownerReferences": controlled_by(run),
        },
        "spec": {**_JOB_DEFAULTS, **asked["spec"]},
        "status": {},
    }
    return cluster.store.create(labelled(job))


_JOB_DEFAULTS = {"backoffLimit": 6, "completions": 1, "parallelism": 1, "suspend": False}
