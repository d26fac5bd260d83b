"""Who will put a change back: autoscalers, Helm, Argo CD, Flux, controllers.

These are told before a change, and again after it.
"""

from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.impact.fields import annotations, at, items, kind_of, labels, name, number
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import APPS, ARGO, Replicas, only_restarted, replicas_of
from clients.kubernetes.objects import JsonObject

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
_RECREATES = frozenset({"ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"})
# A rollout makes these, and takes what is done to them as it is.
_RUNS = ((ARGO, "AnalysisRun"), (ARGO, "Experiment"))
# What is nobody's wish but the cluster's own doing, or wanted once: nobody puts it back.
_PASSING = frozenset({"status", "binding", "eviction"})


async def autoscaled(sight: Sight) -> list[str]:
    """Say which autoscaler will set the replicas to something else."""
    replicas = replicas_of(sight.change)
    if replicas is None or replicas.before == replicas.after or sight.change.kind == "deleted":
        return []
    scalers = await sight.here(AUTOSCALERS)
    return [_told(each, replicas) for each in scalers if _targets(each, sight.change)]


def _targets(autoscaler: JsonObject, change: Change) -> bool:
    target = at(autoscaler, "spec", "scaleTargetRef")
    group = str(target.get("apiVersion") or "").rpartition("/")[0]
    wanted = (*kind_of(change), change.ref.name)
    return (group, target.get("kind"), target.get("name")) == wanted


def _told(autoscaler: JsonObject, replicas: Replicas) -> str:
    spec = at(autoscaler, "spec")
    least, most = number(spec.get("minReplicas"), 1), number(spec.get("maxReplicas"), 0)
    who = f"HorizontalPodAutoscaler {name(autoscaler)} (min {least}, max {most})"
    if replicas.after == 0 and least > 0:
        return f"{who} stops working while replicas are 0."
    if replicas.after > most:
        return f"{who} will set replicas back to {most}."
    if replicas.after < least:
        return f"{who} will set replicas back to {least}."
    return f"{who} will go on setting replicas as its metrics ask."


async def owned(sight: Sight) -> list[str]:
    """Say who keeps the object as it was: a release, a GitOps controller, an owner."""
    change = sight.change
    if change.kind not in ("changed", "deleted") or change.subresource in _PASSING:
        return []
    if only_restarted(change):
        return []
    live = change.before
    if change.subresource:  # a Scale has no labels of its own
        live = await sight.get(change.ref.type.qualified, change.ref.name, change.ref.namespace)
    deleted = change.kind == "deleted"
    return [
        *_helm(live, deleted, change.release),
        *_argo_cd(live, deleted),
        *_flux(live, deleted),
        *_owner(live, change),
    ]


def _helm(live: Any, deleted: bool, changing: str) -> list[str]:
    release = annotations(live).get("meta.helm.sh/release-name")
    if labels(live).get("app.kubernetes.io/managed-by") != "Helm" or release in (None, changing):
        return []
    what = "makes it again" if deleted else "reverts what the chart sets"
    return [f"managed by Helm release {release}: the next helm upgrade {what}."]


def _argo_cd(live: Any, deleted: bool) -> list[str]:
    tracked = str(annotations(live).get("argocd.argoproj.io/tracking-id") or "").partition(":")[0]
    label = "argocd.argoproj.io/instance"
    application = tracked or annotations(live).get(label) or labels(live).get(label)
    if not application:
        return []
    what = "makes it again" if deleted else "reverts this"
    return [f"managed by Argo CD application {application}: its next sync {what}."]


def _flux(live: Any, deleted: bool) -> list[str]:
    said = []
    what = "makes it again" if deleted else "reverts this"
    for kind, prefix in (("Kustomization", "kustomize"), ("HelmRelease", "helm")):
        own = labels(live).get(f"{prefix}.toolkit.fluxcd.io/name")
        if own:
            where = labels(live).get(f"{prefix}.toolkit.fluxcd.io/namespace")
            there = f"{where}/{own}" if where else own
            said.append(f"managed by Flux {kind} {there}: its next reconciliation {what}.")
    return said


def controller(obj: Any) -> JsonObject:
    """Return the reference to the controller that owns an object; empty without one."""
    owners = items(at(obj, "metadata"), "ownerReferences")
    return next((each for each in owners if each.get("controller")), {})


def _owner(live: Any, change: Change) -> list[str]:
    owner = controller(live)
    if not owner:
        return []
    who, kind = f"{owner.get('kind')} {owner.get('name')}", str(owner.get("kind"))
    mine = f"{change.ref.type.kind} {change.ref.name} is controlled by {who}"
    if change.kind == "deleted":
        surely = kind in _RECREATES or (kind_of(change) == (APPS, "ReplicaSet"))
        return [f"{mine}: it {'makes' if surely else 'may make'} another one."]
    if change.ref.type.kind in ("Pod", "Job") and not change.ref.type.group.count("."):
        return [f"{mine}: only this one changes, the next has none of it."]
    if kind_of(change) in _RUNS:
        return []
    surely = (kind_of(change), kind) == ((APPS, "ReplicaSet"), "Deployment")
    return [f"{mine}: it {'will' if surely else 'may'} put this back."]
