"""Request bodies: JSON, YAML or Kubernetes' protobuf, decoded into plain JSON."""

from collections.abc import Callable
from typing import Any

import orjson
import yaml

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.serving.call import Call
from sandbox.cluster.serving.protobuf import ProtobufError, from_protobuf
from sandbox.cluster.serving.yaml_loading import Loader
from sandbox.cluster.statuses import bad_request, unsupported_media_type

ACCEPTED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")


def content_type_of(call: Call) -> str:
    """Return the media type of the body without parameters, JSON when there is none."""
    media_type = call.headers.get("Content-Type", "").partition(";")[0].strip()
    return media_type or "application/json"


def decoded(call: Call) -> JsonObject:
    """Decode the body into an object. Raises 415 or 400."""
    content_type = content_type_of(call)
    if content_type not in ACCEPTED:
        raise unsupported_media_type(ACCEPTED)
    content = _PARSERS[content_type](call.body)
    if not isinstance(content, dict):
        raise bad_request("couldn't get version/kind; json parse error: not an object")
    return content


def from_json(body: bytes) -> Any:
    """Parse JSON. Raises 400."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        why = f"couldn't get version/kind; json parse error: {fault.msg}"
        raise bad_request(why) from fault


def from_yaml(body: bytes) -> Any:
    """Parse YAML as the API server reads it. Raises 400."""
    try:
        return yaml.load(body, Loader)  # noqa: S506 - a loader of plain data only
    except yaml.YAMLError as fault:
        raise bad_request(f"error converting YAML to JSON: {fault}") from fault


def _from_protobuf(body: bytes) -> JsonObject:
    try:
        return from_protobuf(body)
    except ProtobufError as fault:
        raise bad_request(str(fault)) from fault


_PARSERS: dict[str, Callable[[bytes], Any]] = {
    "application/json": from_json,
    "application/yaml": from_yaml,
    "application/vnd.kubernetes.protobuf": _from_protobuf,
}
