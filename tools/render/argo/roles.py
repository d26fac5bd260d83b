"""Which part a ReplicaSet plays: stable, canary, active, preview (``info/replicaset_info.go``)."""

from collections.abc import Sequence
from datetime import datetime

from tools.render import JsonObject
from tools.render.ages import human_duration, parse_timestamp
from tools.render.argo.reading import annotation, at, pod_hash

SCALE_DOWN = "scale-down-deadline"


def roles(rollout: JsonObject, replica_set: JsonObject) -> Sequence[str]:
    """Name the roles in the plugin's order."""
    own, status = pod_hash(replica_set), at(rollout, "status")
    if at(rollout, "spec", "strategy").get("canary") is not None:
        return _of_canary(rollout, own)
    if at(rollout, "spec", "strategy").get("blueGreen") is None:
        return []
    services = at(status, "blueGreen")
    stable = ["stable"] if (status.get("stableRS") or "") == own else []
    if (services.get("activeSelector") or "") == own:
        return [*stable, "active"]
    return [*stable, *(["preview"] if (services.get("previewSelector") or "") == own else [])]


def _of_canary(rollout: JsonObject, own: str) -> Sequence[str]:
    status = at(rollout, "status")
    ping_pong = at(rollout, "spec", "strategy", "canary").get("pingPong") is not None
    stable_is_ping = at(status, "canary").get("stablePingPong") == "ping"
    if (status.get("stableRS") or "") == own:
        return ["stable", *_side(stable_is_ping, ping_pong)]
    if (status.get("currentPodHash") or "") == own:
        return ["canary", *_side(not stable_is_ping, ping_pong)]
    return []


def _side(is_ping: bool, ping_pong: bool) -> Sequence[str]:
    return [("ping" if is_ping else "pong")] if ping_pong else []


def scale_down_delay(replica_set: JsonObject, now: datetime) -> str:
    """Say how long it stays scaled up: ``23s``, ``passed``; empty without a deadline."""
    deadline = annotation(replica_set, SCALE_DOWN)
    try:
        left = (parse_timestamp(deadline) - now).total_seconds() if deadline else 0.0
    except ValueError:
        return ""
    if not deadline:
        return ""
    return "passed" if left < 0 else human_duration(left)
