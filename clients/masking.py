"""Credentials out, before anything else sees them; equal ones stay recognisable.

Objects are masked where they enter, in the Kubernetes reader, so that no tool can forget it: a
Secret's values, secret-looking environment values and fields, Helm's stored releases, the
last-applied annotation. Text (logs, events, errors, our own log) goes through ``mask_text``.

A masked value reads ``<redacted 16 bytes, fingerprint 3fa9c1>``: a keyed hash, it tells equality
and nothing else.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import SecretStr

JsonObject = dict[str, Any]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_WORDS = (
    r"pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[-_.]?key|"
    r"(?:access|private|secret|signing|encryption|master|account)[-_.]?key"
)
# A field is a secret when its name ends in such a word; `secretName` and `secretRef` only point.
_FIELD = re.compile(rf"(?:^|[^a-z]|(?<=[a-z])(?=[A-Z]))(?:{_WORDS})$", re.IGNORECASE)
# A variable is one when the word stands anywhere in it, unless it only points to the value.
_VARIABLE = re.compile(rf"(?:^|[^a-zA-Z])(?:{_WORDS}|auth|pat|dsn)(?:$|[^a-zA-Z])", re.IGNORECASE)
_POINTER = re.compile(r"[-_.](?:file|path|name|dir|ref|type|ttl|expiry)$", re.IGNORECASE)

_CERTAIN = (
    (
        r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        "<redacted private key>",
    ),
    (r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}", "<redacted JSON web token>"),
    (r"(?i)\b(bearer|basic)\s+(?!realm)[\w.~+/-]{8,}=*", r"\1 <redacted>"),
    (r"(?<=://)([^\s/:@'\"]*):[^\s/@'\"]+@", r"\1:<redacted>@"),
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "<redacted key>"),
    (r"\b(?:gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,})", "<redacted token>"),
)
# A look that spares most texts the others: each form has one of these in it, in any case.
_PERHAPS = (
    *("private key", "eyj", "bearer", "basic", "://", "akia", "asia"),
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat-", "xox"),
)
# Fields that hold what a probe, a hook or a dying program said.
_WRITTEN_BY_PROGRAMS = ("message", "note")
_COMMAND_LINES = ("args", "command")
_BY_FORM = tuple((re.compile(pattern), mask) for pattern, mask in _CERTAIN)
# What a line itself calls a secret. The name is looked for from its end on, so that a long run of
# letters costs no more than its length; `keyStorePassword` ends in one, `secretary` in none.
_NAMED = (
    rf"(?:(?:(?<![A-Za-z])|(?<=-D))(?i:{_WORDS}|authorization|client-key-data)|(?i:(?<=[\"'])auth(?=[\"']))"
    r"|(?<=[a-z])(?:Password|Passwd|Secret|Token|ApiKey|AccessKey|PrivateKey|SecretKey))"
)
_CALLED = rf"{_NAMED}[\"']?[ \t]*[:=][ \t]*"
_ASSIGNED = re.compile(rf"({_CALLED})(?![\w.-]*{_CALLED})(\"[^\"\n]+\"|'[^'\n]+'|[^\s\"',;&<]+)")
_FLAG = re.compile(rf"--?[\w.-]*?{_NAMED}")
_HINTS = ("pass", "pwd", "secret", "token", "cred", "key", "auth")
_URL_PASSWORD = re.compile(r"://[^\s/:@'\"]*:([^\s/@'\"]+)@")


def mask_text(text: str) -> str:
    """Mask what is a credential by its own form: keys, tokens, passwords inside URLs."""
    if not _has_any(_PERHAPS, text):
        return text
    for pattern, mask in _BY_FORM:
        text = pattern.sub(mask, text)
    return text


def mask_free_text(text: str) -> str:
    """Mask also what a line itself calls a secret: ``password=hunter2``, ``"token": "…"``."""
    masked = mask_text(text)
    return _ASSIGNED.sub(r"\1<redacted>", masked) if _has_any(_HINTS, masked) else masked


def may_need_masking(text: str) -> bool:
    """Look quickly whether a long text can hold anything that ``mask_free_text`` masks."""
    return _has_any(_PERHAPS + _HINTS, text)


def _has_any(marks: tuple[str, ...], text: str) -> bool:
    """Search for plain words: many times faster than one pattern of them all."""
    folded = text.lower() if text.isascii() else text.casefold()
    return any(mark in folded for mark in marks)


def secrets_told_by(text: str) -> Iterator[str]:
    """Yield what ``mask_free_text`` would take for secrets: assigned values, URLs' passwords."""
    for found in _ASSIGNED.finditer(text):
        yield found[2].strip("\"'")
    for found in _URL_PASSWORD.finditer(text):
        yield found[1]


def mask_arguments(words: list[Any]) -> None:
    """Mask, in place, what a command line gives away: ``--token=x``, and ``--token`` ``x``."""
    for position, word in enumerate(words):
        if isinstance(word, str):
            told = position > 0 and _FLAG.fullmatch(str(words[position - 1]))
            words[position] = "<redacted>" if told else mask_free_text(word)


@lru_cache(maxsize=4096)
def is_secret_field(key: str) -> bool:
    """Whether a field of this name holds a secret."""
    return bool(_FIELD.search(key))


@lru_cache(maxsize=4096)
def names_a_secret(name: str) -> bool:
    """Whether a variable or argument of this name holds a secret rather than points to one."""
    return bool(_VARIABLE.search(name)) and not _POINTER.search(name)


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
        self._walk(obj)
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

    def _walk(self, node: Any) -> None:
        """Mask secret-looking fields and environment values at any depth."""
        if isinstance(node, list):
            for item in node:
                if isinstance(item, dict | list):
                    self._walk(item)
            return
        if "value" in node:
            self._mask_variable(node)
        for key, value in node.items():
            if isinstance(value, str):
                if is_secret_field(key) and self._unmasked(value):
                    node[key] = self.masked(value.encode())
                elif key in _WRITTEN_BY_PROGRAMS:
                    node[key] = mask_free_text(value)
            elif isinstance(value, list) and key in _COMMAND_LINES:
                mask_arguments(value)
            elif isinstance(value, dict | list) and key != "managedFields":
                self._walk(value)

    def _mask_variable(self, node: JsonObject) -> None:
        name, value = node.get("name"), node.get("value")
        if not (isinstance(name, str) and isinstance(value, str) and self._unmasked(value)):
            return
        if names_a_secret(name):
            node["value"] = self.masked(value.encode())
        else:
            node["value"] = mask_free_text(value)

    @staticmethod
    def _unmasked(value: str) -> bool:
        return bool(value) and not value.startswith("<redacted ")


def _free_texts(values: dict[str, Any]) -> dict[str, Any]:
    return {k: mask_free_text(v) if isinstance(v, str) else v for k, v in values.items()}


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return str(value).encode()
