"""What a change does to a workload's template and replicas, whichever way it was made."""

from dataclasses import dataclass
from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.impact.fields import at, kind_of, labels, number
from clients.kubernetes.inspecting.related_lists import label_selector
from clients.kubernetes.objects import JsonObject

APPS = "apps"
ARGO = "argoproj.io"
REPLICATED = frozenset(
    {
        (APPS, "Deployment"),
        (APPS, "StatefulSet"),
        (APPS, "ReplicaSet"),
        ("", "ReplicationController"),
        (ARGO, "Rollout"),
    }
)
WORKLOADS = REPLICATED | {(APPS, "DaemonSet")}
_RESTARTED = ("restartedAt", "restartAt")


@dataclass(frozen=True, slots=True)
class Replicas:
    """How many were asked for, and are to be."""

    before: int
    after: int

    @property
    def fewer(self) -> bool:
        """Whether some go."""
        return self.after < self.before


def replicas_of(change: Change) -> Replicas | None:
    """Return the replicas before and after; None for what has none, or is only being made."""
    counted = change.subresource == "scale" or kind_of(change) in REPLICATED
    if not counted or change.before is None or change.kind not in ("changed", "deleted"):
        return None
    if change.orphaning:
        return None  # the pods stay
    after = 0 if change.kind == "deleted" else _replicas(change.after)
    return Replicas(_replicas(change.before), after)


def _replicas(obj: Any) -> int:
    default = 0 if at(obj).get("kind") == "Scale" else 1
    return number(at(obj, "spec").get("replicas"), default)


def template_of(obj: Any, kind: str = "") -> JsonObject:
    """Return a pod template: a CronJob's, a Pod itself, or that of anything else."""
    if kind == "Pod":
        return at(obj)
    if kind == "CronJob":
        return at(obj, "spec", "jobTemplate", "spec", "template")
    return at(obj, "spec", "template")


def template_changes(change: Change) -> bool:
    """Whether the pods' template becomes another."""
    if change.kind != "changed" or change.subresource:
        return False
    kind = change.ref.type.kind
    return template_of(change.before, kind) != template_of(change.after, kind)


def pod_labels(obj: Any) -> JsonObject:
    """Return the labels that a workload gives its pods."""
    return labels(template_of(obj))


def pods_selector(obj: Any) -> str:
    """Return how a workload finds its pods, as the query string spells it; empty if it does not."""
    selector = at(obj, "spec").get("selector")
    if at(obj).get("kind") == "Scale":
        return str(at(obj, "status").get("selector") or "")
    if not isinstance(selector, dict):
        return ""
    if at(obj).get("kind") == "ReplicationController":
        return label_selector({"matchLabels": selector})
    return label_selector(selector)


def strategy(obj: Any) -> JsonObject:
    """Return how a workload replaces its pods."""
    spec = at(obj, "spec")
    return at(spec, "strategy") or at(spec, "updateStrategy")


def share(value: Any, of: int, default: int, *, up: bool) -> int:
    """Resolve ``25%`` or a number (intstr.GetScaledValueFromIntOrPercent)."""
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        hundredths = int(value[:-1]) * of
        return -(-hundredths // 100) if up else hundredths // 100
    return number(value, default)


def surge_and_unavailable(deployment: Any) -> tuple[int, int]:
    """Return how many pods may be extra, and missing, at a time (deploymentutil.ResolveFenceposts).

    Both cannot be none: then one may be missing.
    """
    replicas = _replicas(deployment)
    rolling = at(strategy(deployment), "rollingUpdate")
    surge = share(rolling.get("maxSurge", "25%"), replicas, 0, up=True)
    unavailable = share(rolling.get("maxUnavailable", "25%"), replicas, 0, up=False)
    return (surge, unavailable) if surge or unavailable else (0, 1)


def only_restarted(change: Change) -> bool:
    """Whether nothing changes but the mark that has pods replaced."""
    return change.kind == "changed" and _unmarked(change.before) == _unmarked(change.after)


def _unmarked(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    dropped = ("status", "managedFields", "resourceVersion", "generation")
    unmarked = {
        key: _unmarked(value)
        for key, value in node.items()
        if key not in dropped and key.rpartition("/")[2] not in _RESTARTED
    }
    return {key: value for key, value in unmarked.items() if value not in ({}, None)}
