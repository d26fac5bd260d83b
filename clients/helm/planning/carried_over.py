"""Secret values that a chart only carries over from the cluster, in a preview.

There ``lookup`` gives a chart fingerprints (``executable/secrecy.py``). Where a Secret is rendered
with one of them, the value stays what it is, and so does its fingerprint. Anywhere else a
fingerprint is something the API server must not see as a value: it is written as a plain word.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

import orjson

from clients.kubernetes.objects import JsonObject

_WHOLE = re.compile(r"<redacted \d+ bytes, fingerprint [0-9a-f]{6}>")
_ANYWHERE = re.compile(rb"<redacted (\d+) bytes, fingerprint ([0-9a-f]{6})>")


def carried_over(obj: JsonObject) -> Mapping[str, str]:
    """Return what of a Secret is carried over: the fingerprints by their keys."""
    if obj.get("kind") != "Secret":
        return {}
    plain = {key: _plain(value) for key, value in (obj.get("data") or {}).items()}
    plain |= {key: str(value) for key, value in (obj.get("stringData") or {}).items()}
    return {key: value for key, value in plain.items() if _WHOLE.fullmatch(value)}


def tryable(obj: JsonObject) -> JsonObject:
    """Return the object without fingerprints that would look like values sent back."""
    text = _ANYWHERE.sub(rb"redacted-\1-bytes-\2", orjson.dumps(obj))
    tried: JsonObject = orjson.loads(text)
    return tried


def restored(obj: JsonObject | None, kept: Mapping[str, str]) -> JsonObject | None:
    """Return the object as tried, with the fingerprints of what is carried over."""
    if obj is None or not kept:
        return obj
    return {**obj, "data": {**(obj.get("data") or {}), **kept}}


def _plain(value: Any) -> str:
    try:
        return base64.b64decode(str(value), validate=True).decode()
    except ValueError:
        return ""
