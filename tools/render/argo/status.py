"""Where a rollout stands, in a few lines: what it does, what it waits for, what can be done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from tools.render import JsonObject
from tools.render.ages import human_duration, parse_timestamp
from tools.render.argo import Standing
from tools.render.argo.reading import at, items

SILENT_SECONDS = 10
_RUNS = (
    ("canary", "currentStepAnalysisRunStatus", "AnalysisRun of the step"),
    ("canary", "currentBackgroundAnalysisRunStatus", "AnalysisRun in the background"),
    ("blueGreen", "prePromotionAnalysisRunStatus", "AnalysisRun before promotion"),
    ("blueGreen", "postPromotionAnalysisRunStatus", "AnalysisRun after promotion"),
)


def status_lines(rollout: JsonObject, standing: Standing, now: datetime) -> Iterator[str]:
    """Yield the plugin's line, and what it leaves open."""
    yield standing.text
    if standing.phase == "Degraded":
        yield standing.message
    yield figures(rollout, standing)
    yield from pauses(rollout, standing, now)
    yield from runs(rollout)
    if standing.silent_seconds > SILENT_SECONDS:
        yield silent(standing)
    yield f"Next: {', '.join(actions(rollout, standing)) or 'nothing to do'}."


def figures(rollout: JsonObject, standing: Standing) -> str:
    """Say how far it is in figures."""
    status = at(rollout, "status")
    updated, available = status.get("updatedReplicas") or 0, status.get("availableReplicas") or 0
    pods = f"{updated} of {standing.replicas} pods updated, {available} available"
    return "; ".join([*_position(rollout, standing), pods]) + "."


def _position(rollout: JsonObject, standing: Standing) -> Iterator[str]:
    if standing.strategy == "Canary":
        if standing.step:
            yield f"Step {standing.step}{_now(standing)}"
        actual = "" if standing.actual_weight is None else f"{standing.actual_weight} "
        yield f"weight {actual}(set {standing.set_weight})"
    services = at(rollout, "status", "blueGreen")
    if active := services.get("activeSelector"):
        preview = services.get("previewSelector")
        yield f"Active {active}{f', preview {preview}' if preview not in (None, active) else ''}"


def _now(standing: Standing) -> str:
    index = standing.index or 0
    return f", at {standing.steps[index]}" if index < len(standing.steps) else ""


def pauses(rollout: JsonObject, standing: Standing, now: datetime) -> Iterator[str]:
    """Say since when it waits, and what ends that."""
    if at(rollout, "spec").get("paused"):
        yield "Paused by hand (spec.paused): nothing goes on until argo_resume_rollout."
    for each in items(rollout, "status", "pauseConditions"):
        since = _since(each.get("startTime"), now)
        yield f"{each.get('reason')}{since}: {_end(rollout, standing, each, now)}."


def _since(start: object, now: datetime) -> str:
    try:
        age = human_duration((now - parse_timestamp(str(start))).total_seconds())
    except ValueError:
        return ""
    return f" since {start} ({age})"


def _end(rollout: JsonObject, standing: Standing, pause: JsonObject, now: datetime) -> str:
    seconds = standing.pause_seconds
    if standing.needs_person or seconds is None:
        return "waits for a person"
    try:
        start = parse_timestamp(str(pause.get("startTime")))
    except ValueError:
        return "goes on by itself"
    end = start + timedelta(seconds=seconds)
    left = (end - now).total_seconds()
    when = f"in {human_duration(left)}" if left > 0 else "now"
    return f"goes on by itself at {end:%Y-%m-%dT%H:%M:%SZ} ({when})"


def runs(rollout: JsonObject) -> Iterator[str]:
    """Name the analyses and the experiment that it waits for."""
    status = at(rollout, "status")
    for kind, field, what in _RUNS:
        run = at(status, kind, field)
        if run.get("name"):
            message = f": {run['message']}" if run.get("message") else ""
            yield f"{what}, {run['name']}: {run.get('status') or 'Pending'}{message}"
    if experiment := at(status, "canary").get("currentExperiment"):
        yield f"Experiment of the step: {experiment}"


def not_visible(unseen: Mapping[str, str]) -> Iterator[str]:
    """Say what could not be read, by plural, and why; nothing when all could."""
    if unseen:
        told = ", ".join(f"{what} ({why})" for what, why in sorted(unseen.items()))
        yield f"Not visible: {told}."


def silent(standing: Standing) -> str:
    """Say that nobody acts on what was changed, and for how long."""
    label = f' (label controller-instance-id: "{standing.instance}")' if standing.instance else ""
    return (
        "The Argo Rollouts controller has left this alone for "
        f"{human_duration(standing.silent_seconds)}: it does not run, or does not watch this "
        f"rollout{label}."
    )


def actions(rollout: JsonObject, standing: Standing) -> Sequence[str]:
    """Name the calls that would do something now (Argo CD's discovery rules)."""
    if standing.aborted:
        return ["argo_retry", "argo_promote with full", "argo_undo"]
    found: list[str] = []
    waits = bool(items(rollout, "status", "pauseConditions"))
    by_hand = bool(at(rollout, "spec").get("paused"))
    updating = not standing.fully_promoted
    if waits or (updating and _in_a_step(standing)):
        found.append("argo_promote")
    if waits or by_hand:
        found.append("argo_resume_rollout")
    if updating:
        found += ["argo_promote with full", "argo_abort_rollout"]
        found += [] if by_hand else ["argo_pause_rollout"]
    elif standing.phase == "Degraded":
        found += ["argo_undo", "argo_set_image"]
    return found


def _in_a_step(standing: Standing) -> bool:
    return (standing.index or 0) < len(standing.steps)
