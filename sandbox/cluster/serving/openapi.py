"""OpenAPI documents; until schemas are loaded only the index, which kubectl copes with."""

from aiohttp import web

from sandbox.cluster.state import Cluster
from sandbox.cluster.statuses import page_not_found


def document(cluster: Cluster, path: str) -> web.Response:
    """Answer a path below `/openapi`. Raises the plain 404 for an unknown one."""
    raise page_not_found()
