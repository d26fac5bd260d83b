"""Checks of metadata: names, labels, annotations, finalizers, the namespace it lives in."""

from collections.abc import Callable, Iterator

from sandbox.cluster import names
from sandbox.cluster.objects import JsonObject, name_of
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.serving.call import Call
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import ApiError, Cause, bad_request, forbidden, not_found

# Set by the server alone; what a client sends is dropped (rest.WipeObjectMetaSystemFields).
SYSTEM_FIELDS = (
    *("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"),
    *("generation", "resourceVersion", "selfLink"),
)
NAME_RULES: dict[tuple[str, str], Callable[[str], list[str]]] = {
    ("", "namespaces"): names.label_faults,
    ("", "services"): names.label_1035_faults,
    **{
        ("rbac.authorization.k8s.io", plural): names.path_segment_faults
        for plural in ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
    },
}


def place(call: Call, obj: JsonObject) -> None:
    """Put the object into the namespace of the URL. Raises 400 when it names another one."""
    metadata = obj.setdefault("metadata", {})
    given = metadata.get("namespace") or ""
    if call.resource.namespaced:
        if given and given != call.namespace:
            raise other_namespace()
        metadata["namespace"] = call.namespace
    else:
        metadata.pop("namespace", None)


def other_namespace() -> ApiError:
    """Return the 400 of an object that names another namespace than the URL."""
    return bad_request(
        "the namespace of the provided object does not match the namespace sent on the request"
    )


def check_namespace(cluster: Cluster, resource: ResourceType, obj: JsonObject) -> None:
    """Refuse to create in a namespace that does not exist (404) or that is going (403)."""
    if not resource.namespaced:
        return
    name = obj["metadata"]["namespace"]
    namespace = cluster.store.peek("", "namespaces", None, name)
    namespaces = cluster.registry.find("", "v1", "namespaces")
    if namespace is None and namespaces is not None:
        raise not_found(namespaces, name)
    if namespace is not None and "deletionTimestamp" in namespace["metadata"]:
        why = f"unable to create new content in namespace {name} because it is being terminated"
        refusal = forbidden(resource, name_of(obj), why)
        message = f"namespace {name} is being terminated"
        cause = {
            "reason": "NamespaceTerminating",
            "message": message,
            "field": "metadata.namespace",
        }
        refusal.details = {**(refusal.details or {}), "causes": [cause]}
        raise refusal


def metadata_faults(resource: ResourceType, metadata: JsonObject) -> Iterator[Cause]:
    """Yield what is wrong with metadata (apimachinery `ValidateObjectMeta`)."""
    name = metadata.get("name") or ""
    if not name:
        yield Cause(
            "FieldValueRequired",
            "Required value: name or generateName is required",
            "metadata.name",
        )
    rule = NAME_RULES.get((resource.group, resource.plural), names.subdomain_faults)
    for fault in rule(name) if name else []:
        yield _invalid(name, fault, "metadata.name")
    yield from _label_faults(metadata.get("labels") or {})
    for key in metadata.get("annotations") or {}:
        for fault in names.label_key_faults(key.lower()):
            yield _invalid(key, fault, "metadata.annotations")


def _label_faults(labels: dict[str, str]) -> Iterator[Cause]:
    for key, value in labels.items():
        for fault in names.label_key_faults(key):
            yield _invalid(key, fault, "metadata.labels")
        for fault in names.label_value_faults(value):
            yield _invalid(value, fault, "metadata.labels")


def _invalid(value: str, fault: str, where: str) -> Cause:
    return Cause("FieldValueInvalid", f'Invalid value: "{value}": {fault}', where)
