"""What the API server serves, read from aggregated discovery, or group by group where it has none.

Two GETs instead of one per group (``apidiscovery.k8s.io/v2``, Kubernetes 1.30 and later). A group
whose own server is down is listed as ``Stale`` without resources and is left out; its name is kept
for refusals.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from clients.errors import ClientError
from clients.kubernetes.objects import JsonObject, ResourceType
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.session import Session

_AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
)


@dataclass(frozen=True, slots=True)
class Api:
    """Every resource type, in the server's order of preference, and the groups that are down."""

    types: tuple[ResourceType, ...]
    stale_groups: tuple[str, ...] = ()


async def discover(session: Session) -> Api:
    """Read ``/api`` and ``/apis`` at once."""
    core, groups = await asyncio.gather(
        session.json(Request("GET", "/api", accept=_AGGREGATED)),
        session.json(Request("GET", "/apis", accept=_AGGREGATED)),
    )
    if "items" in core.body and "items" in groups.body:
        items = [*core.body["items"], *groups.body["items"]]
        return Api(tuple(_types(items)), tuple(_stale(items)))
    return await _discover_each(session, core.body, groups.body)


def _types(groups: Iterable[JsonObject]) -> Iterator[ResourceType]:
    for group in groups:
        name = group.get("metadata", {}).get("name", "")
        for version in group.get("versions", []):
            for resource in version.get("resources", []):
                yield _aggregated_type(name, version["version"], resource)


def _aggregated_type(group: str, version: str, resource: JsonObject) -> ResourceType:
    return ResourceType(
        group=group,
        version=version,
        plural=resource["resource"],
        singular=resource.get("singularResource") or "",
        kind=(resource.get("responseKind") or {}).get("kind", ""),
        namespaced=resource.get("scope") == "Namespaced",
        verbs=frozenset(resource.get("verbs", [])),
        short_names=tuple(resource.get("shortNames", [])),
        categories=tuple(resource.get("categories", [])),
        subresources={
            sub["subresource"]: frozenset(sub.get("verbs", []))
            for sub in resource.get("subresources", [])
        },
    )


def _stale(groups: Iterable[JsonObject]) -> Iterator[str]:
    for group in groups:
        if any(version.get("freshness") == "Stale" for version in group.get("versions", [])):
            yield group.get("metadata", {}).get("name", "")


async def _discover_each(session: Session, core: Any, groups: Any) -> Api:
    """Ask for every group version by itself, preferred versions first."""
    wanted = [("", version) for version in core.get("versions", ["v1"])]
    for group in groups.get("groups", []):
        preferred = group.get("preferredVersion", {}).get("version")
        versions = [version["version"] for version in group["versions"]]
        versions.sort(key=lambda version: version != preferred)
        wanted += [(group["name"], version) for version in versions]
    found = await asyncio.gather(*(_group_version(session, *pair) for pair in wanted))
    stale = [group for (group, _), types in zip(wanted, found, strict=True) if types is None]
    return Api(tuple(one for types in found for one in types or ()), tuple(stale))


async def _group_version(session: Session, group: str, version: str) -> list[ResourceType] | None:
    path = f"/apis/{group}/{version}" if group else f"/api/{version}"
    try:
        listed = (await session.json(Request("GET", path))).body.get("resources", [])
    except ClientError:
        return None
    below: dict[str, dict[str, frozenset[str]]] = {}
    for resource in listed:
        plural, _, subresource = resource["name"].partition("/")
        if subresource:
            verbs = frozenset(resource.get("verbs", []))
            below.setdefault(plural, {})[subresource] = verbs
    return [
        ResourceType(
            group=group,
            version=version,
            plural=resource["name"],
            singular=resource.get("singularName") or "",
            kind=resource["kind"],
            namespaced=resource["namespaced"],
            verbs=frozenset(resource.get("verbs", [])),
            short_names=tuple(resource.get("shortNames") or ()),
            categories=tuple(resource.get("categories") or ()),
            subresources=below.get(resource["name"], {}),
        )
        for resource in listed
        if "/" not in resource["name"]
    ]
