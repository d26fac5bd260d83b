"""Events about an object, and about what it made: ReplicaSets, jobs, pods, claims.

Events outlive what they are about, so what was made is told by its name, after the rules by which
controllers make names: the last pods of a broken rollout are gone when somebody looks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clients.errors import NotFoundError
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectList, ObjectRef
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.workloads.revisions import revisions
from clients.masking import mask_free_text

MOST_EVENTS = 5_000
_SUFFIX = r"[bcdfghjklmnpqrstvwxz2456789]{5}"  # apimachinery util/rand
_POD_OF = {
    "ReplicaSet": _SUFFIX,
    "ReplicationController": _SUFFIX,
    "DaemonSet": _SUFFIX,
    "Job": rf"(\d+-)?{_SUFFIX}",
    "StatefulSet": r"\d+",
}


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events; ``namespace=None`` means all, ``type`` is Normal or Warning."""

    namespace: str | None
    about: ObjectRef | None = None
    with_made: bool = True
    type: str = ""


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of one kind, as a pattern."""

    kind: str
    pattern: str

    def match(self, involved: JsonObject) -> bool:
        kind, name = involved.get("kind"), str(involved.get("name", ""))
        return kind == self.kind and re.fullmatch(self.pattern, name) is not None


async def events(kubernetes: KubernetesReader, query: EventQuery) -> ObjectList:
    """Read events, their messages masked; incomplete beyond ``MOST_EVENTS``."""
    events_type = await kubernetes.resource_type("events")
    made = await _made_by(kubernetes, query.about) if query.about and query.with_made else []
    fields = [f"type={query.type}"] if query.type else []
    if query.about and not made:
        fields += [
            f"involvedObject.kind={query.about.type.kind}",
            f"involvedObject.name={query.about.name}",
        ]
    listed = await kubernetes.list(
        ListQuery(events_type, query.namespace, field_selector=",".join(fields)), MOST_EVENTS
    )
    items = [event for event in listed.items if _is_about(event, query.about, made)]
    for event in items:
        event["message"] = mask_free_text(str(event.get("message") or ""))
    return ObjectList(items, listed.resource_version, listed.continue_token, listed.remaining)


def _is_about(event: JsonObject, about: ObjectRef | None, made: Sequence[_Names]) -> bool:
    if about is None:
        return True
    involved = event.get("involvedObject") or {}
    itself = involved.get("kind") == about.type.kind and involved.get("name") == about.name
    return itself or any(names.match(involved) for names in made)


async def _made_by(kubernetes: KubernetesReader, ref: ObjectRef) -> list[_Names]:
    """Say how the things that an object makes are named; of unknown kinds nothing is known."""
    name = re.escape(ref.name)
    match ref.type.kind:
        case "Deployment" | "Rollout":
            return await _replica_sets(kubernetes, ref)
        case "CronJob":
            return [_Names("Job", rf"{name}-\d+"), _Names("Pod", rf"{name}-\d+-{_SUFFIX}")]
        case "StatefulSet":
            return [_Names("Pod", rf"{name}-\d+"), *await _claims(kubernetes, ref)]
        case kind if kind in _POD_OF:
            return [_Names("Pod", f"{name}-{_POD_OF[kind]}")]
    return []


async def _replica_sets(kubernetes: KubernetesReader, ref: ObjectRef) -> list[_Names]:
    workload = await _present(kubernetes, ref)
    kept = await revisions(kubernetes, workload) if workload else []
    names = "|".join(re.escape(each["metadata"]["name"]) for each in kept)
    return [_Names("ReplicaSet", names), _Names("Pod", f"({names})-{_SUFFIX}")] if names else []


async def _claims(kubernetes: KubernetesReader, ref: ObjectRef) -> list[_Names]:
    workload = await _present(kubernetes, ref) or {"spec": {}}
    templates = workload["spec"].get("volumeClaimTemplates") or ()
    volumes = "|".join(re.escape(each["metadata"]["name"]) for each in templates)
    pattern = rf"({volumes})-{re.escape(ref.name)}-\d+"
    return [_Names("PersistentVolumeClaim", pattern)] if volumes else []


async def _present(kubernetes: KubernetesReader, ref: ObjectRef) -> JsonObject | None:
    """Return the object; None where it is gone: its events are still told."""
    try:
        return await kubernetes.get(ref)
    except NotFoundError:
        return None
