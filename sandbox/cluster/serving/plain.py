"""Paths that are no resources: version, health, discovery, OpenAPI."""

from collections.abc import Callable

from aiohttp import web

from sandbox.cluster.serving import discovery, openapi
from sandbox.cluster.serving.responses import json_response
from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import page_not_found

VERSION = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.3",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "go1.26.8",
    "compiler": "gc",
    "platform": "linux/amd64",
}
CHECKS = (
    *("ping", "log", "etcd", "etcd-readiness", "informer-sync"),
    *("poststarthook/rbac/bootstrap-roles", "poststarthook/bootstrap-controller"),
)


def plain_answer(cluster: Cluster, request: web.BaseRequest) -> web.Response:
    """Answer a GET of a path that names no resource. Raises the plain 404."""
    path = request.path.rstrip("/") or "/"
    if path in _FIXED:
        return _FIXED[path](cluster, request)
    if path.startswith("/openapi/"):
        return openapi.document(cluster, path)
    match path.strip("/").split("/"):
        case ["api", version]:
            return discovery.resources(cluster, "", version)
        case ["apis", group]:
            return discovery.group(cluster, group)
        case ["apis", group, version]:
            return discovery.resources(cluster, group, version)
    raise page_not_found()


def _version(cluster: Cluster, request: web.BaseRequest) -> web.Response:
    return json_response(VERSION)


def _health(cluster: Cluster, request: web.BaseRequest) -> web.Response:
    if "verbose" not in request.query:
        return web.Response(text="ok")
    name = request.path.strip("/")
    checks = [f"[+]{check} ok" for check in CHECKS]
    return web.Response(text="\n".join([*checks, f"{name} check passed", ""]))


def _discovery(cluster: Cluster, request: web.BaseRequest) -> web.Response:
    accept = request.headers.get("Accept", "")
    known = request.headers.get("If-None-Match", "")
    return discovery.root(cluster, request.path.rstrip("/"), accept, known)


def _root(cluster: Cluster, request: web.BaseRequest) -> web.Response:
    groups = discovery.served_groups(cluster)
    paths = [f"/apis/{name}/{each}" for name, versions in groups.items() for each in versions]
    known = ["/api", "/api/v1", "/apis", *paths, *_FIXED]
    return json_response({"paths": sorted(set(known) - {"/"})})


_FIXED: dict[str, Callable[[Cluster, web.BaseRequest], web.Response]] = {
    "/": _root,
    "/version": _version,
    "/healthz": _health,
    "/livez": _health,
    "/readyz": _health,
    "/api": _discovery,
    "/apis": _discovery,
}
