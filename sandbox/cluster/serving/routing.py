"""From a request to the call that its handler gets: path, authorization, served resource."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from aiohttp import web

from sandbox.cluster.access.rbac import Attributes, allows, refusal
from sandbox.cluster.access.users import User
from sandbox.cluster.parameters import Parameters
from sandbox.cluster.reading.field_selector import parse_field_selector
from sandbox.cluster.reading.label_selector import SelectorError
from sandbox.cluster.registry import ResourceType
from sandbox.cluster.requests import Request
from sandbox.cluster.serving.call import Call
from sandbox.cluster.serving.discovery import served_groups
from sandbox.cluster.serving.paths import ResourcePath
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import (
    ApiError,
    forbidden,
    method_not_allowed,
    not_found,
    page_not_found,
    resource_not_found,
)

NAMESPACELESS_VERBS = ("list", "watch")


def authorize_path(cluster: Cluster, user: User, http: web.BaseRequest) -> None:
    """Raise 403 when the user may not see a path that is no resource."""
    asked = Attributes(http.method.lower(), path=http.path)
    if not allows(cluster.store, user, asked):
        raise ApiError(403, "Forbidden", f"forbidden: {refusal(user, asked)}", {})


def route(
    cluster: Cluster, http: web.BaseRequest, request: Request, user: User, path: ResourcePath
) -> Call:
    """Return the call of a resource request. Raises 403 before it looks whether anything exists."""
    query = Parameters(_query(http.query_string))
    verb = path.verb(http.method, bool(query.flag("watch")))
    authorize(cluster, user, path, verb, query)
    resource = _served(cluster, path)
    _check_path(resource, path, verb)
    subresource = resource.subresource(path.subresource)
    if path.subresource and subresource is None:
        raise resource_not_found() if resource.custom is None else not_found(resource, path.name)
    verbs = subresource.verbs if subresource else resource.verbs
    if verb not in verbs:
        raise method_not_allowed()
    return Call(
        cluster=cluster,
        http=http,
        request=request,
        verb=verb,
        query=query,
        headers=http.headers,
        body=request.body,
        user=user,
        resource=resource,
        namespace=path.namespace if resource.namespaced else "",
        name=path.name,
        subresource=subresource,
        warnings=[*cluster.faults.warnings, *_deprecation(resource)],
    )


def authorize(
    cluster: Cluster, user: User, path: ResourcePath, verb: str, query: Parameters
) -> None:
    """Raise the 403 of a resource request that no rule allows."""
    asked = Attributes(
        verb=verb,
        group=path.group,
        resource=path.plural,
        subresource=path.subresource,
        namespace=path.namespace,
        name=path.name or _selected_name(path, query),
    )
    if not allows(cluster.store, user, asked):
        raise forbidden(_unchecked(path), asked.name, refusal(user, asked))


DEPRECATED = {
    "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    "componentstatuses": "v1 ComponentStatus is deprecated in v1.19+",
}


def _deprecation(resource: ResourceType) -> list[str]:
    """Return what the server warns of with every request for a type."""
    custom = resource.custom or {}
    if custom.get("deprecated"):
        default = f"{resource.api_version} {resource.kind} is deprecated"
        return [custom.get("deprecationWarning") or default]
    text = DEPRECATED.get(resource.qualified)
    return [text] if text else []


def _query(query_string: str) -> Mapping[str, list[str]]:
    return parse_qs(query_string, keep_blank_values=True)


def _selected_name(path: ResourcePath, query: Parameters) -> str:
    """A field selector for one name makes the request one about that name."""
    try:
        selector = parse_field_selector(query.text("fieldSelector"), _unchecked(path))
    except SelectorError:
        return ""
    return selector.exact("metadata.name") or ""


def _unchecked(path: ResourcePath) -> ResourceType:
    return ResourceType(path.group, path.version, path.plural, kind="")


def _served(cluster: Cluster, path: ResourcePath) -> ResourceType:
    groups = served_groups(cluster)
    if path.group not in groups:
        raise page_not_found()
    resource = cluster.registry.find(path.group, path.version, path.plural)
    if resource is None or path.version not in groups[path.group]:
        raise resource_not_found()
    return resource


def _check_path(resource: ResourceType, path: ResourcePath, verb: str) -> None:
    if verb in ("update", "patch") and not path.name:
        raise method_not_allowed()
    if verb == "create" and path.name and not path.subresource:
        raise method_not_allowed()
    is_namespace = (resource.group, resource.plural) == ("", "namespaces")
    if path.namespace and not resource.namespaced and not is_namespace:
        raise resource_not_found() if resource.custom is None else page_not_found()
    if resource.namespaced and not path.namespace:
        if path.name:
            raise resource_not_found()
        if verb not in NAMESPACELESS_VERBS:
            raise method_not_allowed()
