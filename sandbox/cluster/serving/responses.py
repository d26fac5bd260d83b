"""Answers as bytes: JSON or YAML, compressed when large, with warnings as headers."""

import asyncio
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import yaml
from aiohttp import web
from multidict import CIMultiDict

from sandbox.cluster.statuses import ApiError, PlainTextError

COMPRESSED_FROM_BYTES = 128 * 1024  # responsewriters/writers.go defaultGzipThresholdBytes
JSON = "application/json"


def json_response(
    content: Any,
    code: int = 200,
    headers: Mapping[str, str] | None = None,
    warnings: Iterable[str] = (),
    content_type: str = JSON,
) -> web.Response:
    """Return a body in JSON, or in YAML when `content_type` says so."""
    if content_type == "application/yaml":
        body = yaml.safe_dump(content, default_flow_style=False).encode()
    else:
        body = orjson.dumps(content)
    all_headers = CIMultiDict(headers or {})
    all_headers["Content-Type"] = content_type
    all_headers.setdefault("Cache-Control", "no-cache, private")
    for each in dict.fromkeys(warnings):
        quoted = each.replace("\\", "\\\\").replace('"', '\\"')
        all_headers.add("Warning", f'299 - "{quoted}"')
    return web.Response(status=code, body=body, headers=all_headers)


def error_response(refusal: ApiError, warnings: Iterable[str] = ()) -> web.Response:
    """Return the Status of a refusal."""
    return json_response(refusal.status, refusal.code, refusal.headers, warnings)


def text_response(refusal: PlainTextError) -> web.Response:
    """Return an answer in plain text."""
    return web.Response(status=refusal.code, text=refusal.text)


async def compressed(response: web.Response, accept_encoding: str) -> web.Response:
    """Compress a large body for a client that takes gzip, beside the event loop."""
    body = response.body
    if not isinstance(body, bytes) or len(body) < COMPRESSED_FROM_BYTES:
        return response
    if "gzip" not in accept_encoding or "Content-Encoding" in response.headers:
        return response
    response.body = await asyncio.to_thread(_gzipped, body)
    response.headers["Content-Encoding"] = "gzip"
    return response


def _gzipped(body: bytes) -> bytes:
    compressor = zlib.compressobj(level=1, wbits=31)
    return compressor.compress(body) + compressor.flush()
