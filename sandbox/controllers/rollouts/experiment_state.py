"""Questions about an experiment that its parts share (`utils/experiment`)."""

from datetime import datetime, timedelta

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers.conditions import moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.rollouts.durations import seconds
from sandbox.controllers.rollouts.phase import completed

BAD = ("Failed", "Error", "Inconclusive")


def is_terminating(experiment: JsonObject) -> bool:
    """Tell whether an experiment comes to its end (`IsTerminating`)."""
    status = experiment["status"]
    if experiment["spec"].get("terminate") or completed(status.get("phase", "")):
        return True
    if any(each.get("status") in BAD for each in status.get("templateStatuses") or []):
        return True
    if any(each.get("phase") in BAD for each in status.get("analysisRuns") or []):
        return True
    return required_succeeded(experiment, status)


def has_passed(cluster: ControlPlane, experiment: JsonObject) -> bool:
    """Tell whether the experiment has lasted its time."""
    end = end_of(experiment, experiment["status"])
    return end is not None and end <= cluster.now()


def end_of(experiment: JsonObject, status: JsonObject) -> datetime | None:
    """Tell when the time of an experiment is over; None while it has not begun, or for ever."""
    duration, since = experiment["spec"].get("duration"), status.get("availableAt")
    if not duration or not since:
        return None
    return moment(since) + timedelta(seconds=seconds(duration))


def is_required(analysis: JsonObject) -> bool:
    """Tell whether the experiment ends with this analysis."""
    return bool(analysis.get("requiredForCompletion"))


def required_succeeded(experiment: JsonObject, status: JsonObject) -> bool:
    """Tell whether all analyses that the experiment ends with have succeeded."""
    required = [a["name"] for a in experiment["spec"].get("analyses") or [] if is_required(a)]
    runs = [named(status.get("analysisRuns"), name) for name in required]
    return bool(runs) and all(run is not None and run["phase"] == "Successful" for run in runs)


def named(items: JsonObjects | None, name: str) -> JsonObject | None:
    """Return the entry of a name, or None."""
    return next((each for each in items or [] if each["name"] == name), None)


def put(items: JsonObjects, new: JsonObject) -> None:
    """Put an entry in the place of the one of its name."""
    for index, each in enumerate(items):
        if each["name"] == new["name"]:
            items[index] = new
            return
    items.append(new)
