"""POST and PUT."""

from sandbox.cluster.objects import JsonObject, name_of
from sandbox.cluster.serving.call import Answer, Call
from sandbox.cluster.statuses import ApiError, bad_request, not_found
from sandbox.cluster.validation.metadata import place
from sandbox.cluster.writing.body_object import submitted
from sandbox.cluster.writing.persisting import Write


def create(call: Call) -> Answer:
    """Answer a POST of a new object."""
    write = Write(call, call.dry_run("CreateOptions"))
    obj = submitted(call, call.resource.kind, call.resource.api_version, write.schema)
    place(call, obj)
    return Answer(write.create(obj), 201)


def replace(call: Call) -> Answer:
    """Answer a PUT of an object or its status. Raises 400, 404, 409 or 422."""
    write = Write(call, call.dry_run("UpdateOptions"))
    obj = submitted(call, call.resource.kind, call.resource.api_version, write.schema)
    check_name(call, obj)
    live = call.stored()
    if live is None:
        if call.subresource is None and _creates_on_update(call):
            return Answer(write.create(obj), 201)
        raise not_found(call.resource, call.name)
    check_uid(call, live, obj)
    return Answer(write.replace(live, obj))


def check_name(call: Call, obj: JsonObject) -> None:
    """Raise 400 unless the object has the name and namespace of the URL."""
    place(call, obj)
    name = name_of(obj)
    if not name:
        why = "name must be provided"
        raise bad_request(
            f"the name of the object ({call.name} based on URL) was undeterminable: {why}"
        )
    if name != call.name:
        raise bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({call.name})"
        )


def check_uid(call: Call, live: JsonObject, obj: JsonObject) -> None:
    """Raise 409 when the object was deleted and created again meanwhile."""
    sent, stored = obj["metadata"].get("uid"), live["metadata"]["uid"]
    if sent and sent != stored:
        why = f"Precondition failed: UID in precondition: {sent}, UID in object meta: {stored}"
        details = {"name": call.name, "group": call.resource.group, "kind": call.resource.plural}
        message = (
            f'Operation cannot be fulfilled on {call.resource.qualified} "{call.name}": '
            f"StorageError: invalid object, Code: 4, Key: , ResourceVersion: 0, "
            f"AdditionalErrorMsg: {why}"
        )
        raise ApiError(409, "Conflict", message, details)


# Types whose strategies allow a PUT to create (AllowCreateOnUpdate).
_CREATABLE = {
    ("", "endpoints"),
    ("", "events"),
    ("coordination.k8s.io", "leases"),
    ("rbac.authorization.k8s.io", "roles"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
}


def _creates_on_update(call: Call) -> bool:
    return (call.resource.group, call.resource.plural) in _CREATABLE
