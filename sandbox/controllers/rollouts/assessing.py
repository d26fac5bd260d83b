"""What the measurements of a metric say of it (`analysis/analysis.go`, `assessMetricStatus`)."""

import re

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers.rollouts.durations import seconds
from sandbox.controllers.rollouts.phase import completed

_ERRORS_ALLOWED = 4


def assessed(metric: JsonObject, result: JsonObject, *, stopping: bool) -> tuple[str, str]:
    """Return a metric's phase and, where it is not good, why."""
    bad, why = _bad(metric, result)
    if completed(result["phase"]):
        return result["phase"], why
    measurements = result.get("measurements") or []
    if not measurements:
        return ("Successful" if stopping else "Pending"), ""
    if not completed(measurements[-1]["phase"]):
        return "Running", ""
    if bad:
        return bad, why
    needed = _limit(metric, "consecutiveSuccessLimit", 0)
    if 0 < needed <= result.get("consecutiveSuccess", 0):
        return "Successful", ""
    wanted = count_of(metric)
    if wanted is not None and result.get("count", 0) >= wanted:
        return _at_the_end(metric, needed), ""
    return ("Successful" if stopping else "Running"), ""


def _at_the_end(metric: JsonObject, needed: int) -> str:
    """Judge a metric whose measurements are all taken, with neither limit reached."""
    if not needed:
        return "Successful"
    return "Inconclusive" if _limit(metric, "failureLimit", 0) >= 0 else "Failed"


def _bad(metric: JsonObject, result: JsonObject) -> tuple[str, str]:
    found = ("", "")
    limit, failed = _limit(metric, "failureLimit", 0), result.get("failed", 0)
    if failed > limit >= 0:
        found = ("Failed", f"failed ({failed}) > failureLimit ({limit})")
    limit, unclear = _limit(metric, "inconclusiveLimit", 0), result.get("inconclusive", 0)
    if unclear > limit:
        found = ("Inconclusive", f"inconclusive ({unclear}) > inconclusiveLimit ({limit})")
    limit = _limit(metric, "consecutiveErrorLimit", _ERRORS_ALLOWED)
    errors = result.get("consecutiveError", 0)
    if errors > limit:
        found = ("Error", f"consecutiveErrors ({errors}) > consecutiveErrorLimit ({limit})")
    return found


def count_of(metric: JsonObject) -> int | None:
    """Tell how many measurements are taken; None for as many as the run lasts."""
    count = _limit(metric, "count", 0)
    if count:
        return count
    return None if metric.get("interval") else 1


def fault(metrics: JsonObjects) -> str:
    """Return what is wrong with the metrics (`ValidateMetrics`), empty when nothing is."""
    if not metrics:
        return "no metrics specified"
    names = [metric["name"] for metric in metrics]
    for index, metric in enumerate(metrics):
        if metric["name"] in names[:index]:
            return f"metrics[{index}]: duplicate name '{metric['name']}'"
        if not metric.get("provider"):
            return f"metrics[{index}]: no provider specified"
        if len(metric["provider"]) > 1:
            return f"metrics[{index}]: multiple providers specified"
        if _limit(metric, "count", 0) > 1 and not metric.get("interval"):
            return f"metrics[{index}]: interval must be specified when count > 1"
        for member, what in (("interval", "interval"), ("initialDelay", "startDelay")):
            if metric.get(member) and (why := _duration_fault(metric[member])):
                return f"metrics[{index}]: invalid {what} string: {why}"
    return ""


def _duration_fault(text: str) -> str:
    try:
        seconds(text)
    except ValueError as fault:
        return str(fault)
    return ""


def _limit(metric: JsonObject, name: str, default: int) -> int:
    """Read an int-or-string; a text that is no number counts as 0, as in Go."""
    value = metric.get(name)
    if value is None:
        return default
    return int(value) if re.fullmatch(r"-?\d+", str(value)) else 0
