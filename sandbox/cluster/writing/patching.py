"""PATCH in its four formats (apiserver `pkg/endpoints/handlers/patch.go`)."""

from collections.abc import Callable
from typing import Any

import orjson

from sandbox.cluster.conversion import to_version
from sandbox.cluster.objects import JsonObject
from sandbox.cluster.patching.json_patch import PatchError, json_patch
from sandbox.cluster.patching.merge_patch import merge_patch
from sandbox.cluster.patching.strategic_patch import StrategicPatchError, strategic_patch
from sandbox.cluster.schemas.conforming import go_type_fault, pruned, unknown_fields
from sandbox.cluster.serving.body import content_type_of
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.statuses import (
    ApiError,
    Cause,
    bad_request,
    invalid,
    not_found,
    unsupported_media_type,
)
from sandbox.cluster.writing.applying import apply
from sandbox.cluster.writing.body_object import field_validation
from sandbox.cluster.writing.persisting import Write
from sandbox.cluster.writing.upserting import check_name, check_uid

APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
REJECTED = "the server rejected our request due to an error in our request"


def patch(call: Call) -> Answer:
    """Answer a PATCH of an object or its status. Raises 400, 404, 409, 415 or 422."""
    content_type = content_type_of(call)
    accepted = accepted_types(call)
    if content_type not in accepted:
        raise _unsupported(call, accepted)
    write = Write(call, call.dry_run("PatchOptions"))
    if content_type == APPLY:
        return apply(write)
    field_validation(call)
    live = call.stored()
    if live is None:
        raise not_found(call.resource, call.name)
    patched = patched_object(call, to_version(live, call.resource), write)
    check_name(call, patched)
    check_uid(call, live, patched)
    return Answer(write.replace(live, patched))


def _unsupported(call: Call, accepted: tuple[str, ...]) -> ApiError:
    if call.resource.custom is not None:
        return unsupported_media_type(accepted)
    return ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def accepted_types(call: Call) -> tuple[str, ...]:
    """Return the formats of a type, in the order that refusals list them."""
    strategic = () if call.resource.custom is not None else (STRATEGIC,)
    return (JSON_PATCH, MERGE, *strategic, APPLY)


def patched_object(call: Call, live: JsonObject, write: Write) -> JsonObject:
    """Return the live object with the patch applied and unknown fields dealt with."""
    result = FORMATS[content_type_of(call)](call, live, write)
    if call.resource.custom is None and (
        fault := go_type_fault(result, write.schema, call.resource.kind)
    ):
        raise _unfit(result, fault)
    directive = field_validation(call)
    unknown = list(unknown_fields(result, write.schema)) if directive != "Ignore" else []
    if unknown and directive == "Strict":
        errors = ", ".join(f'unknown field "{each}"' for each in unknown)
        raise _unfit(result, f"strict decoding error: {errors}")
    call.warnings += [f'unknown field "{each}"' for each in unknown]
    known: JsonObject = pruned(result, write.schema)
    return known


def parsed(call: Call) -> Any:
    """Parse the patch. Raises 400."""
    try:
        return orjson.loads(call.body)
    except orjson.JSONDecodeError as fault:
        why = "unexpected end of JSON input" if "end of data" in fault.msg else fault.msg
        raise bad_request(f"error decoding patch: {why}") from fault


def apply_json_patch(live: JsonObject, operations: Any) -> JsonObject:
    """Apply a JSON patch. Raises 400 for another shape, 422 for what cannot be done."""
    if not isinstance(operations, list):
        kinds = {dict: "object", str: "string", bool: "bool"}
        given = kinds.get(type(operations), "number")
        into = "Go value of type []handlers.jsonPatchOp"
        raise bad_request(f"error decoding patch: json: cannot unmarshal {given} into {into}")
    try:
        return json_patch(live, operations)
    except PatchError as fault:
        raise ApiError(422, "Invalid", REJECTED, {}) from fault


def _json(call: Call, live: JsonObject, write: Write) -> JsonObject:
    return apply_json_patch(live, parsed(call))


def _merge(call: Call, live: JsonObject, write: Write) -> JsonObject:
    merged: JsonObject = merge_patch(live, _object(parsed(call)))
    return merged


def _strategic(call: Call, live: JsonObject, write: Write) -> JsonObject:
    try:
        return strategic_patch(live, _object(parsed(call)), write.schema)
    except StrategicPatchError as fault:
        raise ApiError(422, "", str(fault)) from fault


def _object(content: Any) -> JsonObject:
    if not isinstance(content, dict):
        kind = {list: "array", str: "string", bool: "bool"}.get(type(content), "number")
        into = "Go value of type map[string]interface {}"
        raise bad_request(f"error decoding patch: json: cannot unmarshal {kind} into {into}")
    return content


def _unfit(result: JsonObject, fault: str) -> ApiError:
    shown = orjson.dumps(result).decode()
    quoted = orjson.dumps(shown).decode()
    cause = Cause("FieldValueInvalid", f"Invalid value: {quoted}: {fault}", "patch")
    return invalid("", "", "", [cause])


FORMATS: dict[str, Callable[[Call, JsonObject, Write], JsonObject]] = {
    JSON_PATCH: _json,
    MERGE: _merge,
    STRATEGIC: _strategic,
}
