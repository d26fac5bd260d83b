"""Objects without their secrets, as the API server sent them."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from typing import Any

from pydantic import SecretStr

from clients.masking.arguments import mask_arguments
from clients.masking.names import is_secret_field, names_a_secret
from clients.masking.texts import mask_free_text

JsonObject = dict[str, Any]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
# Fields that hold what a probe, a hook or a dying program said.
_WRITTEN_BY_PROGRAMS = ("message", "note")
_COMMAND_LINES = ("args", "command")
_NAMES = ("name", "key")
# No secret, whatever the name: `ALLOW_EMPTY_PASSWORD=yes`, `Bearer {{args.token}}`.
_NO_SECRET = re.compile(
    r"(?i:true|false|yes|no|none|null|<redacted .*)?"
    r"|(?:[A-Za-z]+ )?(?:\$\(\w+\)|\$\{\w+\}|\{\{[ \w.-]+\}\})",
    re.DOTALL,
)


class Masking:
    """Masks objects in place, with one key so that equal values have equal fingerprints."""

    def __init__(self, key: SecretStr | None = None) -> None:
        self._key = key.get_secret_value().encode() if key else secrets.token_bytes(32)

    def fingerprint(self, value: bytes) -> str:
        """Return six hexadecimal digits that are equal for equal values under this key."""
        return hmac.new(self._key, value, hashlib.sha256).hexdigest()[:6]

    def masked(self, value: bytes) -> str:
        """Return what stands for a secret value."""
        return f"<redacted {len(value)} bytes, fingerprint {self.fingerprint(value)}>"

    def mask(self, obj: JsonObject) -> JsonObject:
        """Mask one object as the API server sent it, in place, and return it."""
        metadata = obj.get("metadata") or {}
        annotations = metadata.get("annotations")
        if annotations:
            annotations.pop(LAST_APPLIED, None)  # a copy of the object, its secrets included
            metadata["annotations"] = _free_texts(annotations)
            if not annotations:
                del metadata["annotations"]
        self._mask_data(obj, metadata)
        self._walk(obj, "kind" in obj)
        return obj

    def _mask_data(self, obj: JsonObject, metadata: JsonObject) -> None:
        if obj.get("kind") == "Secret":
            obj.update(
                {k: self._every(obj[k], k == "data") for k in ("data", "stringData") if obj.get(k)}
            )
        elif obj.get("kind") == "ConfigMap" and obj.get("data"):
            of_helm = (metadata.get("labels") or {}).get("owner") == "helm"
            data = obj["data"]
            obj["data"] = self._every(data, encoded=False) if of_helm else _free_texts(data)

    def _every(self, values: dict[str, str], encoded: bool) -> dict[str, str]:
        return {
            key: self.masked(_decoded(value) if encoded else str(value).encode())
            for key, value in values.items()
        }

    def _walk(self, node: Any, every_text: bool) -> None:
        """Mask secret-looking fields, environment values and texts at any depth.

        ``every_text`` is of Kubernetes' objects: no name of theirs has a ``=`` in it.
        """
        if isinstance(node, list):
            for item in node:
                if isinstance(item, dict | list):
                    self._walk(item, every_text)
            return
        if "value" in node:
            self._mask_variable(node)
        for key, value in node.items():
            if isinstance(value, str):
                if is_secret_field(key):
                    node[key] = self._masked_value(value)
                elif key in _WRITTEN_BY_PROGRAMS or (every_text and "=" in value):
                    node[key] = mask_free_text(value)
            elif isinstance(value, list):
                if key in _COMMAND_LINES:
                    mask_arguments(value)
                self._walk(value, every_text)
            elif isinstance(value, dict) and key != "managedFields":
                if "value" in value and is_secret_field(key):
                    value["value"] = self._masked_value(value["value"])
                self._walk(value, every_text)

    def _mask_variable(self, node: JsonObject) -> None:
        """Mask the value of ``{name: DB_PASSWORD, value: …}``, or of a header's ``key``."""
        value = node["value"]
        if not isinstance(value, str):
            return
        if any(names_a_secret(str(node[key])) for key in _NAMES if key in node):
            node["value"] = self._masked_value(value)
        else:
            node["value"] = mask_free_text(value)

    def _masked_value(self, value: Any) -> Any:
        is_secret = isinstance(value, str) and not _NO_SECRET.fullmatch(value)
        return self.masked(value.encode()) if is_secret else value


def _free_texts(values: dict[str, Any]) -> dict[str, Any]:
    return {k: mask_free_text(v) if isinstance(v, str) else v for k, v in values.items()}


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return str(value).encode()
