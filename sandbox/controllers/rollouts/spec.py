"""What a Rollout asks for: strategy, steps, sizes, with the real defaults."""

from typing import Any

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers.amounts import resolved
from sandbox.controllers.rollouts.durations import seconds

GROUP = "argoproj.io"
ROLLOUTS = (GROUP, "rollouts")
RUNS = (GROUP, "analysisruns")
EXPERIMENTS = (GROUP, "experiments")

_HALF_A_MINUTE = 30
_QUARTER = "25%"


def status_of(rollout: JsonObject) -> JsonObject:
    """Return the status, empty while there is none."""
    return rollout.get("status") or {}


def replicas(rollout: JsonObject) -> int:
    """Tell how many pods the Rollout shall have."""
    return _number(rollout["spec"].get("replicas"), 1)


def canary(rollout: JsonObject) -> JsonObject | None:
    """Return the canary strategy, None for blue-green."""
    return (rollout["spec"].get("strategy") or {}).get("canary")


def blue_green(rollout: JsonObject) -> JsonObject | None:
    """Return the blue-green strategy, None for canary."""
    return (rollout["spec"].get("strategy") or {}).get("blueGreen")


def routed(rollout: JsonObject) -> bool:
    """Tell whether a traffic router, and not the number of pods, gives the canary its share."""
    return ((canary(rollout) or {}).get("trafficRouting")) is not None


def steps(rollout: JsonObject) -> JsonObjects:
    """Return the canary's steps."""
    return (canary(rollout) or {}).get("steps") or []


def current_step(rollout: JsonObject) -> tuple[JsonObject | None, int | None]:
    """Return the step to do now and its index; no step past the last, no index without steps."""
    every = steps(rollout)
    if not every:
        return None, None
    index = max(int(status_of(rollout).get("currentStepIndex") or 0), 0)
    return (every[index] if index < len(every) else None), index


def does(step: JsonObject | None, what: str) -> bool:
    """Tell whether a step is of a kind; `pause: {}` is one."""
    return step is not None and step.get(what) is not None


def step_text(step: JsonObject) -> str:
    """Describe a step as events do (`CanaryStepString`)."""
    if does(step, "setWeight"):
        return f"setWeight: {step['setWeight']}"
    if does(step, "pause"):
        duration = step["pause"].get("duration")
        return "pause" if duration is None else f"pause: {duration}"
    if does(step, "setCanaryScale"):
        return f"setCanaryScale{_scale_text(step['setCanaryScale'])}"
    return next((kind for kind in ("experiment", "analysis") if does(step, kind)), "invalid")


def _scale_text(scale: JsonObject) -> str:
    for name in ("weight", "matchTrafficWeight", "replicas"):
        if scale.get(name) is not None:
            value = scale[name]
            return f"{{{name}: {str(value).lower() if isinstance(value, bool) else value}}}"
    return "{}"


def pause_seconds(pause: JsonObject) -> int:
    """Tell how long a pause lasts, given as a number or as `10m`; -1 for what is no duration."""
    try:
        return int(seconds(pause["duration"]))
    except ValueError:
        return -1


def set_weight(rollout: JsonObject) -> int:
    """Tell the share of the canary that the steps done so far ask for (`GetCurrentSetWeight`)."""
    if status_of(rollout).get("abort"):
        return 0
    step, index = current_step(rollout)
    if step is None or index is None:
        return max_weight(rollout)
    asked = [s["setWeight"] for s in steps(rollout)[: index + 1] if does(s, "setWeight")]
    return int(asked[-1]) if asked else 0


def set_canary_scale(rollout: JsonObject) -> JsonObject | None:
    """Return the `setCanaryScale` in force, which only a router makes possible."""
    index = current_step(rollout)[1]
    if not routed(rollout) or index is None or status_of(rollout).get("abort"):
        return None
    scales = [s for s in steps(rollout)[: index + 1] if does(s, "setCanaryScale")]
    if not scales or current_step(rollout)[0] is None:
        return None
    scale: JsonObject = scales[-1]["setCanaryScale"]
    return None if scale.get("matchTrafficWeight") else scale


def max_weight(rollout: JsonObject) -> int:
    """Tell the weight that stands for all traffic."""
    routing = (canary(rollout) or {}).get("trafficRouting") or {}
    weight = routing.get("maxTrafficWeight")
    return weight if isinstance(weight, int) and weight > 0 else 100


def max_surge(rollout: JsonObject) -> int:
    """Tell how many pods more than asked for there may be; none for blue-green."""
    return _fence_posts(rollout)[0] if canary(rollout) is not None else 0


def max_unavailable(rollout: JsonObject) -> int:
    """Tell how many pods may be missing."""
    total = replicas(rollout)
    if not total:
        return 0
    if canary(rollout) is not None:
        return min(_fence_posts(rollout)[1], total)
    allowed = (blue_green(rollout) or {}).get("maxUnavailable")
    return min(_resolved(allowed or 0, total, up=False), total)


def _resolved(value: Any, total: int, *, up: bool) -> int:
    """Read an int-or-percent; a text that is neither counts as nothing, as for the real one."""
    try:
        return resolved(value, total, up=up)
    except ValueError:
        return 0


def _fence_posts(rollout: JsonObject) -> tuple[int, int]:
    given, total = canary(rollout) or {}, replicas(rollout)
    surge = _resolved(_given(given, "maxSurge", _QUARTER), total, up=True)
    missing = _resolved(_given(given, "maxUnavailable", _QUARTER), total, up=False)
    return (surge, missing) if surge or missing else (0, 1)


def deadline_seconds(rollout: JsonObject) -> int:
    """Tell how long an update may make no progress."""
    return _number(rollout["spec"].get("progressDeadlineSeconds"), 600)


def history_limit(rollout: JsonObject) -> int:
    """Tell how many old ReplicaSets are kept."""
    return _number(rollout["spec"].get("revisionHistoryLimit"), 10)


def abort_delay_seconds(rollout: JsonObject) -> int | None:
    """Tell how long an aborted version keeps its pods; None leaves them (`0` in the spec)."""
    strategy = blue_green(rollout) or canary(rollout) or {}
    given = _number(strategy.get("abortScaleDownDelaySeconds"), _HALF_A_MINUTE)
    return given or None


def scale_down_delay_seconds(rollout: JsonObject) -> int:
    """Tell how long replaced pods are kept, in case that they are needed again."""
    if blue_green(rollout) is None and not routed(rollout):
        return 0
    strategy = blue_green(rollout) or canary(rollout) or {}
    return _number(strategy.get("scaleDownDelaySeconds"), _HALF_A_MINUTE)


def _given(spec: JsonObject, name: str, default: Any) -> Any:
    value = spec.get(name)
    return default if value is None else value


def _number(value: Any, default: int) -> int:
    return default if value is None else int(value)
