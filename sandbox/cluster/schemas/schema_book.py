"""Finds the schema of a type: built-in ones by their `x-kubernetes-group-version-kind`."""

from functools import cache
from pathlib import Path

import orjson

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.schemas.schema import METADATA, PREFIX, Schema

KIND = "x-kubernetes-group-version-kind"


def schema_of(resource: ResourceType, kind: str = "") -> Schema:
    """Return the schema of a type's objects, or of another kind in its version."""
    if resource.custom is not None:
        return _custom(resource)
    return built_in(resource.group, resource.version, kind or resource.kind)


@cache
def built_in(group: str, version: str, kind: str) -> Schema:
    """Return a built-in schema; one that takes anything for a kind without a schema."""
    name = _names().get((group, version, kind), "")
    return Schema(definitions().get(name, {}), definitions())


@cache
def definitions() -> dict[str, JsonObject]:
    """Return all built-in schemas by their full names; read on first use (some 10 ms)."""
    path = Path(__file__).with_name("kubernetes.json")
    read: dict[str, JsonObject] = orjson.loads(path.read_bytes())
    return read


@cache
def _names() -> dict[tuple[str, str, str], str]:
    return {
        (kind["group"], kind["version"], kind["kind"]): name
        for name, schema in definitions().items()
        for kind in schema.get(KIND, [])
    }


def _custom(resource: ResourceType) -> Schema:
    declared = ((resource.custom or {}).get("schema") or {}).get("openAPIV3Schema") or {}
    text = {"type": "string"}
    fields = {
        **(declared.get("properties") or {}),
        "apiVersion": text,
        "kind": text,
        "metadata": {"$ref": PREFIX + METADATA},
    }
    return Schema({**declared, "properties": fields}, definitions())
