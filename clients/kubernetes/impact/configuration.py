"""Who uses a ConfigMap or Secret, and when a change of it reaches them."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.impact.fields import at, items, kind_of, listed, name
from clients.kubernetes.impact.surroundings import Sight
from clients.kubernetes.impact.traffic import INGRESSES
from clients.kubernetes.impact.workloads import template_of
from clients.kubernetes.objects import JsonObject

USERS = ("deployments.apps", "statefulsets.apps", "daemonsets.apps", "cronjobs.batch")
ARGO_ROLLOUTS = "rollouts.argoproj.io"
_SOURCES = {"ConfigMap": ("configMap", "name"), "Secret": ("secret", "secretName")}


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a pod spec names the object; ``key`` when it wants one of its keys."""

    how: str
    key: str = ""
    optional: bool = False


async def configuration_used(sight: Sight) -> list[str]:
    """Say which workloads use a ConfigMap or Secret that changes or goes."""
    change = sight.change
    if kind_of(change) not in (("", "ConfigMap"), ("", "Secret")):
        return []
    if change.kind not in ("changed", "deleted") or _same_data(change):
        return []
    found = [
        (f"{str(each.get('kind')).lower()} {name(each)}", uses)
        for each in await _workloads(sight)
        if not sight.around.removes(each)
        and (uses := list(uses_of(_spec(each), change.ref.type.kind, change.ref.name)))
    ]
    told = _changed(found) if change.kind == "changed" else _deleted(found)
    return [*told, *_missing_keys(change, found), *await _certificates(sight)]


def _same_data(change: Change) -> bool:
    fields = ("data", "binaryData", "stringData")
    sides = [[at(obj).get(key) for key in fields] for obj in (change.before, change.after)]
    return change.kind == "changed" and sides[0] == sides[1]


async def _workloads(sight: Sight) -> list[JsonObject]:
    lists = await asyncio.gather(
        *(sight.here(each) for each in USERS), sight.here(ARGO_ROLLOUTS, optional=True)
    )
    return [each for found in lists for each in found]


def _spec(workload: JsonObject) -> JsonObject:
    return at(template_of(workload, str(workload.get("kind"))), "spec")


def _changed(found: list[tuple[str, list[Use]]]) -> list[str]:
    if not found:
        return ["No workload here refers to it."]
    read_once = [who for who, uses in found if any(use.how == "environment" for use in uses)]
    files = [who for who, uses in found if any(use.how == "files" for use in uses)]
    other = [who for who, _ in found if who not in read_once and who not in files]
    told = []
    if read_once:
        told.append(f"Read at start by {listed(read_once)}: running pods keep the old values.")
    if files:
        told.append(f"Mounted by {listed(files)}: files follow in about a minute (subPath: never).")
    return [*told, *([f"Pulls the images of {listed(other)}."] if other else [])]


def _deleted(found: list[tuple[str, list[Use]]]) -> list[str]:
    needing = [who for who, uses in found if any(not use.optional for use in uses)]
    if needing:
        return [f"! needed by {listed(needing)}: their new pods will not start."]
    return ["No workload here needs it."]


def _missing_keys(change: Change, found: list[tuple[str, list[Use]]]) -> list[str]:
    if change.kind != "changed":
        return []
    before, after = (
        {*at(obj, "data"), *at(obj, "binaryData")} for obj in (change.before, change.after)
    )
    gone = before - after
    return [
        f"! {who} needs key {use.key}: its new pods will not start."
        for who, uses in found
        for use in dict.fromkeys(uses)
        if use.key in gone and not use.optional
    ]


async def _certificates(sight: Sight) -> list[str]:
    change = sight.change
    if change.ref.type.kind != "Secret" or at(change.before).get("type") != "kubernetes.io/tls":
        return []
    using = [
        name(ingress)
        for ingress in await sight.staying(INGRESSES)
        if any(
            tls.get("secretName") == change.ref.name for tls in items(at(ingress, "spec"), "tls")
        )
    ]
    gone = "loses its certificate" if change.kind == "deleted" else "gets another certificate"
    return [f"! ingress {each} {gone}." for each in using]


def uses_of(spec: Any, kind: str, wanted: str) -> Iterator[Use]:
    """Yield where a pod spec names a ConfigMap or Secret."""
    field, key = _SOURCES[kind]
    for volume in items(spec, "volumes"):
        sources = [at(volume, field), *_projected(volume, field)]
        for source in sources:
            if wanted in (source.get(key), source.get("name")):
                yield Use("files", optional=bool(source.get("optional")))
    for container in _containers(spec):
        yield from _environment(container, f"{field}Ref", f"{field}KeyRef", wanted)
    if kind == "Secret" and wanted in [
        name_.get("name") for name_ in items(spec, "imagePullSecrets")
    ]:
        yield Use("images", optional=True)


def _projected(volume: JsonObject, field: str) -> list[JsonObject]:
    return [at(source, field) for source in items(at(volume, "projected"), "sources")]


def _containers(spec: Any) -> list[JsonObject]:
    return [*items(spec, "initContainers"), *items(spec, "containers")]


def _environment(container: JsonObject, whole: str, one: str, wanted: str) -> Iterator[Use]:
    for source in items(container, "envFrom"):
        reference = at(source, whole)
        if reference.get("name") == wanted:
            yield Use("environment", optional=bool(reference.get("optional")))
    for variable in items(container, "env"):
        reference = at(variable, "valueFrom", one)
        if reference.get("name") == wanted:
            key = str(reference.get("key") or "")
            yield Use("environment", key, bool(reference.get("optional")))
