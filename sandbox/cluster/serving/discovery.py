"""Discovery: the aggregated documents of v2, and the older ones for those who ask for them."""

import hashlib
from collections.abc import Iterable

import orjson
from aiohttp import web

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.cluster.reading.negotiation import accepts_aggregated_discovery
from sandbox.cluster.registry import ResourceType, Subresource
from sandbox.cluster.serving.responses import json_response
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import page_not_found, resource_not_found

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
METRICS = "metrics.k8s.io"


def root(cluster: Cluster, path: str, accept: str, known_etag: str) -> web.Response:
    """Answer `/api` and `/apis`, with 304 when the client knows the aggregated document."""
    core = path == "/api"
    if cluster.faults.legacy_discovery or not accepts_aggregated_discovery(accept):
        return json_response(_versions(cluster) if core else _group_list(cluster))
    document = {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [
            _aggregated(cluster, group, versions)
            for group, versions in served_groups(cluster).items()
            if (group == "") is core
        ],
    }
    digest = hashlib.sha256(orjson.dumps(document)).hexdigest().upper()
    etag = f'"{digest}"'
    headers = {"ETag": etag, "Vary": "Accept", "Cache-Control": "public"}
    if known_etag == etag:
        return web.Response(status=304, headers=headers)
    return json_response(document, headers=headers, content_type=AGGREGATED)


def group(cluster: Cluster, name: str) -> web.Response:
    """Answer `/apis/GROUP`."""
    versions = served_groups(cluster).get(name)
    if not versions or not name:
        raise page_not_found()
    return json_response({"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)})


def resources(cluster: Cluster, name: str, version: str) -> web.Response:
    """Answer `/api/v1` and `/apis/GROUP/VERSION`."""
    groups = served_groups(cluster)
    if name not in groups:
        raise page_not_found()
    if version not in groups[name]:
        raise resource_not_found()
    listed = [
        entry
        for resource in cluster.registry.of_group(name, version)
        for entry in _resource_entries(resource)
    ]
    group_version = f"{name}/{version}" if name else version
    head = {"kind": "APIResourceList", "groupVersion": group_version}
    if name:  # the core group's list has no apiVersion, as on a real server
        head["apiVersion"] = "v1"
    return json_response({**head, "resources": listed})


def served_groups(cluster: Cluster) -> dict[str, list[str]]:
    """Return groups and versions; metrics.k8s.io only while it is installed."""
    groups = cluster.registry.groups()
    if cluster.usage.availability == "missing":
        groups.pop(METRICS, None)
    return groups


def is_stale(cluster: Cluster, name: str) -> bool:
    """Tell whether the API server behind an aggregated group does not answer."""
    down = name == METRICS and cluster.usage.availability == "down"
    return down or name in cluster.faults.stale_groups


def _aggregated(cluster: Cluster, name: str, versions: Iterable[str]) -> JsonObject:
    return {
        "metadata": {"name": name} if name else {},
        "versions": [_aggregated_version(cluster, name, version) for version in versions],
    }


def _aggregated_version(cluster: Cluster, name: str, version: str) -> JsonObject:
    if is_stale(cluster, name):
        return {"version": version, "freshness": "Stale"}
    listed = [_aggregated_resource(each) for each in cluster.registry.of_group(name, version)]
    return {"version": version, "resources": listed, "freshness": "Current"}


def _aggregated_resource(resource: ResourceType) -> JsonObject:
    entry: JsonObject = {
        "resource": resource.plural,
        "responseKind": _kind(resource, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.subresources:
        entry["subresources"] = [
            _aggregated_subresource(resource, s) for s in resource.subresources
        ]
    return entry


def _aggregated_subresource(resource: ResourceType, subresource: Subresource) -> JsonObject:
    kind = _kind(resource, subresource.kind)
    if subresource.group:
        kind = {**kind, "group": subresource.group, "version": subresource.version}
    return {
        "subresource": subresource.name,
        "responseKind": kind,
        "verbs": list(subresource.verbs),
    }


def _kind(resource: ResourceType, kind: str) -> JsonObject:
    # Built-in types leave group and version to the enclosing ones; custom ones spell them out.
    spelled = resource.custom is not None
    group_name, version = (resource.group, resource.version) if spelled else ("", "")
    return {"group": group_name, "version": version, "kind": kind}


def _versions(cluster: Cluster) -> JsonObject:
    address = {"clientCIDR": "0.0.0.0/0", "serverAddress": cluster.url.removeprefix("http://")}
    body = {"kind": "APIVersions", "versions": ["v1"]}
    return {**body, "serverAddressByClientCIDRs": [address]}


def _group_list(cluster: Cluster) -> JsonObject:
    listed = [_group(name, v) for name, v in served_groups(cluster).items() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}


def _group(name: str, versions: list[str]) -> JsonObject:
    named = [{"groupVersion": f"{name}/{each}", "version": each} for each in versions]
    return {"name": name, "versions": named, "preferredVersion": named[0]}


def _resource_entries(resource: ResourceType) -> JsonObjects:
    entry: JsonObject = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    return [entry, *(_subresource_entry(resource, each) for each in resource.subresources)]


def _subresource_entry(resource: ResourceType, subresource: Subresource) -> JsonObject:
    entry: JsonObject = {
        "name": f"{resource.plural}/{subresource.name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        "kind": subresource.kind,
        "verbs": list(subresource.verbs),
    }
    if subresource.group:
        entry |= {"group": subresource.group, "version": subresource.version}
    return entry
