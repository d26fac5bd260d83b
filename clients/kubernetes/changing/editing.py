"""Patch single objects: kubectl patch, set image, label, annotate, cordon."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson

from clients.errors import InvalidError
from clients.kubernetes.names import shown
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.writer import JSON_PATCH, MASKED, MERGE, STRATEGIC, KubernetesWriter

PatchType = Literal["strategic", "merge", "json"]
LONGEST_VALUE = 80
_NOTHING: Any = object()
CONTENT_TYPES = {"strategic": STRATEGIC, "merge": MERGE, "json": JSON_PATCH}
# Types compiled into the API server have merge keys; custom resources never have (415).
_BUILT_IN = frozenset({"", "apps", "autoscaling", "batch", "policy"})
_BUILT_IN_K8S_IO = frozenset(
    {
        "admissionregistration",
        "apiextensions",
        "apiregistration",
        "certificates",
        "coordination",
        "discovery",
        "events",
        "flowcontrol.apiserver",
        "networking",
        "node",
        "rbac.authorization",
        "resource",
        "scheduling",
        "storage",
    }
)


def is_built_in(group: str) -> bool:
    """Whether the API server itself knows the group's types, and so their merge keys."""
    return group in _BUILT_IN or group.removesuffix(".k8s.io") in _BUILT_IN_K8S_IO


async def patch(
    writing: KubernetesWriter,
    ref: ObjectRef,
    body: object,
    patch_type: PatchType | None,
    subresource: str,
) -> bool:
    """Patch an object; return whether anything changed. Without a type, as the kind allows."""
    _check_subresource(ref, subresource)
    chosen = patch_type or _default_type(ref, body)
    if chosen == "json" and not isinstance(body, list):
        raise InvalidError("A json patch is a list of operations.")
    if chosen != "json" and not isinstance(body, dict):
        raise InvalidError(f"A {chosen} patch is an object.")
    before = await writing.read.get(ref, subresource)
    try:
        await writing.patch_known(ref, before, body, CONTENT_TYPES[chosen], subresource=subresource)
    except InvalidError as refusal:
        if chosen != "json" or refusal.causes:
            raise
        raise InvalidError(f"{refusal} {_failing_operation(before, body)}".strip()) from refusal
    return writing.journal.changes[-1].kind != "unchanged"


def _check_subresource(ref: ObjectRef, subresource: str) -> None:
    """Refuse what the type does not let be patched: what runs or tunnels, what is not there."""
    patchable = [name for name, can in ref.type.subresources.items() if "patch" in can]
    if subresource and (subresource not in patchable or "proxy" in subresource):
        there = ", ".join(sorted(set(patchable) - {"proxy"})) or "none"
        raise InvalidError(
            f"{ref.type.qualified} have no subresource {shown(subresource)} to patch; they have: "
            f"{there}."
        )


def _default_type(ref: ObjectRef, body: object) -> PatchType:
    if isinstance(body, list):
        return "json"
    return "strategic" if is_built_in(ref.type.group) else "merge"


def _failing_operation(obj: JsonObject, operations: object) -> str:
    """Say which operation has no place to act on; the API server does not."""
    for number, operation in enumerate(operations if isinstance(operations, list) else []):
        if not isinstance(operation, Mapping) or operation.get("op") == "add":
            continue
        name = f"Operation {number} ({operation.get('op')})"
        path = str(operation.get("path", ""))
        value = _at(obj, path.split("/")[1:])
        if value is _NOTHING:
            return f"{name}: there is no {path}."
        present = orjson.dumps(value)
        if operation.get("op") == "test" and value != operation.get("value"):
            if len(present) <= LONGEST_VALUE and not MASKED.search(present):
                return f"{name}: {path} is {present.decode()}."
            return f"{name}: {path} has another value." if not MASKED.search(present) else ""
    return ""


def _at(node: Any, keys: Sequence[str]) -> Any:
    for key in (part.replace("~1", "/").replace("~0", "~") for part in keys):
        if isinstance(node, Mapping) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return _NOTHING
    return node


async def set_metadata(
    writing: KubernetesWriter,
    ref: ObjectRef,
    labels: Mapping[str, str | None],
    annotations: Mapping[str, str | None],
) -> bool:
    """Set labels and annotations, remove those that are None; return whether anything changed."""
    metadata = {
        name: dict(values)
        for name, values in (("labels", labels), ("annotations", annotations))
        if values
    }
    if not metadata:
        raise InvalidError("Give labels or annotations to set; null removes one.")
    await writing.patch(ref, {"metadata": metadata}, MERGE)
    return writing.journal.changes[-1].kind != "unchanged"


async def cordon(writing: KubernetesWriter, node: ObjectRef, *, schedulable: bool) -> bool:
    """Open or close a node for new pods; return whether it was not so already."""
    before = await writing.read.get(node)
    if bool((before.get("spec") or {}).get("unschedulable")) != schedulable:
        return False
    patch_ = {"spec": {"unschedulable": None if schedulable else True}}
    await writing.patch_known(node, before, patch_)
    return True
