"""Restart, undo, pause and resume the rollouts of Deployments, StatefulSets and DaemonSets.

The patches are kubectl's (``polymorphichelpers``: objectrestarter.go, rollback.go,
objectpauser.go), so that the controllers see no difference.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from clients.errors import ConflictError, InvalidError, NotFoundError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.workloads.revisions import KEPT_IN, revisions
from clients.kubernetes.writer import JSON_PATCH, KubernetesWriter

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"
# What a rollback leaves as the Deployment has it (kubectl's annotationsToSkip).
_KEPT = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)


async def restart(writing: KubernetesWriter, ref: ObjectRef, now: datetime) -> None:
    """Have every pod replaced, by a new value of an annotation of the template."""
    before = await writing.read.get(ref)
    _refuse_paused(ref, before, "restarted")
    stamp = {RESTARTED_AT: f"{now:%Y-%m-%dT%H:%M:%SZ}"}
    template = {"metadata": {"annotations": stamp}}
    await writing.patch_known(ref, before, {"spec": {"template": template}})
    if writing.journal.changes[-1].kind == "unchanged":
        raise ConflictError(f"{ref} was restarted in this very second already; nothing was done.")


async def pause(writing: KubernetesWriter, ref: ObjectRef, *, paused: bool) -> bool:
    """Stop or go on rolling a Deployment out; return whether it was not so already."""
    if ref.type.kind != "Deployment":
        raise InvalidError(f"Only deployments can be paused and resumed, not {ref.type.plural}.")
    before = await writing.read.get(ref)
    if bool(before["spec"].get("paused")) == paused:
        return False
    await writing.patch_known(ref, before, {"spec": {"paused": paused or None}})
    return True


async def undo(writing: KubernetesWriter, ref: ObjectRef, to_revision: int | None) -> int:
    """Go back to a revision, the one before without a number; return which it was.

    Raises ``ConflictError`` when the template is that of the revision already.
    """
    workload = await writing.read.get(ref)
    _refuse_paused(ref, workload, "rolled back")
    kept = {_number(each): each for each in await revisions(writing.read, workload)}
    number = _chosen(ref, sorted(kept), to_revision)
    kind = await writing.read.resource_type(KEPT_IN[ref.type.kind])
    keeper = ObjectRef(kind, kept[number]["metadata"]["name"], ref.namespace)
    source, present = await writing.unmasked(keeper), await writing.unmasked(ref)
    if ref.type.kind == "Deployment":
        await _undo_deployment(writing, ref, workload, present, source, number)
    else:
        await _undo_by_data(writing, ref, workload, present, source, number)
    return number


def _chosen(ref: ObjectRef, numbers: Sequence[int], wanted: int | None) -> int:
    if wanted is None:
        if len(numbers) < 2:
            raise NotFoundError(f"{ref} has no earlier revision to go back to.")
        return numbers[-2]
    if wanted not in numbers:
        there = ", ".join(map(str, numbers)) or "none"
        raise NotFoundError(f"{ref} has no revision {wanted}; it has: {there}.")
    return wanted


async def _undo_deployment(
    writing: KubernetesWriter,
    ref: ObjectRef,
    workload: JsonObject,
    present: JsonObject,
    source: JsonObject,
    number: int,
) -> None:
    template = _without_hash(source["spec"]["template"])
    if template == _without_hash(present["spec"]["template"]):
        raise _already(ref, number)
    own = present["metadata"].get("annotations") or {}
    earlier = source["metadata"].get("annotations") or {}
    annotations = {k: v for k, v in earlier.items() if k not in _KEPT}
    annotations |= {k: own[k] for k in _KEPT if k in own}
    operations = [
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]
    await writing.patch_known(ref, workload, operations, JSON_PATCH)


async def _undo_by_data(
    writing: KubernetesWriter,
    ref: ObjectRef,
    workload: JsonObject,
    present: JsonObject,
    source: JsonObject,
    number: int,
) -> None:
    data = source["data"]
    template = {k: v for k, v in data["spec"]["template"].items() if k != "$patch"}
    if _without_nulls(template) == _without_nulls(present["spec"]["template"]):
        raise _already(ref, number)
    await writing.patch_known(ref, workload, data)


def _refuse_paused(ref: ObjectRef, workload: JsonObject, what: str) -> None:
    if workload["spec"].get("paused"):
        raise ConflictError(f"{ref} is paused and cannot be {what}; resume it first.")


def _already(ref: ObjectRef, number: int) -> ConflictError:
    return ConflictError(f"Nothing to do: {ref} has the template of revision {number} already.")


def _number(keeper: JsonObject) -> int:
    annotations = keeper["metadata"].get("annotations") or {}
    return int(keeper.get("revision") or annotations.get(REVISION) or 0)


def _without_hash(template: Mapping[str, Any]) -> JsonObject:
    metadata = dict(template.get("metadata") or {})
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != HASH}
    return {**template, "metadata": _without_nulls({**metadata, "labels": labels})}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(v) for v in value] if isinstance(value, list) else value
