"""Secrets as they are, for clients that sign in elsewhere with them; no tool gets one of these."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from clients.errors import NotFoundError, UnavailableError
from clients.kubernetes.objects import JsonObject, ObjectRef, ResourceType
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.session import Session

SECRETS = ResourceType("", "v1", "secrets", "secret", "Secret", namespaced=True)


@dataclass(frozen=True, slots=True)
class RawSecret:
    """What a Secret says of itself, and its decoded values."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    values: Mapping[str, SecretStr] = field(repr=False)


class RawSecrets:
    """Reads single Secrets by name, within the operator's policy; lists none."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, namespace: str, name: str) -> RawSecret:
        """GET one Secret, unmasked."""
        ref = ObjectRef(SECRETS, name, namespace)
        try:
            body = (await self._session.json(Request("GET", ref.path()))).body
        except NotFoundError as missing:
            raise NotFoundError(f'Secret "{name}" not found{ref.where}.') from missing
        metadata = body.get("metadata") or {}
        return RawSecret(
            metadata.get("labels") or {}, metadata.get("annotations") or {}, _values(ref, body)
        )


def _values(ref: ObjectRef, body: JsonObject) -> dict[str, SecretStr]:
    try:
        return {
            key: SecretStr(base64.b64decode(value, validate=True).decode())
            for key, value in (body.get("data") or {}).items()
            if _is_text(value)
        }
    except (binascii.Error, TypeError, AttributeError) as garbled:
        raise UnavailableError(f"{ref} holds data that is not base64.") from garbled


def _is_text(value: str) -> bool:
    """Whether a value is text: keystores and the like are nobody's user name."""
    try:
        base64.b64decode(value, validate=True).decode()
    except UnicodeDecodeError:
        return False
    return True
