"""What lies ahead of a rollout, in words: steps, weights, pods. Pure functions on raw objects."""

from collections.abc import Sequence

from clients.argo.rollout import (
    JsonObject,
    canary,
    full_weight,
    is_aborted,
    part,
    pause_seconds,
    replicas,
    set_weight,
    status,
    steps,
    weight_at,
)

_NAMED_STEPS = ("plugin", "setHeaderRoute", "setMirrorRoute")
_MOST_STEPS = 5
DEFAULT_SURGE = "25%"
ABORT_DELAY_SECONDS = 30
SCALE_DOWN_DELAY_SECONDS = 30


def step_text(step: JsonObject) -> str:
    """Write a step as the plugin does: ``setWeight: 25``, ``pause: 1h``, ``analysis``."""
    if (weight := step.get("setWeight")) is not None:
        return f"setWeight: {weight}"
    if (pause := step.get("pause")) is not None:
        lasts = part(pause).get("duration")
        return "pause" if lasts is None else f"pause: {lasts}"
    for plain in ("experiment", "analysis"):
        if step.get(plain) is not None:
            return plain
    if (scale := step.get("setCanaryScale")) is not None:
        return f"setCanaryScale{{{_scale(part(scale))}}}"
    for named in _NAMED_STEPS:
        if step.get(named) is not None:
            return f"{named}: {part(step, named).get('name', '')}"
    return "invalid"


def _scale(scale: JsonObject) -> str:
    if scale.get("weight") is not None:
        return f"weight: {scale['weight']}"
    if scale.get("matchTrafficWeight"):
        return "matchTrafficWeight: true"
    return f"replicas: {scale.get('replicas', 0)}"


def ahead(rollout: JsonObject, index: int) -> str:
    """Say what happens from a step on, up to the first that needs a person."""
    found: list[str] = []
    for step in steps(rollout)[index:]:
        found.append(step_text(step))
        if "pause" in step and pause_seconds(step) is None:
            return f"{_chain(found)} until somebody acts"
    return _chain([*found, f"weight {full_weight(rollout)}"])


def _chain(words: Sequence[str]) -> str:
    if len(words) > _MOST_STEPS:
        words = [*words[: _MOST_STEPS - 2], f"{len(words) - _MOST_STEPS + 1} more", words[-1]]
    return ", then ".join(words)


def weight_move(rollout: JsonObject, index: int) -> str:
    """Say how the canary's weight moves when the step with this index begins; empty if not."""
    now, then = set_weight(rollout), next_weight(rollout, index)
    return "" if now == then else f"canary weight {now} → {then}"


def next_weight(rollout: JsonObject, index: int) -> int:
    """Return the weight the canary gets from a step on, before anything waits."""
    weight = weight_at(rollout, index - 1) if index else 0
    for step in steps(rollout)[index:]:
        if (to := step.get("setWeight")) is not None:
            return int(to)
        if set(step) & {"pause", "analysis", "experiment", "plugin"}:
            return weight
    return full_weight(rollout)


def canary_pods(rollout: JsonObject, weight: int) -> tuple[int, int]:
    """Return how many pods canary and stable version have at a weight, as the controller counts.

    A traffic router leaves the stable version whole, unless told otherwise.
    """
    wanted, full = replicas(rollout), full_weight(rollout)
    how = canary(rollout) or {}
    if part(how, "trafficRouting"):
        new = -(-wanted * weight // full)
        return new, wanted - new if how.get("dynamicStableScale") else wanted
    return _nearest(wanted, weight, full, max_surge(rollout))


def _nearest(wanted: int, weight: int, full: int, surge: int) -> tuple[int, int]:
    """Choose the counts nearest to a weight (``approximateWeightedCanaryStableReplicaCounts``)."""
    if not wanted:
        return 0, 0
    up, down = -(-wanted * weight // full), wanted * weight // full
    none_allowed = weight in (0, full) or (wanted == 1 and not surge)
    options = [(up, wanted)] if up < wanted or none_allowed else []
    down_allowed = bool(down) or none_allowed
    if down_allowed and not _is_tied(wanted, weight, full):
        options.append((down, wanted))
    if surge:
        options.append((up, wanted + 1))
        if down_allowed and not _is_tied(wanted + 1, weight, full):
            options.append((down, wanted + 1))
    new, total = min(
        options or [(0, wanted)], key=lambda each: abs(each[0] * full / each[1] - weight)
    )
    return new, total - new


def _is_tied(total: int, weight: int, full: int) -> bool:
    return (2 * total * weight) % (2 * full) == full


def max_surge(rollout: JsonObject) -> int:
    """Return how many pods a canary may have too many; percentages round up."""
    given = (canary(rollout) or {}).get("maxSurge", DEFAULT_SURGE)
    text = str(given).removesuffix("%")
    if not text.isdecimal():
        return 0
    return -(-int(text) * replicas(rollout) // 100) if isinstance(given, str) else int(text)


def abort_delay(rollout: JsonObject) -> int | None:
    """Return how long an aborted version keeps its pods; 0 at once, None for ever."""
    how = canary(rollout)
    if how is not None and not part(how, "trafficRouting"):
        return 0
    told = (how if how is not None else part(rollout, "spec", "strategy", "blueGreen")).get(
        "abortScaleDownDelaySeconds"
    )
    if told is None:
        return ABORT_DELAY_SECONDS
    return int(told) or None


def scale_down_delay(rollout: JsonObject) -> int:
    """Return how long a blue-green's old version keeps its pods after a promotion."""
    told = part(rollout, "spec", "strategy", "blueGreen").get("scaleDownDelaySeconds")
    return SCALE_DOWN_DELAY_SECONDS if told is None else int(told)


def stack_names(rollout: JsonObject) -> tuple[str, str]:
    """Name the ReplicaSets of the new and the stable version, which the status knows by hash."""
    name, now = part(rollout, "metadata").get("name"), status(rollout)
    new, stable = now.get("currentPodHash"), now.get("stableRS")
    return (f"{name}-{new}" if new else "the new version",
            f"{name}-{stable}" if stable else "the stable version")  # fmt: skip


def is_switched(rollout: JsonObject) -> bool:
    """Whether a blue-green's active service points at the new version, which is not stable yet."""
    now = status(rollout)
    active = part(now, "blueGreen").get("activeSelector")
    new = now.get("currentPodHash")
    return bool(active) and active == new and new != now.get("stableRS") and not is_aborted(rollout)
