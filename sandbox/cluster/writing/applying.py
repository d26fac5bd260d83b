"""Server-side apply."""

from typing import Any

from sandbox.cluster.conversion import to_version
from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.cluster.ownership import tracking
from sandbox.cluster.ownership.managers import Manager
from sandbox.cluster.ownership.validity import faults
from sandbox.cluster.serving.body import from_yaml
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.statuses import (
    Cause,
    bad_request,
    bare_error,
    invalid_options,
    modified,
    not_found,
)
from sandbox.cluster.writing.body_object import field_validation
from sandbox.cluster.writing.persisting import Write
from sandbox.cluster.writing.strict_yaml import duplicate_keys
from sandbox.cluster.writing.upserting import check_name, check_uid


def apply(write: Write) -> Answer:
    """Answer an apply patch: merge, create when absent, refuse conflicts unless forced."""
    call = write.call
    _check_options(call)
    applied = _configuration(call)
    schema = write.schema
    live = call.stored()
    if live is None and call.subresource is not None:
        raise not_found(call.resource, call.name)
    if live is not None:
        live = to_version(live, call.resource)
        _check_version(call, live, applied)
    if found := list(faults(applied, schema)):
        raise bare_error(_typed_error(call, applied, found))
    part = call.subresource.name if call.subresource else ""
    manager = Manager(call.query.text("fieldManager"), "Apply", "", part)
    force = bool(call.query.flag("force"))
    merged = tracking.apply(live, applied, schema, manager, write.now(), force, write.reset_fields)
    _check_duplicates(call)
    check_name(call, merged)
    if live is None:
        return Answer(write.create(merged, tracked=True), 201)
    check_uid(call, live, merged)
    return Answer(write.replace(live, merged, tracked=True))


def _check_options(call: Call) -> None:
    if not call.query.text("fieldManager"):
        why = "Required value: is required for apply patch"
        raise invalid_options("PatchOptions", [Cause("FieldValueRequired", why, "fieldManager")])
    field_validation(call)


def _configuration(call: Call) -> JsonObject:
    """Return the applied object. Raises 400 for what is none, or another one than the URL's."""
    content: Any = from_yaml(call.body)
    if not isinstance(content, dict):
        kind = "array" if isinstance(content, list) else "string"
        into = f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        why = f"error unmarshaling JSON: while decoding JSON: {into}"
        raise bad_request(f"error decoding YAML: {why}")
    given = (content.get("apiVersion"), content.get("kind"))
    expected = (call.resource.api_version, call.resource.kind)
    if given != expected:
        raise _other_kind(content)
    metadata = content.setdefault("metadata", {})
    if "managedFields" in metadata:
        raise bad_request("metadata.managedFields must be nil")
    return content


def _other_kind(content: JsonObject) -> Exception:
    group, _, version = str(content.get("apiVersion") or "").rpartition("/")
    kind = content.get("kind") or ""
    return bad_request(f"invalid object type: {group}/{version}, Kind={kind}")


def _check_version(call: Call, live: JsonObject, applied: JsonObject) -> None:
    """A resourceVersion in the configuration is a precondition; it is never owned."""
    sent = applied["metadata"].pop("resourceVersion", None)
    if sent and sent != live["metadata"]["resourceVersion"]:
        raise modified(call.resource, call.name)


def _typed_error(call: Call, applied: JsonObject, found: list[str]) -> str:
    where = f"{namespace_of(applied)}/{name_of(applied)}; {_gvk(call)}"
    listed = "\n".join(f"  {each}" for each in found)
    text = f"errors:\n{listed}" if len(found) > 1 else found[0]
    return f"failed to create typed patch object ({where}): {text}"


def _gvk(call: Call) -> str:
    group = f"{call.resource.group}/{call.resource.version}"
    return f"{group}, Kind={call.resource.kind}"


def _check_duplicates(call: Call) -> None:
    directive = field_validation(call)
    duplicates = [] if directive == "Ignore" else duplicate_keys(call.body)
    if not duplicates:
        return
    listed = "\n".join(f"  line {line}: key {key!r} already set in map" for line, key in duplicates)
    text = "error converting YAML to JSON: yaml: unmarshal errors:\n" + listed.replace("'", '"')
    if directive == "Strict":
        raise bad_request(f"error strict decoding YAML: {text}")
    call.warnings.append(text)
