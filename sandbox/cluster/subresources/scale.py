"""`/scale`: replicas of anything that declares where it keeps them."""

from typing import Any

import orjson

from sandbox.cluster.objects import JsonObject, copied
from sandbox.cluster.ownership.managers import Manager
from sandbox.cluster.ownership.tracking import track_update
from sandbox.cluster.patching.merge_patch import merge_patch
from sandbox.cluster.reading.label_selector import object_selector
from sandbox.cluster.serving.body import content_type_of, decoded
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.statuses import (
    ApiError,
    Cause,
    conflict,
    internal_error,
    invalid,
    modified,
    not_found,
    unsupported_media_type,
)
from sandbox.cluster.writing.patching import (
    APPLY,
    JSON_PATCH,
    MERGE,
    STRATEGIC,
    accepted_types,
    apply_json_patch,
    parsed,
)
from sandbox.cluster.writing.persisting import Write

SPEC_PATH = ["spec", "replicas"]
STATUS_PATH = ["status", "replicas"]


def serve_scale(call: Call) -> Answer:
    """Answer GET, PUT and PATCH of an object's scale. Raises 404, 409, 415 or 422."""
    live = call.stored()
    if live is None:
        raise not_found(call.resource, call.name)
    if call.verb == "get":
        _check_present(call, live)
        return Answer(scale_of(call, live))
    options = "UpdateOptions" if call.verb == "update" else "PatchOptions"
    write = Write(call, call.dry_run(options))
    scale = decoded(call) if call.verb == "update" else _patched(call, scale_of(call, live))
    _check_version(call, live, scale)
    replicas = (scale.get("spec") or {}).get("replicas") or 0
    _check_replicas(call, replicas)
    return Answer(scale_of(call, _store(write, live, replicas)))


def scale_of(call: Call, obj: JsonObject) -> JsonObject:
    """Return the Scale of an object."""
    metadata = obj["metadata"]
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    spec_path, status_path, selector_path = _paths(call)
    spec = {}
    if replicas := _at(obj, spec_path):
        spec["replicas"] = replicas
    status: JsonObject = {"replicas": _at(obj, status_path) or 0}
    if selector := _selector(call, obj, selector_path):
        status["selector"] = selector
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: metadata[key] for key in kept if key in metadata},
        "spec": spec,
        "status": status,
    }


def _check_present(call: Call, obj: JsonObject) -> None:
    """Raise the 500 that a custom resource without replicas gives."""
    path = _paths(call)[0]
    if call.resource.custom is not None and _at(obj, path) is None:
        raise internal_error(f'the spec replicas field ".{".".join(path)}" does not exist')


def _store(write: Write, live: JsonObject, replicas: int) -> JsonObject:
    call = write.call
    new = copied(live)
    _set(new, _paths(call)[0], replicas)
    if call.resource.custom is not None:  # nobody comes to own what is set through /scale
        return call.cluster.store.update(new, dry_run=write.dry_run)
    manager = Manager(call.field_manager or "unknown", "Update", call.resource.api_version, "scale")
    never = ""  # the server gives these entries no time
    new = track_update(live, new, write.schema, manager, never, ("status",))
    return call.cluster.store.update(new, dry_run=write.dry_run)


def _patched(call: Call, scale: JsonObject) -> JsonObject:
    content_type = content_type_of(call)
    accepted = accepted_types(call)
    if content_type not in accepted or content_type == APPLY:
        raise unsupported_media_type(accepted)
    patch = parsed(call)
    if content_type == JSON_PATCH:
        return apply_json_patch(scale, patch)
    if content_type in (MERGE, STRATEGIC):
        merged: JsonObject = merge_patch(scale, patch)
        return merged
    raise unsupported_media_type(accepted)


def _check_version(call: Call, live: JsonObject, scale: JsonObject) -> None:
    metadata = scale.get("metadata") or {}
    sent = metadata.get("resourceVersion")
    if sent and sent != live["metadata"]["resourceVersion"]:
        raise modified(call.resource, call.name)
    if (uid := metadata.get("uid")) and uid != live["metadata"]["uid"]:
        why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
        raise conflict(call.resource, call.name, why + live["metadata"]["uid"])


def _check_replicas(call: Call, replicas: Any) -> None:
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        shown = orjson.dumps(replicas).decode()
        message = f"json: cannot unmarshal {shown} into Go struct field ScaleSpec.spec.replicas"
        raise ApiError(400, "BadRequest", f"{message} of type int32")
    if replicas < 0:
        message = f"Invalid value: {replicas}: must be greater than or equal to 0"
        cause = Cause("FieldValueInvalid", message, "spec.replicas")
        raise invalid("Scale", "autoscaling", call.name, [cause])


def _paths(call: Call) -> tuple[list[str], list[str], list[str]]:
    declared = ((call.resource.custom or {}).get("subresources") or {}).get("scale")
    if declared is None:
        return SPEC_PATH, STATUS_PATH, []
    keys = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
    spec, status, selector = (_split(declared.get(key) or "") for key in keys)
    return spec, status, selector


def _split(path: str) -> list[str]:
    return [each for each in path.split(".") if each]


def _selector(call: Call, obj: JsonObject, path: list[str]) -> str:
    if call.resource.custom is not None:
        return str(_at(obj, path) or "") if path else ""
    selector = (obj.get("spec") or {}).get("selector") or {}
    if "matchLabels" not in selector and "matchExpressions" not in selector:
        return ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    return written_selector(selector)


def written_selector(selector: JsonObject) -> str:
    """Write a `metav1.LabelSelector` as a text, ordered by key."""
    parts = []
    for each in sorted(object_selector(selector).requirements, key=lambda r: r.key):
        values = sorted(each.values)
        if each.operator == "in" and len(values) == 1:
            parts.append(f"{each.key}={values[0]}")
        elif each.operator in ("in", "notin"):
            parts.append(f"{each.key} {each.operator} ({','.join(values)})")
        else:
            parts.append(f"!{each.key}" if each.operator == "!" else each.key)
    return ",".join(parts)


def _at(obj: Any, path: list[str]) -> Any:
    for name in path:
        obj = obj.get(name) if isinstance(obj, dict) else None
    return obj


def _set(obj: JsonObject, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        obj = obj.setdefault(name, {})
    obj[path[-1]] = value
