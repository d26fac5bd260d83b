"""What one Rollout says of itself: strategy, steps, weights, pauses. Pure functions on raw objects.

Follows ``utils/replicaset/canary.go`` and ``utils/rollout/rolloututil.go``.
"""

from collections.abc import Sequence
from typing import Any

JsonObject = dict[str, Any]
REVISION = "rollout.argoproj.io/revision"
INSTANCE = "argo-rollouts.argoproj.io/controller-instance-id"
FULL_WEIGHT = 100
# Pauses that end only when somebody looks, whatever the spec says.


def part(obj: Any, *keys: str) -> JsonObject:
    """Return the mapping at a path, empty when there is none."""
    for key in keys:
        obj = obj.get(key) if isinstance(obj, dict) else None
    return obj if isinstance(obj, dict) else {}


def entries(obj: Any, *path: str) -> list[JsonObject]:
    """Return the mappings of a list field, empty when there are none."""
    found = part(obj, *path[:-1]).get(path[-1])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def number(value: Any, default: int = 0) -> int:
    """Return a whole number, or the field's default."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def spec(rollout: JsonObject) -> JsonObject:
    """Return the spec."""
    return part(rollout, "spec")


def status(rollout: JsonObject) -> JsonObject:
    """Return the status; empty as long as no controller has seen the rollout."""
    return part(rollout, "status")


def canary(rollout: JsonObject) -> JsonObject | None:
    """Return the canary strategy; None for a blue-green rollout."""
    how = part(rollout, "spec", "strategy").get("canary")
    return how if isinstance(how, dict) else None


def blue_green(rollout: JsonObject) -> JsonObject | None:
    """Return the blue-green strategy; None where there is a canary, which wins."""
    how = part(rollout, "spec", "strategy").get("blueGreen")
    return how if isinstance(how, dict) and canary(rollout) is None else None


def strategy(rollout: JsonObject) -> str:
    """Name the strategy as the plugin does; empty without one."""
    if canary(rollout) is not None:
        return "Canary"
    return "BlueGreen" if blue_green(rollout) is not None else ""


def steps(rollout: JsonObject) -> Sequence[JsonObject]:
    """Return the canary's steps."""
    return entries(canary(rollout), "steps")


def step_index(rollout: JsonObject) -> int:
    """Return which step is under way, counted from 0; as many as there are steps: all are done."""
    return number(status(rollout).get("currentStepIndex"), 0)


def current_step(rollout: JsonObject) -> JsonObject | None:
    """Return the step under way; None without steps, or after the last."""
    listed, index = steps(rollout), step_index(rollout)
    return listed[index] if index < len(listed) else None


def next_index(rollout: JsonObject) -> int:
    """Return the index of the step after the one under way."""
    return min(step_index(rollout) + 1, len(steps(rollout)))


def full_weight(rollout: JsonObject) -> int:
    """Return what all traffic is: 100, unless the traffic router counts otherwise."""
    routing = part(canary(rollout), "trafficRouting")
    return number(routing.get("maxTrafficWeight"), FULL_WEIGHT)


def set_weight(rollout: JsonObject) -> int:
    """Return the weight that the canary is to have."""
    return 0 if status(rollout).get("abort") else weight_at(rollout, step_index(rollout))


def weight_at(rollout: JsonObject, index: int) -> int:
    """Return the weight that the canary is to have at a step: that of the last one set."""
    listed = steps(rollout)
    if index >= len(listed):
        return full_weight(rollout)
    weights = (step.get("setWeight") for step in reversed(listed[: index + 1]))
    return next((w for w in weights if isinstance(w, int)), 0)


def actual_weight(rollout: JsonObject, canary_available: int) -> int:
    """Return the weight that the canary has: by the router, or by its share of available pods."""
    available = number(status(rollout).get("availableReplicas"), 0)
    if current_step(rollout) is None:
        return full_weight(rollout)
    if not available:
        return 0
    if not part(canary(rollout), "trafficRouting"):
        return canary_available * full_weight(rollout) // available
    weights = part(rollout, "status", "canary", "weights")
    return number(part(weights, "canary").get("weight"), set_weight(rollout))


def replicas(rollout: JsonObject) -> int:
    """Return how many pods are wanted; the default is 1."""
    return number(spec(rollout).get("replicas"), 1)


def pause_reasons(rollout: JsonObject) -> Sequence[str]:
    """Return why the controller waits, in its own words."""
    return [str(each.get("reason")) for each in entries(rollout, "status", "pauseConditions")]


def pause_seconds(step: JsonObject | None) -> int | None:
    """Return how long a pause step lasts; None for one without end, and for other steps."""
    return seconds(part(step, "pause").get("duration"))


def seconds(duration: Any) -> int | None:
    """Read a duration as the controller does (``10``, ``"10"``, ``"1h30m"``); None without one."""
    if isinstance(duration, int) and not isinstance(duration, bool):
        return duration
    text = str(duration or "")
    return int(text) if text.isdigit() else _go_seconds(text)


def _go_seconds(text: str) -> int | None:
    # Imported late: reading most rollouts needs no duration.
    import durationpy

    try:
        return int(durationpy.from_str(text).total_seconds()) if text else None
    except (durationpy.DurationError, OverflowError):
        return None


def needs_a_person(rollout: JsonObject) -> bool:
    """Whether nothing goes on before somebody acts: as Argo CD's ``requiresManualAction``."""
    if spec(rollout).get("paused"):
        return True
    return any(_is_for_a_person(rollout, reason) for reason in pause_reasons(rollout))


def _is_for_a_person(rollout: JsonObject, reason: str) -> bool:
    if reason == "CanaryPauseStep":
        return pause_seconds(current_step(rollout)) is None
    if reason == "BlueGreenPause":
        # The seconds count only where promoting by itself is not switched off.
        return (blue_green(rollout) or {}).get("autoPromotionEnabled") is False
    return True


def is_fully_promoted(rollout: JsonObject) -> bool:
    """Whether the wanted template is the stable one: there is no update under way."""
    now = status(rollout)
    return (now.get("stableRS") or "") == (now.get("currentPodHash") or "")


def is_aborted(rollout: JsonObject) -> bool:
    """Whether the update was given up and not tried again."""
    return bool(status(rollout).get("abort"))


def is_inconclusive(rollout: JsonObject) -> bool:
    """Whether the canary waits because a step's analysis gave no verdict."""
    run = part(rollout, "status", "canary", "currentStepAnalysisRunStatus")
    waits = bool(status(rollout).get("pauseConditions") and status(rollout).get("controllerPause"))
    return canary(rollout) is not None and run.get("status") == "Inconclusive" and waits


def workload_ref(rollout: JsonObject) -> JsonObject:
    """Return what holds the pod template in the rollout's place; empty without."""
    return part(rollout, "spec", "workloadRef")


def revision(obj: JsonObject) -> int:
    """Return the revision of a rollout or of what it made; 0 without one."""
    text = str(part(obj, "metadata", "annotations").get(REVISION, ""))
    return int(text) if text.isdigit() else 0
