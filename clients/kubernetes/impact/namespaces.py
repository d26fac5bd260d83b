"""Everything that a deleted namespace takes with it."""

import asyncio
from collections.abc import Sequence

from clients.kubernetes.changing.editing import is_built_in
from clients.kubernetes.impact.fields import counted, kind_of, listed
from clients.kubernetes.impact.storage import CLAIMS, fates, size
from clients.kubernetes.impact.surroundings import Seen, Sight
from clients.kubernetes.impact.traffic import INGRESSES, SLICES, serving_now
from clients.kubernetes.objects import JsonObject, ResourceType

_COUNTED = (
    ("deployments.apps", "deployment"),
    ("statefulsets.apps", "statefulset"),
    ("daemonsets.apps", "daemonset"),
    ("jobs.batch", "job"),
    ("cronjobs.batch", "cronjob"),
    ("pods", "pod"),
    ("services", "service"),
    ("configmaps", "configmap"),
    ("secrets", "secret"),
)
MOST_CUSTOM_TYPES = 25
RELEASES = "owner=helm,status=deployed"


async def namespace_content(sight: Sight) -> list[str]:
    """Count what is in a namespace that is deleted, and say what is served from there now."""
    change = sight.change
    if change.kind != "deleted" or kind_of(change) != ("", "Namespace"):
        return []
    own = change.ref.name
    counts, custom, claims, ingresses, slices, releases = await asyncio.gather(
        _counts(sight, own),
        _custom(sight, own),
        sight.there(CLAIMS, own),
        sight.there(INGRESSES, own),
        sight.there(SLICES, own),
        _releases(sight, own),
    )
    parts = [*counts, *([counted(len(ingresses), "ingress", "ingresses")] if ingresses else [])]
    everything = [*parts, *custom, *releases]
    data = await _data(sight, claims)
    told = [f"deletes everything in it: {', '.join(everything) or 'nothing counted'}."]
    return [*told, *data, *await serving_now(sight, ingresses, slices)]


async def _data(sight: Sight, claims: Sequence[JsonObject]) -> list[str]:
    if not claims:
        return []
    many = counted(len(claims), "persistent volume claim")
    return [f"! {many} ({size(claims)}), {await fates(sight, claims)}."]


async def _counts(sight: Sight, namespace: str) -> list[str]:
    seen = await asyncio.gather(*(sight.seen(each, namespace, most=1) for each, _ in _COUNTED))
    return [
        counted(found.total, one)
        for found, (_, one) in zip(seen, _COUNTED, strict=True)
        if found.total
    ]


async def _custom(sight: Sight, namespace: str) -> list[str]:
    api = await sight.around.kubernetes.api()
    custom = {each.qualified: each for each in reversed(api.types) if _is_custom(each)}
    types = list(custom.values())  # each once: its preferred version comes first in discovery
    asked = types[:MOST_CUSTOM_TYPES]
    seen = await asyncio.gather(
        *(sight.seen(each.qualified, namespace, most=1, optional=True) for each in asked)
    )
    left = len(types) - len(asked)
    uncounted = [f"whatever there is of {left} further types"] if left else []
    return [*_found(asked, seen), *uncounted]


def _is_custom(kind: ResourceType) -> bool:
    return (
        kind.namespaced
        and "list" in kind.verbs
        and not is_built_in(kind.group)
        and (kind.group != "metrics.k8s.io")
    )


def _found(types: Sequence[ResourceType], seen: Sequence[Seen]) -> list[str]:
    return [
        counted(found.total, kind.label, kind.plural)
        for kind, found in zip(types, seen, strict=True)
        if found.total
    ]


async def _releases(sight: Sight, namespace: str) -> list[str]:
    """Name the Helm releases whose records are among the Secrets."""
    records = await sight.there("secrets", namespace, label_selector=RELEASES)
    names = sorted({str((each["metadata"].get("labels") or {}).get("name")) for each in records})
    return [f"{counted(len(names), 'Helm release')} ({listed(names)})"] if names else []
