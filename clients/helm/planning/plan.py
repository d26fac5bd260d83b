"""Try on the API server what an operation would do, object by object, and write it in the journal.

helm 4 applies on the server's side under its own field manager, and so does the dry run. helm 3,
and helm 4 with releases of helm 3, merge three ways: new manifest, former manifest, live object.
That is tried as a forced apply, less the fields that only the former manifest had.
"""

from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import orjson

from clients import errors
from clients.helm.planning import checksums
from clients.helm.planning.carried_over import carried_over, restored, tryable
from clients.helm.planning.merging import less
from clients.helm.planning.objects import identity, is_kept, name_of, owned
from clients.helm.planning.settling import filled, settled, shows_nothing_new
from clients.helm.secrecy.placeholders import Placeholders
from clients.kubernetes.changes import Kind, significant
from clients.kubernetes.objects import JsonObject, ObjectRef, ResourceType
from clients.kubernetes.writer import APPLY, KubernetesWriter

MANAGER = "helm"
CONFLICT = "Would fail"


@dataclass(frozen=True, slots=True)
class Plan:
    """From one set of objects to another; ``applies`` is helm 4's server-side apply.

    Without ``namespace_exists`` nothing namespaced can be tried, it is taken as new. The new ones
    may hold ``placeholders``.
    """

    release: str
    namespace: str
    former: Sequence[JsonObject]
    new: Sequence[JsonObject]
    applies: bool
    force: bool = False
    namespace_exists: bool = True
    placeholders: Placeholders | None = None


async def record(writing: KubernetesWriter, plan: Plan) -> None:
    """Write every change down; what the API server refuses is a note, and the rest goes on."""
    former = {identity(obj, plan.namespace): obj for obj in plan.former}
    complete = plan.placeholders.in_secret if plan.placeholders else _as_it_is
    new = {identity(obj, plan.namespace): complete(obj) for obj in plan.new}
    for key, obj in new.items():
        await _guarded(writing, obj, _put(writing, plan, obj, former.get(key)))
    for key, obj in reversed(former.items()):
        if key not in new:
            await _guarded(writing, obj, _remove(writing, plan, obj))
    if plan.placeholders:
        _keep_checksums(writing)


def _keep_checksums(writing: KubernetesWriter) -> None:
    """Take checksums as they are where nothing changes that they could be made of."""
    changes = writing.journal.changes
    differ = checksums.differing(
        (significant(each.before), significant(each.after)) for each in changes
    )
    for position, change in enumerate(changes):
        after = checksums.kept(change.before, change.after, differ)
        if after != change.after:
            same = significant(change.before) == significant(after)
            kind: Kind = "unchanged" if same else change.kind
            changes[position] = replace(change, kind=kind, after=after)
            writing.note(
                f"{change.ref.qualified_name}: checksums of Secrets are taken as unchanged, as "
                "these are. A preview cannot work them out, for it hides what they are made of."
            )


async def _guarded(writing: KubernetesWriter, obj: JsonObject, step: Awaitable[None]) -> None:
    name = f"{str(obj['kind']).lower()}/{name_of(obj)}"
    try:
        await step
    except errors.ClientError as refusal:
        writing.note(f"{CONFLICT}: {name}: {refusal}")


async def _put(
    writing: KubernetesWriter, plan: Plan, obj: JsonObject, former: JsonObject | None
) -> None:
    """Try to create or change one object."""
    if "name" not in obj["metadata"]:
        writing.note(f"{obj['kind']} {name_of(obj)} would be created, named by the API server.")
        return
    kind = await _type(writing, obj)
    ref = _ref(plan, kind or _guessed(obj), obj)
    wanted = owned(_placed(obj, ref), plan.release, plan.namespace)
    body = tryable(wanted)
    if kind is None or (ref.type.namespaced and not _is_there(plan, ref)):
        writing.assume_created(ref, body)
        if kind is None:
            writing.note(f"{ref.qualified_name} cannot be checked before its type exists.")
        _sign(writing, plan, {}, body)
        return
    live = await writing.read.get_or_none(ref)
    force = not plan.applies or plan.force
    params = {"fieldManager": MANAGER, "force": str(force).lower()}
    try:
        await writing.patch_known(ref, live, body, APPLY, params=params)
    except errors.ConflictError as conflict:
        raise errors.ConflictError(_conflict(conflict)) from conflict
    except errors.InvalidError as refusal:
        if not await _stays(writing, plan, ref, live, body, params):
            raise errors.InvalidError(f"{refusal}{_why_perhaps(plan, body)}") from refusal
    if live is not None and former is not None and not plan.applies:
        _leave_out(writing, live, less(writing.journal.changes[-1].after, former, wanted))
    _sign(writing, plan, carried_over(obj), body)


async def _stays(
    writing: KubernetesWriter,
    plan: Plan,
    ref: ObjectRef,
    live: JsonObject | None,
    body: JsonObject,
    params: Mapping[str, str],
) -> bool:
    """Try an object that may not change, such as a Pod, with the values it has; else tell nothing.

    The outcome is kept only where it shows nothing that its rendering, or what is there, does not.
    """
    if live is None or not plan.placeholders:
        return False
    changes = writing.journal.changes
    tried = len(changes)
    with suppress(errors.ClientError):
        real = filled(body, plan.placeholders)
        await writing.patch_known(ref, live, real, APPLY, params=params)
        if shows_nothing_new(changes[-1].after, [changes[-1].before, body]):
            return True
    del changes[tried:]
    return False


def _why_perhaps(plan: Plan, body: JsonObject) -> str:
    """Say of a refused object that what was tried may be at fault: true values are never sent."""
    if not plan.placeholders or not plan.placeholders.within(orjson.dumps(body).decode()):
        return ""
    return " It was tried with words in the place of stored secrets, which may be the reason."


async def _remove(writing: KubernetesWriter, plan: Plan, obj: JsonObject) -> None:
    """Try to delete one object that leaves the release."""
    kind = await _type(writing, obj)
    if kind is None or "name" not in obj["metadata"]:
        return
    ref = _ref(plan, kind, obj)
    live = await writing.read.get_or_none(ref)
    if live is None:
        return
    if is_kept(live) or is_kept(obj):
        writing.note(f"{ref.qualified_name} is kept: its resource policy says so.")
        return
    await writing.delete(ref)
    _sign(writing, plan, {})


def _as_it_is(obj: JsonObject) -> JsonObject:
    return obj


def _sign(
    writing: KubernetesWriter, plan: Plan, kept: Mapping[str, str], sent: JsonObject | None = None
) -> None:
    """Say of the last change whose it is, and what of it is only carried over."""
    change = writing.journal.changes[-1]
    after = restored(change.after, kept)
    if sent is not None:
        masking = writing.read.masking
        after = settled(after, sent, change.before, plan.placeholders, masking)
    same = change.before is not None and significant(change.before) == significant(after)
    kind: Kind = "unchanged" if same else change.kind
    writing.journal.changes[-1] = replace(change, kind=kind, after=after, release=plan.release)


def _leave_out(writing: KubernetesWriter, live: JsonObject, after: JsonObject | None) -> None:
    change = writing.journal.changes[-1]
    same = significant(live) == significant(after)
    kind: Kind = "unchanged" if same else "changed"
    writing.journal.changes[-1] = replace(change, kind=kind, after=after)


async def _type(writing: KubernetesWriter, obj: JsonObject) -> ResourceType | None:
    try:
        return await writing.read.kind(obj["apiVersion"], obj["kind"])
    except errors.NotFoundError:
        return None


def _guessed(obj: JsonObject) -> ResourceType:
    """Name a type that is not there yet, for the preview's sake."""
    group, _, version = str(obj["apiVersion"]).rpartition("/")
    kind = str(obj["kind"])
    return ResourceType(group, version, f"{kind.lower()}s", kind.lower(), kind, namespaced=True)


def _ref(plan: Plan, kind: ResourceType, obj: JsonObject) -> ObjectRef:
    namespace = str(obj["metadata"].get("namespace") or plan.namespace)
    return ObjectRef(kind, str(obj["metadata"]["name"]), namespace if kind.namespaced else None)


def _is_there(plan: Plan, ref: ObjectRef) -> bool:
    return plan.namespace_exists or ref.namespace != plan.namespace


def _placed(obj: JsonObject, ref: ObjectRef) -> JsonObject:
    if ref.namespace is None:
        return obj
    return {**obj, "metadata": {**obj["metadata"], "namespace": ref.namespace}}


def _conflict(conflict: errors.ConflictError) -> str:
    """Say which fields others own, and what can be done about it."""
    if not conflict.causes:
        return str(conflict)
    owned_by: dict[str, list[str]] = {}
    for message, field in conflict.causes:
        owner = message.partition('"')[2].partition('"')[0] or message
        owned_by.setdefault(owner, []).append(field)
    owners = "; ".join(f'"{who}" owns {", ".join(fields)}' for who, fields in owned_by.items())
    return f"conflict: {owners}. {WAY_OUT}"


WAY_OUT = (
    "Leave these fields out of the chart's values, set them to what they are, or take them over "
    "with force_conflicts=true."
)
