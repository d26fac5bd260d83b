"""An API server with nothing but pods, as many as wanted, streamed without being kept.

It stands in for a cluster that no test machine can hold. It answers pages, Tables and names, and
compresses large answers, as kube-apiserver does; the pods come from ``pod.yaml``.
"""

import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import yaml
from aiohttp import web

OLDEST = datetime(2026, 1, 1, tzinfo=UTC)
STRIDE = 7919  # a prime: ages come in no order, so that sorting has something to do
PIECE_PODS = 50
GZIP_FROM_PODS = 20  # kube-apiserver compresses from 128 KiB on, at level 1
GZIP = 16 + zlib.MAX_WBITS

_POD = yaml.safe_load(Path(__file__).with_name("pod.yaml").read_text())
_TYPED = {"kind": "Pod", "apiVersion": "v1", **_POD}
_METADATA = {
    "kind": "PartialObjectMetadata",
    "apiVersion": "meta.k8s.io/v1",
    "metadata": _POD["metadata"],
}
_CELLS = [_POD["metadata"]["name"], "1/1", "Running", "0", "3d", "192.0.2.8", "node-7", "<none>"]
_COLUMNS = [
    {"name": name, "type": "string", "format": format_, "priority": priority, "description": ""}
    for name, format_, priority in (
        ("Name", "name", 0),
        ("Ready", "", 0),
        ("Status", "", 0),
        ("Restarts", "", 0),
        ("Age", "", 0),
        ("IP", "", 1),
        ("Node", "", 1),
        ("Nominated Node", "", 1),
    )
]
_ITEMS: dict[str, bytes] = {
    "Object": orjson.dumps({"cells": _CELLS, "object": _TYPED}),
    "Metadata": orjson.dumps({"cells": _CELLS, "object": _METADATA}),
    "None": orjson.dumps({"cells": _CELLS, "object": None}),
    "pod": orjson.dumps(_POD),
    "name": orjson.dumps(_METADATA),
}


@asynccontextmanager
async def served_pods(count: int) -> AsyncIterator[str]:
    """Serve a cluster with so many pods on 127.0.0.1 and yield its URL."""
    app = web.Application()
    app.add_routes(
        [
            web.get("/version", fixed({"major": "1", "minor": "36", "gitVersion": "v1.36.0"})),
            web.get("/api", fixed(discovery("", _resource("pods", "Pod", namespaced=True)))),
            web.get("/apis", fixed(discovery("apps"))),
            web.get("/api/v1/pods", _pods(count)),
            web.get("/api/v1/namespaces/{namespace}/pods", _pods(count)),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def fixed(document: dict[str, Any]) -> Any:
    """Answer every request with one document."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(document)

    return answer


def discovery(group: str, *resources: dict[str, Any]) -> dict[str, Any]:
    """Build the aggregated discovery document of one group."""
    versions = [{"version": "v1", "resources": list(resources), "freshness": "Current"}]
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "items": [{"metadata": {"name": group}, "versions": versions}],
    }


def _resource(plural: str, kind: str, *, namespaced: bool) -> dict[str, Any]:
    return {
        "resource": plural,
        "responseKind": {"group": "", "version": "v1", "kind": kind},
        "scope": "Namespaced" if namespaced else "Cluster",
        "singularResource": kind.lower(),
        "verbs": ["get", "list", "watch"],
    }


def _pods(count: int) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        first = int(request.query.get("continue", 0))
        end = min(first + int(request.query.get("limit", count)), count)
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        squeeze = None
        if end - first >= GZIP_FROM_PODS and "gzip" in request.headers.get("Accept-Encoding", ""):
            squeeze = zlib.compressobj(level=1, wbits=GZIP)
            response.headers["Content-Encoding"] = "gzip"
        await response.prepare(request)
        for piece in _document(request, first, end, count):
            await response.write(squeeze.compress(piece) if squeeze else piece)
        if squeeze:
            await response.write(squeeze.flush())
        return response

    return answer


def _document(request: web.Request, first: int, end: int, count: int) -> Iterator[bytes]:
    head, item = _form(request)
    metadata: dict[str, Any] = {"resourceVersion": "7"}
    if end < count:
        metadata |= {"continue": str(end), "remainingItemCount": count - end}
    opened = orjson.dumps({**head, "metadata": metadata})[:-1]
    yield opened + (b',"rows":[' if head["kind"] == "Table" else b',"items":[')
    for start in range(first, end, PIECE_PODS):
        pods = range(start, min(start + PIECE_PODS, end))
        yield b"," * (start > first) + b",".join(_filled(item, index, count) for index in pods)
    yield b"]}"


def _form(request: web.Request) -> tuple[dict[str, Any], bytes]:
    """Return what the list says of itself and the template of an item, as the client accepts."""
    accept = request.headers.get("Accept", "")
    if "as=Table" in accept:
        head = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "columnDefinitions": _COLUMNS}
        return head, _ITEMS[request.query.get("includeObject", "Metadata")]
    if "as=PartialObjectMetadataList" in accept:
        head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
        return head, _ITEMS["name"]
    return {"kind": "PodList", "apiVersion": "v1"}, _ITEMS["pod"]


def _filled(item: bytes, index: int, count: int) -> bytes:
    created = OLDEST + timedelta(seconds=index * STRIDE % count)
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return item.replace(b"INDEX", b"%05d" % index).replace(b"CREATED", stamp)
