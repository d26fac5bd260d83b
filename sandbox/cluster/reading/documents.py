"""Objects and lists in the representation that was negotiated: plain, Table or metadata only."""

from collections.abc import Sequence
from datetime import datetime

from sandbox.cluster.conversion import to_version
from sandbox.cluster.objects import JsonObject
from sandbox.cluster.reading.negotiation import Representation
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.statuses import ApiError, bad_request
from sandbox.cluster.tables import table

INCLUDES = ("", "Metadata", "Object", "None")


def presented(
    obj: JsonObject,
    resource: ResourceType,
    shape: Representation,
    now: datetime,
    include: str = "",
) -> JsonObject:
    """Return one stored object as it is asked for. Raises 406 for a list's representation."""
    if shape.transformed == "PartialObjectMetadataList":
        kind = f"requested object is not a list ({_go_type(resource, resource.kind)})"
        raise _wrong_shape(f"you requested PartialObjectMetadataList, but the {kind}")
    if shape.transformed == "Table":
        version = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        return as_table([obj], resource, shape, now, version, include)
    if shape.transformed:
        return partial(obj, shape)
    return to_version(obj, resource)


def presented_list(
    objects: Sequence[JsonObject],
    resource: ResourceType,
    shape: Representation,
    now: datetime,
    metadata: JsonObject,
    include: str = "",
) -> JsonObject:
    """Return stored objects as a list of the kind asked for. Raises 406 for a single's one."""
    if shape.transformed == "PartialObjectMetadata":
        kind = f"requested object is a list ({_go_type(resource, resource.list_kind)})"
        raise _wrong_shape(f"you requested PartialObjectMetadata, but the {kind}")
    if shape.transformed == "Table":
        return as_table(objects, resource, shape, now, metadata, include)
    if shape.transformed:
        items = [partial(each, shape) for each in objects]
        head = {
            "kind": "PartialObjectMetadataList",
            "apiVersion": f"meta.k8s.io/{shape.version}",
        }
        return {**head, "metadata": metadata, "items": items}
    items = [to_version(each, resource) for each in objects]
    if resource.custom is None:  # the items of typed lists lack kind and apiVersion
        items = [{k: v for k, v in each.items() if k not in _TYPE} for each in items]
    else:
        metadata = {"continue": "", **metadata}
    head = {"kind": resource.list_kind, "apiVersion": resource.api_version}
    return {**head, "metadata": metadata, "items": items}


def as_table(
    objects: Sequence[JsonObject],
    resource: ResourceType,
    shape: Representation,
    now: datetime,
    metadata: JsonObject,
    include: str,
) -> JsonObject:
    """Return a `meta.k8s.io` Table whose rows hold what `includeObject` asks for."""
    if include not in INCLUDES:
        why = f"Invalid value: \"{include}\": must be 'Metadata', 'Object', 'None', or empty"
        raise bad_request(f"Unable to convert to Table as requested: includeObject: {why}")
    printed = table(resource, objects, now)
    rows = [
        {**row, "object": _included(each, resource, shape, include)}
        for row, each in zip(printed["rows"], objects, strict=True)
    ]
    head = {"kind": "Table", "apiVersion": f"meta.k8s.io/{shape.version}", "metadata": metadata}
    return {**head, "columnDefinitions": printed["columnDefinitions"], "rows": rows}


def partial(obj: JsonObject, shape: Representation) -> JsonObject:
    """Return an object's PartialObjectMetadata."""
    head = {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{shape.version}"}
    return {**head, "metadata": obj["metadata"]}


_TYPE = ("kind", "apiVersion")


def _included(
    obj: JsonObject, resource: ResourceType, shape: Representation, include: str
) -> JsonObject | None:
    if include == "None":
        return None
    return to_version(obj, resource) if include == "Object" else partial(obj, shape)


def _wrong_shape(message: str) -> ApiError:
    return ApiError(406, "NotAcceptable", message)


def _go_type(resource: ResourceType, kind: str) -> str:
    if resource.custom is not None:
        return "*unstructured." + ("UnstructuredList" if kind.endswith("List") else "Unstructured")
    group = resource.group.partition(".")[0] or "core"
    return f"*{group}.{kind}"
