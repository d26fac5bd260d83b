"""DELETE of one object and of a collection (apiserver `pkg/endpoints/handlers/delete.go`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.cluster.lifecycle import held, mark_deleted
from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.cluster.reading.collection import selects
from sandbox.cluster.reading.documents import presented_list
from sandbox.cluster.reading.negotiation import Representation
from sandbox.cluster.reading.options import list_options
from sandbox.cluster.serving.body import decoded
from sandbox.cluster.serving.call import Answer, Call, checked_dry_run
from sandbox.cluster.statuses import (
    ApiError,
    Cause,
    bad_request,
    invalid_options,
    not_found,
    success,
)

POLICIES = ("Foreground", "Background", "Orphan")
HOLDING = {"Foreground": ("foregroundDeletion",), "Orphan": ("orphan",)}
PROTECTED_NAMESPACES = ("default", "kube-public", "kube-system")


@dataclass(frozen=True)
class DeleteOptions:
    """How to delete; from the body, or from the query when there is no body at all."""

    dry_run: bool = False
    grace_seconds: int | None = None
    policy: str = ""
    uid: str = ""
    resource_version: str = ""


def delete(call: Call) -> Answer:
    """Answer a DELETE of one object: with a Status when it is gone, with the object when not."""
    options = delete_options(call)
    live = call.stored()
    if live is None:
        raise not_found(call.resource, call.name)
    check_preconditions(call, live, options)
    _refuse_protected(call)
    deleted, gone = delete_object(call, live, options)
    if not gone or _answers_with_object(call):
        return Answer(deleted)
    details = {
        "name": call.name,
        "group": call.resource.group,
        "kind": call.resource.plural,
        "uid": live["metadata"]["uid"],
    }
    return Answer(success({key: value for key, value in details.items() if value}))


def delete_collection(call: Call) -> Answer:
    """Answer a DELETE of a collection with the list of what it deleted."""
    selection = list_options(call.query, call.resource)
    options = delete_options(call)
    namespace = call.namespace or None
    found = call.cluster.store.view(call.resource.group, call.resource.plural, namespace)
    chosen = [each for each in found if selects(selection, each)]
    deleted = [delete_object(call, each, options)[0] for each in chosen]
    return Answer(_list(call, deleted))


def delete_object(call: Call, live: JsonObject, options: DeleteOptions) -> tuple[JsonObject, bool]:
    """Delete one object; returns its last or its marked state, and whether it is gone."""
    resource = call.resource
    finalizers = HOLDING.get(options.policy, ())
    grace = _grace(call, live, options)
    deleted = call.cluster.store.delete(
        resource.group,
        resource.plural,
        namespace_of(live) or None,
        name_of(live),
        grace_seconds=grace,
        finalizers=finalizers,
        dry_run=options.dry_run,
    )
    gone = not held(deleted) and grace == 0
    if gone and (resource.group, resource.plural) == ("", "pods"):
        mark_deleted(deleted["metadata"], 0, call.cluster.clock())  # a pod is answered as marked
    return deleted, gone


def delete_options(call: Call) -> DeleteOptions:
    """Read the options. Raises 400 and 422. With a body, even `{}`, the query is not read."""
    content = decoded(call) if call.body else _from_query(call)
    _check_kind(content)
    policy = content.get("propagationPolicy") or ""
    if policy and policy not in POLICIES:
        listed = ", ".join(f'"{each}"' for each in POLICIES)
        message = f'Unsupported value: "{policy}": supported values: {listed}, "nil"'
        cause = Cause("FieldValueNotSupported", message, "propagationPolicy")
        raise invalid_options("DeleteOptions", [cause])
    if content.get("orphanDependents") is not None:
        policy = "Orphan" if content["orphanDependents"] else "Background"
    preconditions = content.get("preconditions") or {}
    return DeleteOptions(
        dry_run=checked_dry_run(content.get("dryRun") or [], "DeleteOptions"),
        grace_seconds=content.get("gracePeriodSeconds"),
        policy=policy,
        uid=preconditions.get("uid") or "",
        resource_version=preconditions.get("resourceVersion") or "",
    )


def _from_query(call: Call) -> JsonObject:
    return {
        "dryRun": call.query.texts("dryRun"),
        "gracePeriodSeconds": call.query.integer("gracePeriodSeconds"),
        "propagationPolicy": call.query.text("propagationPolicy"),
        "orphanDependents": call.query.flag("orphanDependents"),
    }


def _check_kind(content: JsonObject) -> None:
    kind = content.get("kind") or "DeleteOptions"
    if kind != "DeleteOptions":
        version = content.get("apiVersion") or "v1"
        scheme = 'in scheme "pkg/runtime/scheme.go:111"'
        raise bad_request(f'no kind "{kind}" is registered for version "{version}" {scheme}')


def check_preconditions(call: Call, live: JsonObject, options: DeleteOptions) -> None:
    """Raise 409 when the object is not the one, or not as, the caller knows it."""
    metadata = live["metadata"]
    if options.uid and options.uid != metadata["uid"]:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record "
            f"({metadata['uid']}). The object might have been deleted and then recreated"
        )
        raise _precondition_failed(call, why)
    if options.resource_version and options.resource_version != metadata["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match "
            f"the ResourceVersion in record ({metadata['resourceVersion']}). The object might "
            "have been modified"
        )
        raise _precondition_failed(call, why)


def _precondition_failed(call: Call, why: str) -> ApiError:
    kind, group = call.resource.kind, call.resource.group
    qualified = f"{kind}.{group}" if group else kind
    message = f'Operation cannot be fulfilled on {qualified} "{call.name}": {why}'
    return ApiError(409, "Conflict", message, {"name": call.name, "group": group, "kind": kind})


def _grace(call: Call, live: JsonObject, options: DeleteOptions) -> int:
    """Only pods that a node runs are given time; a negative period counts as one second."""
    if (call.resource.group, call.resource.plural) != ("", "pods"):
        return 0
    status, spec = live.get("status") or {}, live.get("spec") or {}
    if not spec.get("nodeName") or status.get("phase") in ("Failed", "Succeeded"):
        return 0
    if options.grace_seconds is not None:
        return 1 if options.grace_seconds < 0 else options.grace_seconds
    return int(spec.get("terminationGracePeriodSeconds", 30))


def _refuse_protected(call: Call) -> None:
    """The namespaces of the system cannot be deleted (NamespaceLifecycle admission)."""
    is_namespace = (call.resource.group, call.resource.plural) == ("", "namespaces")
    if is_namespace and call.name in PROTECTED_NAMESPACES:
        message = f'namespaces "{call.name}" is forbidden: this namespace may not be deleted'
        raise ApiError(403, "Forbidden", message, {"name": call.name, "kind": "namespaces"})


def _answers_with_object(call: Call) -> bool:
    """Some types answer with what was deleted even when it is gone (ReturnDeletedObject)."""
    return call.resource.qualified in ("pods", "services", "serviceaccounts")


def _list(call: Call, objects: Iterable[JsonObject]) -> JsonObject:
    shape, now = Representation(), call.cluster.clock()
    version = {"resourceVersion": str(call.cluster.store.revision)}
    return presented_list(list(objects), call.resource, shape, now, version)
