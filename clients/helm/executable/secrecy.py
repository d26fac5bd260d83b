"""What helm, and so a chart, gets to see of secrets, and what of that may be shown afterwards.

A chart can read any object by ``lookup`` and write it into a ConfigMap or its notes. In a preview
nothing was approved: objects come masked as they do to reading tools, Secrets with fingerprints
instead of their values, so that a value which is only carried over still equals the live one. In a
real run the values are real, remembered, and taken out of what helm prints.

Helm's own records it asks for as protobuf, which ``lookup`` never does. A real run gets them whole,
a preview with words instead of secrets (``hidden_records.py``).
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from clients.errors import UnavailableError
from clients.helm.executable.hidden_records import Before, hide_records
from clients.helm.secrecy.placeholders import Placeholders
from clients.kubernetes.objects import JsonObject
from clients.kubernetes.wire.connection import JSON, Request
from clients.kubernetes.wire.places import place_of
from clients.masking import LAST_APPLIED, Masking

_RECORD = "sh.helm.release.v1."
_PROTOBUF = "application/vnd.kubernetes.protobuf"
SHORTEST_REMEMBERED = 4
MOST_REMEMBERED = 5_000


class Secrecy:
    """Masks what a preview reads, or remembers the values of Secrets that a real run reads."""

    def __init__(self, masking: Masking, *, hides: bool, before: Before | None = None) -> None:
        self._masking = masking
        self._hides = hides
        self._before = before
        self._seen: set[str] = set()
        self._renders = True
        self.has_read = False
        self.placeholders = Placeholders(masking)

    def concerns(self, request: Request) -> bool:
        """Whether the answer may hold secrets that a chart gets to see."""
        place = place_of(request.path)
        if request.method != "GET" or place is None:
            return False
        if self._hides:
            return True
        if _is_for_records(request):
            return False
        if dict(_pairs(request)).get("watch") in ("true", "1"):  # of it no template is made
            return False
        return self._renders or (place.group, place.resource) == ("", "secrets")

    def asked(self, request: Request) -> Request:
        """Return the request as it is sent: what has to be read must be JSON, and no watch."""
        if _keeps_record(request):  # all is rendered by then; helm itself reads Secrets later
            self._renders = False
        if not self.concerns(request):
            return request
        params = [(key, value) for key, value in _pairs(request) if key != "watch"]
        return replace(request, accept=JSON, params=params)

    def told(self, request: Request, body: bytes) -> bytes:
        """Return the answer to a request, as helm made it, as helm gets it."""
        try:
            parsed = orjson.loads(body)
        except ValueError as garbled:
            raise UnavailableError("helm read something that is no object.") from garbled
        if self._hides and _is_for_records(request):
            self._hide_records(parsed)
            return orjson.dumps(parsed)
        for obj in _objects(parsed):
            if self._hides:
                self._hide(obj)
            else:
                self._remember(obj)
        return orjson.dumps(parsed) if self._hides else body

    def without_secrets(self, text: str) -> str:
        """Take every value that was read out of a text."""
        for value in sorted(self._seen, key=len, reverse=True):
            text = text.replace(value, "<redacted>")
        return text

    def _hide_records(self, parsed: Any) -> None:
        if self._before and isinstance(parsed.get("items"), list):
            parsed["items"] = [each for each in parsed["items"] if self._before.has(each)]
        hide_records([*_objects(parsed)], self._masking, self.placeholders)

    def _hide(self, obj: JsonObject) -> None:
        data = dict(_values(obj))
        self._masking.mask(obj)
        for key, value in data.items():
            masked = self._masking.masked(_decoded(value))
            obj["data"][key] = base64.b64encode(masked.encode()).decode()

    def _remember(self, obj: JsonObject) -> None:
        if self._renders and not self.has_read:
            self.has_read = self._holds_secrets(obj)
        for _, value in _values(obj):
            for form in (value, _decoded(value).decode("utf-8", "replace").strip()):
                if len(form) >= SHORTEST_REMEMBERED and len(self._seen) < MOST_REMEMBERED:
                    self._seen.add(form)

    def _holds_secrets(self, obj: JsonObject) -> bool:
        """Whether a reading tool would mask any of it: a Pod's variables are secrets, too."""
        copy = orjson.loads(orjson.dumps(obj))
        annotations = (copy.get("metadata") or {}).get("annotations") or {}
        applied = annotations.pop(LAST_APPLIED, "{}")  # never shown, whatever is in it
        whole = orjson.dumps(copy)
        return orjson.dumps(self._masking.mask(copy)) != whole or self._applied_holds(applied)

    def _applied_holds(self, applied: str) -> bool:
        try:
            obj = orjson.loads(applied)
        except ValueError:
            return True
        return bool(obj) and (not isinstance(obj, dict) or self._holds_secrets(obj))


def _pairs(request: Request) -> list[tuple[str, str]]:
    params = request.params
    return params if isinstance(params, list) else list(params.items())


def _is_for_records(request: Request) -> bool:
    """Whether helm asks for its own records, as only its storage does."""
    place = place_of(request.path)
    if place is None or not request.accept.startswith(_PROTOBUF):
        return False
    selector = dict(_pairs(request)).get("labelSelector", "")
    return place.name.startswith(_RECORD) or "owner=helm" in selector.split(",")


def _keeps_record(request: Request) -> bool:
    """Whether helm writes one of its records, the only objects that are sent as protobuf."""
    return request.method != "GET" and request.content_type.startswith(_PROTOBUF)


def _objects(parsed: Any) -> Iterator[JsonObject]:
    """Yield one object, or those of a list, which leaves their kind out."""
    if not isinstance(parsed, dict):
        return
    if not isinstance(parsed.get("items"), list):
        yield parsed
        return
    kind = str(parsed.get("kind") or "").removesuffix("List")
    for item in parsed["items"]:
        item.setdefault("kind", kind)
        yield item


def _values(obj: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield what a Secret holds."""
    if obj.get("kind") == "Secret":
        data = obj.get("data") or {}
        yield from ((key, value) for key, value in data.items() if isinstance(value, str))


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value.encode()
