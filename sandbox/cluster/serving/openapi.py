"""OpenAPI v3: what `kubectl explain`, `kubectl apply` and other clients read of the schemas."""

import hashlib
from collections.abc import Iterator

import orjson
from aiohttp import web

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.schemas import definitions, schema_of
from sandbox.cluster.schemas.schema import PREFIX
from sandbox.cluster.serving.responses import json_response
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import page_not_found

KIND = "x-kubernetes-group-version-kind"
# What kubectl looks for before it lets the server check fields.
WRITE_PARAMETERS = [
    {"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}}
    for name in ("dryRun", "fieldManager", "fieldValidation")
]


def document(cluster: Cluster, path: str) -> web.Response:
    """Answer a path below `/openapi/v3`. Raises the plain 404 for anything else."""
    if path == "/openapi/v3":
        return json_response({"paths": dict(_index(cluster))})
    group, version = _group_version(path)
    resources = cluster.registry.of_group(group, version)
    if not resources:
        raise page_not_found()
    return json_response(_document(resources))


def _index(cluster: Cluster) -> Iterator[tuple[str, JsonObject]]:
    for group, versions in cluster.registry.groups().items():
        for version in versions:
            path = f"apis/{group}/{version}" if group else f"api/{version}"
            resources = cluster.registry.of_group(group, version)
            digest = hashlib.sha256(repr(resources).encode()).hexdigest().upper()
            yield path, {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}


def _group_version(path: str) -> tuple[str, str]:
    match path.removeprefix("/openapi/v3/").split("/"):
        case ["api", version]:
            return "", version
        case ["apis", group, version]:
            return group, version
    raise page_not_found()


def _document(resources: list[ResourceType]) -> JsonObject:
    paths: JsonObject = {}
    schemas: JsonObject = {}
    for each in resources:
        paths |= _paths(each)
        _add_schema(each, schemas)
    info = {"title": "Kubernetes", "version": "v1.36.3"}
    return {
        "openapi": "3.0.0",
        "info": info,
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _paths(resource: ResourceType) -> JsonObject:
    prefix = f"/apis/{resource.api_version}" if resource.group else f"/api/{resource.version}"
    if resource.namespaced:
        prefix += "/namespaces/{namespace}"
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    read, write = {KIND: kind}, {KIND: kind, "parameters": WRITE_PARAMETERS}
    one = {"get": read, "patch": write, "put": write, "delete": read}
    return {
        f"{prefix}/{resource.plural}": {"get": read, "post": write},
        f"{prefix}/{resource.plural}/{{name}}": one,
    }


def _add_schema(resource: ResourceType, schemas: JsonObject) -> None:
    """Add the type's schema and all that it refers to."""
    schema = schema_of(resource).raw
    if not schema:
        return
    name = _name(resource)
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    schemas[name] = {**schema, KIND: [kind]}
    waiting = list(_references(schemas[name]))
    while waiting:
        reference = waiting.pop()
        if reference not in schemas and reference in definitions():
            schemas[reference] = definitions()[reference]
            waiting += _references(schemas[reference])


def _name(resource: ResourceType) -> str:
    reversed_group = ".".join(reversed(resource.group.split(".")))
    if resource.custom is not None:
        return f"{reversed_group}.{resource.version}.{resource.kind}"
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    return next(name for name, each in definitions().items() if kind in each.get(KIND, []))


def _references(schema: JsonObject) -> set[str]:
    """Find all references by their text: faster than a walk, and nothing else looks like them."""
    text = orjson.dumps(schema).decode()
    parts = text.split(f'"$ref":"{PREFIX}')[1:]
    return {part.partition('"')[0] for part in parts}
