"""A release's record taken apart: base64, gzip and JSON, each within bounds.

Whoever may write Secrets writes records, so nothing of them is believed: not the size they unpack
to, not their depth, not that fields have the types that Helm gives them.
"""

import base64
import binascii
import gzip
import re
import zlib
from typing import Any

import orjson

JsonObject = dict[str, Any]

# A record is at most 1 MiB packed; charts full of dashboards unpack to ten times that. Reading
# JSON takes up to twelve times its size for a moment.
MOST_BYTES = 16 * 2**20
# Small values cost the most memory: so many, some 60 MiB, at the very worst.
MOST_VALUES = 500_000
MOST_DEPTH = 100
_TEXTS = re.compile(rb'"[^"]*+"?')
_GZIP = b"\x1f\x8b\x08"
_GZIP_WINDOW = zlib.MAX_WBITS | 16


class UnreadableRecordError(Exception):
    """A record is not what Helm writes; the text says how, and quotes nothing of it."""


def decoded(data: JsonObject, *, layers: int) -> JsonObject:
    """Return the record in an object's ``data``; Secrets have two layers of base64."""
    packed = data.get("release")
    if not isinstance(packed, str) or not packed:
        raise UnreadableRecordError("it is empty")
    raw = packed.encode()
    for _ in range(layers):
        raw = _plain(raw)
    record = _parsed(_unpacked(raw) if raw.startswith(_GZIP) else raw)
    _check(record)
    return record


def encoded(record: JsonObject, *, layers: int) -> str:
    """Return what an object's ``data`` has for a record; the inverse of ``decoded``."""
    raw = gzip.compress(orjson.dumps(record), compresslevel=1, mtime=0)
    for _ in range(layers):
        raw = base64.b64encode(raw)
    return raw.decode()


def _plain(raw: bytes) -> bytes:
    try:
        return base64.b64decode(raw, validate=True)
    except binascii.Error as garbled:
        raise UnreadableRecordError("it is not base64") from garbled


def _unpacked(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = unpacking.decompress(raw, MOST_BYTES + 1)
    except zlib.error as garbled:
        raise UnreadableRecordError("it is not gzip") from garbled
    if len(text) > MOST_BYTES:
        raise UnreadableRecordError(f"it unpacks to more than {MOST_BYTES >> 20} MiB")
    if not unpacking.eof:
        raise UnreadableRecordError("it is cut off")
    return text


def _parsed(text: bytes) -> JsonObject:
    if len(text) > MOST_BYTES:
        raise UnreadableRecordError(f"it is larger than {MOST_BYTES >> 20} MiB")
    if _marks(text) > MOST_VALUES and _values(text) > MOST_VALUES:
        raise UnreadableRecordError(f"it holds more than {MOST_VALUES:,} values")
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as garbled:
        raise UnreadableRecordError("it is not JSON") from garbled
    if not isinstance(record, dict):
        raise UnreadableRecordError("it is no object")
    return record


def _values(text: bytes) -> int:
    """Count values, at most so many too few as there are maps and lists, without reading them."""
    bare = text.replace(rb"\\", b"").replace(rb"\"", b"")
    texts = bare.count(b'"') // 2
    return texts if texts > 2 * MOST_VALUES else _marks(_TEXTS.sub(b"", bare))


def _marks(text: bytes) -> int:
    """Count what stands before each value but the first of a map or list."""
    return sum(map(text.count, (b"[", b"{", b",")))


def _check(record: JsonObject) -> None:
    """Refuse fields of another type than Helm gives them; every one of them may be absent."""
    info, chart = _object(record, "info"), _object(record, "chart")
    _object(record, "config"), _object(chart, "values")
    metadata = _object(chart, "metadata")
    texts = [(record, ("name", "namespace", "manifest")), (metadata, ("name", "version"))]
    texts += [(info, ("status", "description", "notes", "last_deployed")), (metadata, _APP)]
    for owner, names in texts:
        for name in names:
            _typed(owner, name, str, "text")
    _typed(record, "version", int, "a number")
    _typed(record, "hooks", list, "a list")
    if not all(isinstance(hook, dict) for hook in record.get("hooks") or ()):
        raise UnreadableRecordError("its hooks are no objects")
    for hook in record.get("hooks") or ():
        _object(hook, "last_run")
    _check_depth(record)


_APP = ("appVersion",)


def _object(owner: JsonObject, name: str) -> JsonObject:
    _typed(owner, name, dict, "an object")
    return owner.get(name) or {}


def _typed(owner: JsonObject, name: str, kind: type, said: str) -> None:
    if not isinstance(owner.get(name), kind | None):
        raise UnreadableRecordError(f'its field "{name}" is not {said}')


def _check_depth(record: JsonObject) -> None:
    level: list[Any] = [record]
    for _ in range(MOST_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise UnreadableRecordError(f"it is nested deeper than {MOST_DEPTH} levels")


def _children(node: Any) -> list[Any]:
    inside = node.values() if isinstance(node, dict) else node
    return [child for child in inside if isinstance(child, dict | list)]
