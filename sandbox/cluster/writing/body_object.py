"""The object that a request carries, checked against the type that its URL names."""

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.schemas import Schema
from sandbox.cluster.schemas.conforming import go_type_fault, pruned, unknown_fields
from sandbox.cluster.serving.body import decoded
from sandbox.cluster.serving.call import Call
from sandbox.cluster.statuses import ApiError, Cause, bad_request, invalid_options

DIRECTIVES = ("", "Ignore", "Strict", "Warn")
OPTIONS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}


def submitted(call: Call, kind: str, api_version: str, schema: Schema) -> JsonObject:
    """Decode the body as an object of a kind. Raises 400 for another kind or wrong types."""
    obj = decoded(call)
    obj = {"kind": kind, "apiVersion": api_version, **{k: v for k, v in obj.items() if v != ""}}
    _check_kind(call, obj, kind, api_version)
    check_types(obj, kind, api_version, schema, call.resource)
    return known_fields(call, obj, schema)


def check_types(
    obj: JsonObject, kind: str, api_version: str, schema: Schema, resource: ResourceType
) -> None:
    """Raise the 400 of Go's decoder for the first value of a wrong type (built-in types only)."""
    if resource.custom is None and (fault := go_type_fault(obj, schema, kind)):
        raise _unfit(kind, api_version, kind, fault)


def known_fields(call: Call, obj: JsonObject, schema: Schema) -> JsonObject:
    """Return an object without unknown fields, after what `fieldValidation` asks to say of them."""
    directive = field_validation(call)
    unknown = [] if directive == "Ignore" else list(unknown_fields(obj, schema))
    if call.resource.custom is not None:
        unknown.sort()
    if unknown and directive == "Strict":
        errors = ", ".join(f'unknown field "{each}"' for each in unknown)
        raise strict_error(call, obj, f"strict decoding error: {errors}")
    call.warnings += [f'unknown field "{each}"' for each in unknown]
    known: JsonObject = pruned(obj, schema)
    return known


def strict_error(call: Call, obj: JsonObject, fault: str) -> ApiError:
    """Return the 400 of strict decoding."""
    return _unfit(obj["kind"], obj["apiVersion"], obj["kind"], fault)


def field_validation(call: Call) -> str:
    """Return `fieldValidation`, Warn by default. Raises 422."""
    directive = call.query.text("fieldValidation")
    if directive not in DIRECTIVES:
        supported = ", ".join(f'"{each}"' for each in DIRECTIVES)
        message = f'Unsupported value: "{directive}": supported values: {supported}'
        cause = Cause("FieldValueNotSupported", message, "fieldValidation")
        raise invalid_options(OPTIONS[call.verb], [cause])
    return directive or "Warn"


def _check_kind(call: Call, obj: JsonObject, kind: str, api_version: str) -> None:
    given = (obj["apiVersion"], obj["kind"])
    if given == (api_version, kind):
        return
    if call.resource.custom is not None:
        raise _other_custom_kind(obj, kind, api_version)
    if call.cluster.registry.find_kind(*given) is None:
        fault = (
            f'no kind "{obj["kind"]}" is registered for version "{obj["apiVersion"]}" '
            'in scheme "pkg/runtime/scheme.go:111"'
        )
    else:
        fault = (
            f"converting ({_go_kind(obj['apiVersion'], obj['kind'])}) to "
            f"({_internal_kind(api_version, kind)}): unknown conversion"
        )
    raise _unfit(obj["kind"], obj["apiVersion"], kind, fault)


def _other_custom_kind(obj: JsonObject, kind: str, api_version: str) -> ApiError:
    if obj["apiVersion"] != api_version:
        return bad_request(
            f"the API version in the data ({obj['apiVersion']}) does not match the expected "
            f"API version ({api_version})"
        )
    return bad_request(
        f'{obj["kind"]} in version "{_version(api_version)}" cannot be handled as a {kind}'
    )


def _unfit(given: str, api_version: str, kind: str, fault: str) -> ApiError:
    version = _version(api_version)
    return bad_request(f'{given} in version "{version}" cannot be handled as a {kind}: {fault}')


def _version(api_version: str) -> str:
    return api_version.rpartition("/")[2]


def _go_kind(api_version: str, kind: str) -> str:
    return f"{_version(api_version)}.{kind}"


def _internal_kind(api_version: str, kind: str) -> str:
    group = api_version.rpartition("/")[0].partition(".")[0] or "core"
    return f"{group}.{kind}"
