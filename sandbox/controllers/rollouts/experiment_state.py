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
    try:
        return moment(since) + timedelta(seconds=seconds(duration))
    except ValueError:
        return None


def is_required(analysis: JsonObject) -> bool:
    """Tell whether the experiment ends with this analysis."""
    return bool(analysis.get("requiredForCompletion"))


def fault(experiment: JsonObject) -> str:
    """Return what is wrong with the spec (`VerifyExperimentSpec`), empty when nothing is."""
    name = experiment["metadata"]["name"]
    known: set[str] = set()
    for index, each in enumerate(experiment["spec"]["templates"]):
        if each.get("selector") is None:
            return f"Rollout has missing field '.Spec.Templates[{index}].Selector'"
        if not each["selector"]:
            selects = f"This experiment is selecting all pods at index {index}."
            return f"{selects} A non-empty selector is required."
        if not each.get("name"):
            return f"Experiment {name} has empty template name at index {index}"
        if each["name"] in known:
            return f"Experiment {name} has repeated template name '{each['name']}' in templates"
        known.add(each["name"])
    return ""


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
