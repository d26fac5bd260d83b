"""Kubernetes' protobuf, as typed Go clients send it: decoded into the JSON it stands for.

`protobuf_fields.json` lists the fields of each message (`generated.proto` of the Kubernetes
sources, Apache License 2.0) as number, JSON name, type, and `one`, `list`, `map` or `inline`.
"""

import base64
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from sandbox.cluster.objects import JsonObject, micro_timestamp, timestamp

MAGIC = b"k8s\x00"
META = "k8s.io.apimachinery.pkg.apis.meta.v1"
WIRE_VARINT, WIRE_64, WIRE_BYTES, WIRE_32 = 0, 1, 2, 5


class ProtobufError(Exception):
    """The bytes are not what they should be."""


def from_protobuf(body: bytes) -> JsonObject:
    """Decode an enveloped object (apimachinery `runtime.Unknown`). Raises ProtobufError."""
    if not body.startswith(MAGIC):
        raise ProtobufError("the body lacks the prefix of Kubernetes' protobuf")
    envelope = dict(_fields(body[len(MAGIC) :]))
    kind_of = {number: _text(value) for number, value in _fields(envelope[1])}
    api_version, kind = kind_of.get(1, ""), kind_of.get(2, "")
    message = _definitions()["kinds"].get(f"{api_version}/{kind}")
    if message is None:
        raise ProtobufError(f"no protobuf definition of {kind} in {api_version}")
    return {"apiVersion": api_version, "kind": kind, **_message(envelope.get(2, b""), message)}


@cache
def _definitions() -> Any:
    return orjson.loads(Path(__file__).with_name("protobuf_fields.json").read_bytes())


def _message(data: bytes, name: str) -> JsonObject:
    declared = _definitions()["messages"][name]
    decoded: JsonObject = {}
    for number, raw in _fields(data):
        if str(number) not in declared:
            continue
        field, kind, how = declared[str(number)]
        if how == "inline":
            decoded |= _message(raw, kind)
        elif how == "map":
            key, value = _entry(raw, kind)
            decoded.setdefault(field, {})[key] = value
        elif how == "list":
            decoded.setdefault(field, []).append(_value(raw, kind))
        elif not _is_unset(raw, kind):
            decoded[field] = _value(raw, kind)
    return decoded


def _is_unset(raw: Any, kind: str) -> bool:
    """Go's encoder writes empty strings and empty structs where JSON leaves the member out."""
    return raw == b"" and (kind == "string" or kind in (f"{META}.Time", f"{META}.MicroTime"))


def _entry(raw: bytes, kind: str) -> tuple[str, Any]:
    pair = dict(_fields(raw))
    empty: Any = b"" if kind not in ("int32", "int64", "bool") else 0
    return _text(pair.get(1, b"")), _value(pair.get(2, empty), kind)


def _value(raw: Any, kind: str) -> Any:
    if kind in _SCALARS:
        return _SCALARS[kind](raw)
    return _SPECIAL[kind](raw) if kind in _SPECIAL else _message(raw, kind)


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        wire = tag & 7
        if wire == WIRE_VARINT:
            value, position = _varint(data, position)
            yield tag >> 3, value
            continue
        if wire == WIRE_BYTES:
            length, position = _varint(data, position)
        elif wire in (WIRE_64, WIRE_32):
            length = 8 if wire == WIRE_64 else 4
        else:
            raise ProtobufError(f"unknown wire type {wire}")
        yield tag >> 3, data[position : position + length]
        position += length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data):
            raise ProtobufError("the body ends in the middle of a number")
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _signed(raw: int) -> int:
    return raw - (1 << 64) if raw >= 1 << 63 else raw


def _time(raw: bytes) -> str:
    return timestamp(_moment(raw))


def _micro_time(raw: bytes) -> str:
    return micro_timestamp(_moment(raw))


def _moment(raw: bytes) -> datetime:
    parts = dict(_fields(raw))
    seconds = _signed(parts.get(1, 0)) + _signed(parts.get(2, 0)) / 1e9
    return datetime.fromtimestamp(seconds, UTC)


def _quantity(raw: bytes) -> str:
    return _text(dict(_fields(raw)).get(1, b""))


def _int_or_string(raw: bytes) -> int | str:
    parts = dict(_fields(raw))
    return _text(parts.get(3, b"")) if parts.get(1) else _signed(parts.get(2, 0))


def _embedded_json(raw: bytes) -> Any:
    return orjson.loads(dict(_fields(raw)).get(1, b"null"))


def _duration(raw: bytes) -> str:
    return f"{_signed(dict(_fields(raw)).get(1, 0)) / 1e9:g}s"


def _texts(raw: bytes) -> list[str]:
    return [_text(value) for _, value in _fields(raw)]


_SCALARS: dict[str, Any] = {
    "string": _text,
    "bytes": lambda raw: base64.b64encode(raw).decode(),
    "bool": bool,
    "int32": _signed,
    "int64": _signed,
    "uint32": int,
    "uint64": int,
    "double": lambda raw: struct.unpack("<d", raw)[0],
}
_API = "k8s.io.apimachinery.pkg"
_SPECIAL: dict[str, Any] = {
    f"{META}.Time": _time,
    f"{META}.MicroTime": _micro_time,
    f"{META}.Duration": _duration,
    f"{META}.FieldsV1": _embedded_json,
    f"{_API}.runtime.RawExtension": _embedded_json,
    f"{_API}.api.resource.Quantity": _quantity,
    f"{_API}.util.intstr.IntOrString": _int_or_string,
    "k8s.io.api.authentication.v1.ExtraValue": _texts,
    "k8s.io.api.authorization.v1.ExtraValue": _texts,
    "k8s.io.api.certificates.v1.ExtraValue": _texts,
    "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSON": _embedded_json,
}
