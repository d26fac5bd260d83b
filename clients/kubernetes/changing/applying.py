"""Server-side apply of a manifest: many documents, in an order that works, each outcome told.

Follows ``kubectl apply --server-side`` and betters it where an agent needs it: namespaces and
custom resource definitions first, waiting until the latter serve; nothing is sent before every
document is understood; a conflict says who owns which field and is never forced unasked.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clients import errors
from clients.kubernetes.changes import Change
from clients.kubernetes.changing import manifests
from clients.kubernetes.inspecting import ownership
from clients.kubernetes.objects import JsonObject, ObjectRef, ResourceType
from clients.kubernetes.writer import APPLY, FIELD_MANAGER, JSON_PATCH, KubernetesWriter
from clients.masking import LAST_APPLIED

CRD = "CustomResourceDefinition"
_FIRST = {"Namespace": 0, CRD: 1}
ESTABLISHED_SECONDS = 15.0
MIGRATION_TRIES = 5
_OWNER = re.compile(r'conflict with "([^"]+)"(?: with subresource "([^"]+)")?')


@dataclass(frozen=True, slots=True)
class Document:
    """An object and where it goes; not ``defined``: the manifest itself brings its type."""

    obj: JsonObject
    type: ResourceType
    namespace: str | None
    defined: bool = True

    @property
    def name(self) -> str:
        """How an answer calls it."""
        metadata = self.obj["metadata"]
        own = metadata.get("name") or f"{metadata['generateName']}*"
        return f"{self.type.qualified_kind}/{own}"


UNDONE = ("failed", "unknown", "not tried")


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one document: created, configured, unchanged, or one of ``UNDONE``."""

    name: str
    outcome: str
    reason: str = ""


async def apply(
    writing: KubernetesWriter, content: str, namespace: str | None, *, force: bool
) -> Sequence[Applied]:
    """Apply one document after the other until one fails; raises before anything is sent.

    A dry run goes on after a failure, to show everything that would fail.
    """
    objects = manifests.documents(content)
    objects.sort(key=lambda obj: _FIRST.get(obj["kind"], 2))
    documents = [await _document(writing, obj, objects, namespace) for obj in objects]
    applied: list[Applied] = []
    for document in documents:
        if applied and applied[-1].outcome in UNDONE and not writing.dry:
            applied.append(Applied(document.name, "not tried"))
            continue
        try:
            applied.append(await _apply_one(writing, document, documents, force=force))
        except errors.OutcomeUnknownError as lost:
            applied.append(Applied(document.name, "unknown", str(lost)))
        except errors.ClientError as refusal:
            applied.append(Applied(document.name, "failed", str(refusal)))
    return applied


async def _document(
    writing: KubernetesWriter,
    obj: JsonObject,
    all_objects: Sequence[JsonObject],
    namespace: str | None,
) -> Document:
    try:
        kind, defined = await writing.read.kind(obj["apiVersion"], obj["kind"]), True
    except errors.NotFoundError:
        found = _defined_in(obj, all_objects)
        if found is None:
            raise
        kind, defined = found, False
    return Document(obj, kind, await _namespace(writing, obj, kind, namespace), defined)


def _defined_in(obj: JsonObject, objects: Sequence[JsonObject]) -> ResourceType | None:
    """Return the type that the manifest itself brings for one of its objects."""
    group, _, version = obj["apiVersion"].rpartition("/")
    for crd in objects:
        spec = crd.get("spec") or {}
        names = spec.get("names") or {}
        if crd["kind"] == CRD and (names.get("kind"), spec.get("group")) == (obj["kind"], group):
            namespaced = spec.get("scope") == "Namespaced"
            singular = str(names.get("singular") or obj["kind"]).lower()
            return ResourceType(
                group, version, str(names.get("plural")), singular, obj["kind"], namespaced
            )
    return None


async def _namespace(
    writing: KubernetesWriter, obj: JsonObject, kind: ResourceType, namespace: str | None
) -> str | None:
    if not kind.namespaced:
        return None
    own = obj["metadata"].get("namespace")
    if own and namespace and own != namespace:
        raise errors.InvalidError(
            f'{kind.label} "{obj["metadata"].get("name")}" is for namespace "{own}", the argument '
            f'says "{namespace}"; leave one of them out.'
        )
    return str(own or namespace or await writing.read.namespace())


async def _apply_one(
    writing: KubernetesWriter, document: Document, all_: Sequence[Document], *, force: bool
) -> Applied:
    body = _body(document)
    if "name" not in body["metadata"]:
        created = await writing.create(document.type, document.namespace, body)
        kind = document.type.qualified_kind
        return Applied(f"{kind}/{created['metadata']['name']}", "created")
    ref = ObjectRef(document.type, body["metadata"]["name"], document.namespace)
    if writing.dry and (missing := await _not_there_yet(writing, document, all_)):
        writing.assume_created(ref, body)
        writing.note(f"{document.name} cannot be checked before {missing} exists.")
        return Applied(document.name, "created")
    live = await writing.read.get_or_none(ref)
    if live is not None and ownership.client_side_entries(live) and not writing.dry:
        live = await _migrate(writing, ref, live)
    await _patch(writing, ref, live, body, force=force)
    if live is not None and writing.dry:
        _show_what_leaves(writing, live, body)
    change = writing.journal.changes[-1]
    if ref.type.kind == CRD and change.kind == "created" and not writing.dry:
        await _established(writing, ref)
    outcome = "configured" if change.kind == "changed" else change.kind
    return Applied(document.name, outcome)


async def _not_there_yet(
    writing: KubernetesWriter, document: Document, all_: Sequence[Document]
) -> str:
    """Name what this manifest makes first and a dry run cannot: a type, a namespace."""
    if not document.defined:
        return "its type"
    namespaces = {
        each.obj["metadata"].get("name") for each in all_ if each.type.kind == "Namespace"
    }
    if document.namespace in namespaces and await writing.read.missing_namespace(
        str(document.namespace)
    ):
        return f'namespace "{document.namespace}"'
    return ""


def _body(document: Document) -> JsonObject:
    """Return the object as it is sent: in its namespace, without what must not be sent."""
    metadata = {k: v for k, v in document.obj["metadata"].items() if k != "managedFields"}
    annotations = metadata.get("annotations")
    if annotations and LAST_APPLIED in annotations:
        metadata["annotations"] = {k: v for k, v in annotations.items() if k != LAST_APPLIED}
    if document.namespace:
        metadata["namespace"] = document.namespace
    return {**document.obj, "metadata": metadata}


async def _patch(
    writing: KubernetesWriter,
    ref: ObjectRef,
    live: JsonObject | None,
    body: JsonObject,
    *,
    force: bool,
) -> None:
    params = {"force": "true" if force else "false"}
    try:
        await writing.patch_known(ref, live, body, APPLY, params=params)
    except errors.ConflictError as conflict:
        left = _after_migration(conflict, live) if writing.dry else conflict.causes
        if conflict.causes and not left:  # the real call migrates first, and so meets none of these
            await writing.patch_known(ref, live, body, APPLY, params={"force": "true"})
            return
        raise errors.ConflictError(_conflict_text(conflict, left)) from conflict


def _after_migration(
    conflict: errors.ConflictError, live: JsonObject | None
) -> Sequence[tuple[str, str]]:
    """Leave out the conflicts with what client-side apply left: a dry run cannot migrate it."""
    going = {e["manager"] for e in ownership.client_side_entries(live or {})}
    return [
        (message, field)
        for message, field in conflict.causes
        if not ((found := _OWNER.search(message)) and found[1] in going and not found[2])
    ]


def _conflict_text(conflict: errors.ConflictError, causes: Sequence[tuple[str, str]]) -> str:
    """Say who owns which field and what the choices are."""
    if not causes:
        return str(conflict)
    owners: dict[str, list[str]] = {}
    for message, field in causes:
        found = _OWNER.search(message)
        owners.setdefault(found[1] if found else message, []).append(field)
    owned = "; ".join(f'"{owner}" owns {", ".join(fields)}' for owner, fields in owners.items())
    return (
        f"conflict: {owned}. Leave these fields out, or give them the values they have, or take "
        "them over with force=true."
    )


async def _migrate(writing: KubernetesWriter, ref: ObjectRef, live: JsonObject) -> JsonObject:
    """Give client-side apply's fields to our manager; when somebody was faster, look again."""
    for left in reversed(range(MIGRATION_TRIES)):
        try:
            await _give_fields(writing, ref, live)
        except errors.ConflictError:  # a controller wrote its status: nothing was done
            if not left:
                raise
        live = await writing.read.get(ref)
        if not ownership.client_side_entries(live):
            break
    return live


async def _give_fields(writing: KubernetesWriter, ref: ObjectRef, live: JsonObject) -> None:
    operations = [
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": ownership.migrated(live, FIELD_MANAGER),
        },
        {
            "op": "replace",
            "path": "/metadata/resourceVersion",
            "value": live["metadata"]["resourceVersion"],
        },
    ]
    await writing.bookkeeping(ref, live, operations, JSON_PATCH)


def _show_what_leaves(writing: KubernetesWriter, live: JsonObject, body: JsonObject) -> None:
    """Add to a dry run what the migration would let go: it cannot be tried without doing it."""
    change = writing.journal.changes[-1]
    after: Any = change.after
    for path in ownership.leaving(live, body):
        after = ownership.without(after, path)
    if after != change.after:
        changed = Change(
            "changed", change.ref, change.before, after, change.subresource, change.warnings
        )
        writing.journal.changes[-1] = changed


async def _established(writing: KubernetesWriter, ref: ObjectRef) -> None:
    """Wait until a new custom resource definition serves its type."""
    clock, pause = asyncio.get_running_loop().time, 0.02
    end = clock() + ESTABLISHED_SECONDS
    while not _is_established(crd := await writing.read.get(ref)):
        if clock() + pause > end:
            raise errors.TimedOutError(
                f"created, but not established after {ESTABLISHED_SECONDS:g} s{_why_not(crd)}."
            )
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.5)
    await writing.read.refresh()


def _why_not(crd: Mapping[str, Any]) -> str:
    conditions = (crd.get("status") or {}).get("conditions") or ()
    wrong = [str(c.get("message")) for c in conditions if c.get("status") == "False"]
    return f": {'; '.join(wrong)}" if wrong else ""


def _is_established(crd: Mapping[str, Any]) -> bool:
    conditions = (crd.get("status") or {}).get("conditions") or ()
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)
