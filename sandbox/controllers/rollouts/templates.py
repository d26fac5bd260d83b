"""Analysis runs from templates, with their arguments (`utils/analysis`)."""

import re
from typing import Any

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.ownership import controlled_by, controller_of
from sandbox.controllers.rollouts.phase import completed
from sandbox.controllers.rollouts.sets import Sets, hash_of
from sandbox.controllers.rollouts.spec import GROUP, RUNS

VALUES = "sandbox.skyflo.ai/measurements"
"""An annotation of a template: the values that its metrics will have, as JSON by metric."""


class TemplateError(Exception):
    """A template is missing, or an argument has no value."""


def found_templates(cluster: ControlPlane, namespace: str, references: JsonObjects) -> JsonObjects:
    """Return templates, and those that they name, once each. Raises TemplateError."""
    found: dict[tuple[str, str], JsonObject] = {}
    waiting = list(references)
    while waiting:
        reference = waiting.pop(0)
        whole = bool(reference.get("clusterScope"))
        kind, where = (
            ("ClusterAnalysisTemplate", None) if whole else ("AnalysisTemplate", namespace)
        )
        name = reference.get("templateName", "")
        if (kind, name) in found:
            continue
        item = cluster.store.peek(GROUP, f"{kind.lower()}s", where, name)
        if item is None:
            raise TemplateError(f'{kind.lower()}.{GROUP} "{name}" not found')
        found[kind, name] = item
        waiting += item["spec"].get("templates") or []
    return list(found.values())


def start_run(
    cluster: ControlPlane,
    owner: JsonObject,
    *,
    name: str,
    references: JsonObjects,
    arguments: JsonObjects,
    labels: dict[str, str],
    annotations: dict[str, str],
) -> JsonObject:
    """Create an analysis run; one of its name that has ended gets a number behind it.

    Raises TemplateError.
    """
    templates = found_templates(cluster, namespace_of(owner), references)
    metrics = [copied(m) for each in templates for m in each["spec"].get("metrics") or []]
    known = [argument for each in templates for argument in each["spec"].get("args") or []]
    merged = merged_arguments(arguments, known)
    values = [each["metadata"].get("annotations") or {} for each in templates]
    given = [each[VALUES] for each in values if VALUES in each]
    played = {VALUES: given[-1]} if given else {}
    run: JsonObject = {
        "apiVersion": f"{GROUP}/v1alpha1",
        "kind": "AnalysisRun",
        "metadata": {
            "name": name,
            "namespace": namespace_of(owner),
            **({"labels": labels} if labels else {}),
            **({"annotations": {**annotations, **played}} if annotations or played else {}),
            "ownerReferences": controlled_by(owner),
        },
        "spec": {**({"args": merged} if merged else {}), "metrics": metrics},
    }
    return _created(cluster, owner, run)


def _created(cluster: ControlPlane, owner: JsonObject, run: JsonObject) -> JsonObject:
    name, number = run["metadata"]["name"], 0
    while True:
        there = cluster.store.get(*RUNS, namespace_of(owner), run["metadata"]["name"])
        if there is None:
            return cluster.store.create(run)
        mine = (controller_of(there) or {}).get("uid") == owner["metadata"]["uid"]
        ended = completed((there.get("status") or {}).get("phase", ""))
        if mine and not ended and there["spec"]["metrics"] == run["spec"]["metrics"]:
            return there
        number += 1
        run["metadata"]["name"] = f"{name}.{number}"


def merged_arguments(given: JsonObjects, known: JsonObjects) -> JsonObjects:
    """Return a template's arguments with the values given to them. Raises TemplateError."""
    values = {each["name"]: each for each in given}
    merged = {each["name"]: {**each, **values.get(each["name"], {})} for each in known}
    for name, each in merged.items():
        if each.get("value") is None and each.get("valueFrom") is None:
            raise TemplateError(f"args.{name} was not resolved")
    return list(merged.values())


def resolved(arguments: JsonObjects, rollout: JsonObject, sets: Sets) -> JsonObjects:
    """Return a Rollout's arguments of an analysis as values."""
    return [{"name": each["name"], "value": _value(each, rollout, sets)} for each in arguments]


def _value(argument: JsonObject, rollout: JsonObject, sets: Sets) -> str:
    source = argument.get("valueFrom") or {}
    if (which := source.get("podTemplateHashValue")) is not None:
        return hash_of(sets.new if which == "Latest" or sets.stable is None else sets.stable)
    if (field := source.get("fieldRef")) is not None:
        return _field(rollout, field["fieldPath"])
    return str(argument.get("value") or "")


def _field(rollout: JsonObject, path: str) -> str:
    found: Any = rollout
    for part in re.findall(r"[^.\[\]']+(?:\.[^.\[\]']+)*(?=')|[^.\[\]']+", path):
        if isinstance(found, list):
            found = found[int(part)] if part.isdigit() and int(part) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, dict) else None
    return "" if found is None else str(found)
