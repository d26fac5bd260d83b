"""Everything a tool can do to a cluster, for real or as a dry run; each step is recorded.

The same code serves the call and its preview: a dry writer adds ``dryRun`` where the verb reads it
(query for POST and PATCH, body for DELETE, both for an eviction) and its session's door
(``doors.dry_runs_only``) checks that once more. Nothing is ever sent twice.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson

from clients.errors import ForbiddenError, InvalidError, OutcomeUnknownError
from clients.kubernetes.changes import Change, Journal, Kind, significant
from clients.kubernetes.objects import JsonObject, ObjectRef, ResourceType
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.wire.connection import JSON, Params, Request
from clients.kubernetes.wire.doors import dry_runs_only
from clients.kubernetes.wire.session import Answer, Session
from clients.kubernetes.wire.unanswered import Attempt
from clients.kubernetes.wire.websockets import WebSocket

FIELD_MANAGER = "skyflo"
OWN = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict"}
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
MASKED = re.compile(rb"<redacted(?:>| (?:\d+ bytes|private key|JSON web token|key|token))")
APPLY = "application/apply-patch+yaml"
# Tells the powers over cluster and nodes that changes give.
Judge = Callable[[Sequence[Change]], Awaitable[Sequence[str]]]


class KubernetesWriter:
    """Changes one cluster as one identity; made anew for each call, which owns its journal."""

    def __init__(
        self,
        reader: KubernetesReader,
        session: Session,
        journal: Journal,
        *,
        dry: bool,
        powers_of: Judge | None = None,
    ) -> None:
        self.read = reader
        self.journal = journal
        self.dry = dry
        self._session = session
        self._powers_of = powers_of

    def note(self, sentence: str) -> None:
        """Say something that no changed object shows."""
        self.journal.notes.append(sentence)

    def name_act(self, verb: str, ref: ObjectRef, how: str = "") -> None:
        """Say in a person's words what is done to an object: ``scale``, ref, `` from 2 to 0``."""
        where = f" in {ref.namespace}" if ref.namespace else ""
        self.journal.act = f"{verb} {ref.qualified_name}{where}{how}"

    def assume_created(self, ref: ObjectRef, obj: JsonObject) -> None:
        """Record, in a dry run, an object that cannot be tried: what it needs is not there yet."""
        after = self.read.masking.mask(orjson.loads(orjson.dumps(obj)))
        self.journal.changes.append(Change("created", ref, None, after))

    async def unmasked(self, ref: ObjectRef) -> JsonObject:
        """Return an object with its secrets, to be sent back to the cluster and nowhere else."""
        return (await self._session.json(Request("GET", ref.path()))).body

    async def create(
        self, kind: ResourceType, namespace: str | None, obj: JsonObject
    ) -> JsonObject:
        """POST one object, its fields checked strictly; return it as stored, masked."""
        if trial := self._trial():
            await trial.create(kind, namespace, obj)
            await self._refuse_powers(trial)
        attempt = Attempt("created", kind, namespace, asked=obj)
        answer = await self._send("POST", kind.path(namespace), OWN, obj, JSON, attempt)
        created = self.read.masking.mask(answer.body)
        name = created["metadata"]["name"]
        where = namespace if kind.namespaced else None
        self._record("created", ObjectRef(kind, name, where), None, created, answer)
        return created

    async def patch(
        self,
        ref: ObjectRef,
        patch: object,
        content_type: str = STRATEGIC,
        *,
        subresource: str = "",
        params: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """PATCH one object or one of its subresources; return it as stored, masked."""
        before = await self.read.get(ref, subresource)
        return await self.patch_known(
            ref, before, patch, content_type, subresource=subresource, params=params
        )

    async def patch_known(
        self,
        ref: ObjectRef,
        before: JsonObject | None,
        patch: object,
        content_type: str = STRATEGIC,
        *,
        subresource: str = "",
        params: Mapping[str, str] | None = None,
        inside: bool = False,
    ) -> JsonObject:
        """PATCH an object whose present state the caller has read; None: it does not exist.

        ``inside``: the type keeps what ``subresource`` names in the object itself, so that is
        patched, and it is still that part of it that counts.
        """
        if trial := self._trial():
            await trial.patch_known(
                ref, before, patch, content_type,
                subresource=subresource, params=params, inside=inside,
            )  # fmt: skip
            await self._refuse_powers(trial)
        given = {**OWN, **(params or {})}
        attempt = _attempt("created" if before is None else "changed", ref, before, patch)
        path = ref.path("" if inside else subresource)
        answer = await self._send("PATCH", path, given, patch, content_type, attempt)
        after = self.read.masking.mask(answer.body)
        same = significant(before, subresource) == significant(after, subresource)
        kind: Kind = "unchanged" if same else "changed"
        kind = "created" if before is None else kind
        self._record(kind, ref, before, after, answer, subresource)
        return after

    async def bookkeeping(
        self, ref: ObjectRef, before: JsonObject, patch: object, content_type: str
    ) -> None:
        """PATCH what nobody sees, such as managedFields; it is no change worth telling."""
        attempt = _attempt("changed", ref, before)
        await self._send("PATCH", ref.path(), OWN, patch, content_type, attempt)

    async def delete(
        self,
        ref: ObjectRef,
        *,
        propagation: str = "Background",
        grace_seconds: int | None = None,
    ) -> JsonObject:
        """DELETE one object that is still the one just read; return that, masked."""
        before = await self.read.get(ref)
        options: dict[str, Any] = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "propagationPolicy": propagation,
            "preconditions": {"uid": before["metadata"]["uid"]},
        }
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        attempt = _attempt("deleted", ref, before)
        answer = await self._send("DELETE", ref.path(), {}, options, JSON, attempt)
        self._record("deleted", ref, before, None, answer, orphaning=propagation == "Orphan")
        return before

    def websocket(
        self, ref: ObjectRef, subresource: str, params: Params, protocols: tuple[str, ...]
    ) -> AbstractAsyncContextManager[WebSocket]:
        """Open a websocket on a subresource that acts; a dry writer's session refuses it."""
        path = ref.path(subresource)
        return self._session.websocket(Request("GET", path, params, protocols=protocols))

    async def evict(
        self, pod: ObjectRef, before: JsonObject, grace_seconds: int | None = None
    ) -> None:
        """POST an eviction; a disruption budget may forbid it for now."""
        body: dict[str, Any] = {
            "kind": "Eviction",
            "apiVersion": "policy/v1",
            "metadata": {"name": pod.name, "namespace": pod.namespace},
            "deleteOptions": {"preconditions": {"uid": before["metadata"]["uid"]}},
        }
        if grace_seconds is not None:
            body["deleteOptions"]["gracePeriodSeconds"] = grace_seconds
        attempt = _attempt("evicted", pod, before)
        answer = await self._send("POST", pod.path("eviction"), {}, body, JSON, attempt)
        self._record("evicted", pod, before, None, answer)

    def _trial(self) -> "KubernetesWriter | None":
        """Return a dry twin where the operator wants to know first what a change would give."""
        if self.dry or self._powers_of is None:
            return None
        session = self._session.with_door(dry_runs_only)
        return KubernetesWriter(self.read, session, Journal(), dry=True)

    async def _refuse_powers(self, trial: "KubernetesWriter") -> None:
        if self._powers_of and (powers := await self._powers_of(trial.journal.changes)):
            raise ForbiddenError(
                f"Not allowed by the operator, who refuses escalation: {' '.join(powers)} "
                "Nothing was changed."
            )

    async def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: object,
        content_type: str,
        attempt: Attempt,
    ) -> Answer:
        if MASKED.search(orjson.dumps(body)):
            raise InvalidError(
                "This holds a masked value (<redacted …>) from an earlier answer; sent back, it "
                "would replace the real one. Leave that field out. Nothing was sent."
            )
        query, sent = dict(params), body
        if self.dry and method != "DELETE":
            query["dryRun"] = "All"
        if self.dry and isinstance(body, dict):
            sent = _dry_body(method, path, body)
        request = Request(method, path, query, body=orjson.dumps(sent), content_type=content_type)
        try:
            return await self._session.json(request)
        except OutcomeUnknownError as lost:
            raise (attempt.untouched(lost) if self.dry else attempt.unknown(lost)) from lost

    def _record(
        self,
        kind: Kind,
        ref: ObjectRef,
        before: JsonObject | None,
        after: JsonObject | None,
        answer: Answer,
        subresource: str = "",
        orphaning: bool = False,
    ) -> None:
        change = Change(kind, ref, before, after, subresource, answer.warnings, orphaning)
        self.journal.changes.append(change)


def _attempt(verb: str, ref: ObjectRef, before: JsonObject | None, asked: object = None) -> Attempt:
    return Attempt(verb, ref.type, ref.namespace, ref, before, asked)


def _dry_body(method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Put ``dryRun`` into the body of the two requests that are asked there."""
    if method == "DELETE":
        return {**body, "dryRun": ["All"]}
    if path.endswith("/eviction"):
        return {**body, "deleteOptions": {**body["deleteOptions"], "dryRun": ["All"]}}
    return dict(body)
