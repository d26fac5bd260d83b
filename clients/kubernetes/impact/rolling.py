"""What a changed workload does to its pods: how many are added, lost, replaced, and how.

Follows the controllers: a Deployment whose size and template change at once is scaled first
(``deployment_controller.go``: syncDeployment), percentages of surge round up, of unavailable down.
"""

from collections.abc import Callable
from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.impact.argo_rollouts import ROLLOUT, begun
from clients.kubernetes.impact.fields import at, counted, items, kind_of, number
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import (
    APPS,
    WORKLOADS,
    Replicas,
    replicas_of,
    share,
    strategy,
    surge_and_unavailable,
    template_changes,
    template_of,
)

Sizes = tuple[str, int]
_GRAVE = ("none is left.", "none runs in between.")


async def pods_rolled(sight: Sight) -> list[str]:
    """Say what becomes of a workload's pods."""
    change = sight.change
    if change.kind != "changed" or change.subresource not in ("", "scale"):
        return []
    special = _SPECIAL.get(kind_of(change))
    if special:
        return special(change)
    replicas = replicas_of(change)
    if template_changes(change) and kind_of(change) == ROLLOUT:
        return [await _argo_rollout(sight, replicas or Replicas(0, 0))]
    if template_changes(change) and kind_of(change) in WORKLOADS:
        return [_grave(_ROLLS[kind_of(change)](change, replicas or Replicas(0, 0)))]
    scaled = _scaled(replicas) if replicas else ""
    # What pausing does to an Argo rollout is told by ``argo_rollouts``.
    resumed = [] if kind_of(change) == ROLLOUT else _resumed(change)
    return [*resumed, *filter(None, [_grave(scaled)])]


def _scaled(replicas: Replicas) -> str:
    if replicas.before == replicas.after:
        return ""
    if replicas.after > replicas.before:
        return f"adds {counted(replicas.after - replicas.before, 'pod')}."
    if replicas.after == 0:
        return f"removes all {counted(replicas.before, 'pod')}: none is left."
    return f"removes {replicas.before - replicas.after:,} of {counted(replicas.before, 'pod')}."


def _grave(effect: str) -> str:
    """Make a caution of what leaves a workload without pods."""
    return f"! {effect}" if effect.endswith(_GRAVE) else effect


def _resumed(change: Change) -> list[str]:
    before, after = (bool(at(obj, "spec").get("paused")) for obj in (change.before, change.after))
    if before == after:
        return []
    if after:
        return ["stops rolling out: further changes of the template wait until it is resumed."]
    return ["rolls out what was changed while it was paused."]


def _first(replicas: Replicas) -> Sizes:
    """Say what scaling does first, and how many pods are rolled then."""
    left = replicas.after
    if replicas.before == left:
        return "", left
    scaled = _scaled(replicas).partition(":")[0].rstrip(".")
    return f"{scaled}, then ", left


def _deployment(change: Change, replicas: Replicas) -> str:
    first, left = _first(replicas)
    if left == 0:
        return _scaled(replicas) or "no pod runs, so none is replaced."
    if at(change.after, "spec").get("paused"):
        return f"{first}rolls nothing: it is paused, the new template waits until it is resumed."
    pods = counted(left, "pod")
    if strategy(change.after).get("type") == "Recreate":
        return f"{first}stops all {pods} and starts new ones after that: none runs in between."
    surge, unavailable = surge_and_unavailable(change.after)
    extra = f"at most {surge:,} extra" if surge else "none extra"
    missing = f"at most {unavailable:,} unavailable" if unavailable else "none unavailable"
    missing = missing.replace("at most ", "") if surge and unavailable else missing
    joint = " and " if surge and unavailable else ", "
    at_a_time = f"{extra} at a time{joint}{missing}"
    return f"{first}rolls {pods}; {at_a_time}."


def _stateful_set(change: Change, replicas: Replicas) -> str:
    first, left = _first(replicas)
    how = strategy(change.after)
    if how.get("type") == "OnDelete":
        return f"{first}replaces no pod by itself (OnDelete): each gets the change when deleted."
    rolling = at(how, "rollingUpdate")
    kept = min(number(rolling.get("partition"), 0), left)
    if kept == left:
        stays = f"partition {kept:,} leaves all pods as they are" if left else "no pod runs"
        return f"{first}replaces no pod: {stays}."
    together = max(share(rolling.get("maxUnavailable"), left, 1, up=True), 1)
    pace = "one at a time" if together == 1 else f"{together:,} at a time"
    partition = f"; partition {kept:,} leaves the others as they are" if kept else ""
    return f"{first}replaces {counted(left - kept, 'pod')}, {pace}, the last first{partition}."


def _daemon_set(change: Change, _: Replicas) -> str:
    how = strategy(change.after)
    if how.get("type") == "OnDelete":
        return "replaces no pod by itself (OnDelete): each gets the change when deleted."
    pods = number(at(change.before, "status").get("desiredNumberScheduled"), 0)
    rolling = at(how, "rollingUpdate")
    surge = share(rolling.get("maxSurge"), pods, 0, up=True)
    unavailable = share(rolling.get("maxUnavailable"), pods, 0 if surge else 1, up=True)
    missing = f"{unavailable:,} unavailable at a time" if unavailable else "none unavailable"
    extra = f"at most {surge:,} extra, " if surge else "at most "
    return f"rolls {counted(pods, 'pod')}, one per node; {extra}{missing}."


def _replica_set(_: Change, replicas: Replicas) -> str:
    scaled = f"{text} " if (text := _scaled(replicas)) else ""
    return f"{scaled}Pods that run stay as they are; only new ones get the new template."


async def _argo_rollout(sight: Sight, replicas: Replicas) -> str:
    first, _ = _first(replicas)
    rollout = sight.change.after or {}
    return f"{first}{await begun(sight, rollout, template_of(rollout))}."


_ROLLS: dict[tuple[str, str], Callable[[Change, Replicas], str]] = {
    (APPS, "Deployment"): _deployment,
    (APPS, "StatefulSet"): _stateful_set,
    (APPS, "DaemonSet"): _daemon_set,
    (APPS, "ReplicaSet"): _replica_set,
    ("", "ReplicationController"): _replica_set,
}


def _cron_job(change: Change) -> list[str]:
    before, after = at(change.before, "spec"), at(change.after, "spec")
    if bool(before.get("suspend")) != bool(after.get("suspend")):
        return ["no run starts until it is resumed." if after.get("suspend") else "runs again."]
    if before == after:
        return []
    return [f'takes effect with the next run ("{after.get("schedule")}"); running jobs go on.']


def _job(change: Change) -> list[str]:
    before, after = at(change.before, "spec"), at(change.after, "spec")
    if bool(before.get("suspend")) == bool(after.get("suspend")):
        return []
    active = number(at(change.before, "status").get("active"), 0)
    if after.get("suspend"):
        return [f"stops {counted(active, 'running pod')} until it is resumed."]
    return ["starts its pods."]


def _pod(change: Change) -> list[str]:
    images = [_images(obj) for obj in (change.before, change.after)]
    other = [one for one, image in images[1].items() if images[0].get(one, image) != image]
    return [f"restarts container {one} in its place." for one in other]


def _images(pod: Any) -> dict[str, str]:
    return {str(c.get("name")): str(c.get("image")) for c in items(at(pod, "spec"), "containers")}


_SPECIAL: dict[tuple[str, str], Callable[[Change], list[str]]] = {
    ("batch", "CronJob"): _cron_job,
    ("batch", "Job"): _job,
    ("", "Pod"): _pod,
}
