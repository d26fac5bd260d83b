"""What is deleted with an object: its dependents, by owner references, down the chain."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from clients.kubernetes.changing.editing import is_built_in
from clients.kubernetes.impact.fields import at, counted, items, kind_of, listed, texts
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.workloads import pods_selector
from clients.kubernetes.inspecting.related_lists import group_and_kind
from clients.kubernetes.objects import JsonObject

_PODS = ("pods",)
_SETS = ("replicasets.apps",)
_CHILDREN: Mapping[tuple[str, str], Sequence[str]] = {
    ("apps", "Deployment"): _SETS,
    ("argoproj.io", "Rollout"): _SETS,
    ("apps", "ReplicaSet"): _PODS,
    ("apps", "StatefulSet"): _PODS,
    ("apps", "DaemonSet"): _PODS,
    ("", "ReplicationController"): _PODS,
    ("batch", "Job"): _PODS,
    ("batch", "CronJob"): ("jobs.batch",),
}
# What operators make for their custom resources.
_USUAL = (
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "services",
    "configmaps",
    "secrets",
    "persistentvolumeclaims",
    "pods",
)
# The control plane's own, told elsewhere or taken off at once.
_PROMPT = frozenset(
    {
        "customresourcecleanup.apiextensions.k8s.io",
        "kubernetes.io/pv-protection",
        "kubernetes.io/pvc-protection",
    }
)
MOST_LEVELS = 4


async def dependents_deleted(sight: Sight) -> list[str]:
    """Count what the garbage collector deletes after an object, and say what delays it."""
    change = sight.change
    if change.kind != "deleted" or change.before is None:
        return []
    counts = await _below(sight, [change.before]) if change.ref.namespace else Counter[str]()
    words = [counted(many, *_plural(kind)) for kind, many in counts.items()]
    does = "leaves {} without an owner." if change.orphaning else "deletes {} with it."
    told = [does.format(listed(words, 8))] if words else []
    named = texts(at(change.before, "metadata"), "finalizers")
    if held := [each for each in named if each not in _PROMPT]:
        told.append(f"It stays until its finalizers are removed: {listed(held)}.")
    return told


async def _below(sight: Sight, owners: Sequence[JsonObject]) -> Counter[str]:
    """Count dependents level by level, what is owned by nobody else."""
    counts: Counter[str] = Counter()
    for _ in range(1 if sight.change.orphaning else MOST_LEVELS):
        uids = {str(at(owner, "metadata").get("uid")) for owner in owners}
        wanted = {each: None for owner in owners for each in _wanted(owner)}
        lists = await asyncio.gather(*(sight.here(*each[:1], **dict(each[1])) for each in wanted))
        owners = [each for found in lists for each in found if _only_of(each, uids)]
        if not owners:
            break
        counts.update(str(each.get("kind")) for each in owners)
    return counts


def _wanted(owner: JsonObject) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Say which lists hold the dependents of an object, its own pods by their labels."""
    own = group_and_kind(owner)
    types = _CHILDREN.get(own, () if is_built_in(own[0]) else _USUAL)
    selector = pods_selector(owner) if own in _CHILDREN else ""
    how = (("label_selector", selector),) if selector else ()
    return [(each, how) for each in types]


def _only_of(obj: JsonObject, uids: set[str]) -> bool:
    owners = items(at(obj, "metadata"), "ownerReferences")
    return bool(owners) and all(str(owner.get("uid")) in uids for owner in owners)


def _plural(kind: str) -> tuple[str, str]:
    one = kind.lower()
    return one, f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"


async def objects_of_type(sight: Sight) -> list[str]:
    """Say of a deleted CustomResourceDefinition how many objects go with it."""
    change = sight.change
    crd = ("apiextensions.k8s.io", "CustomResourceDefinition")
    if change.kind != "deleted" or kind_of(change) != crd:
        return []
    names, group = at(change.before, "spec", "names"), at(change.before, "spec").get("group")
    plural, kind = str(names.get("plural")), str(names.get("kind"))
    seen = await sight.seen(f"{plural}.{group}", most=1)
    if seen.unseen:
        return []
    return [f"! deletes all {counted(seen.total, kind + ' object')}, in every namespace."]
