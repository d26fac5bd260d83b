"""Logins for repositories and registries, from Secrets and from nowhere else.

A login goes to the URL it is for. What the operator's settings pair is taken as it is; a Secret
that a caller names must say itself which URL it is for (annotation ``skyflo.ai/helm-url``), so that
no caller can have a Secret sent to a place of their choice.
"""

import base64
import binascii
from collections.abc import Mapping

import orjson
from pydantic import SecretStr

from clients.errors import InvalidError
from clients.helm.charts import urls
from clients.helm.charts.fetching import Login
from clients.helm.charts.repository import SecretRef
from clients.helm.charts.urls import Url
from clients.kubernetes import Kubernetes, ObjectRef
from clients.kubernetes.raw_secrets import SECRETS

URL_ANNOTATION = "skyflo.ai/helm-url"


class Logins:
    """Reads Secrets, for sending them to where they belong."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self._secrets = kubernetes.secrets

    async def login(self, secret: SecretRef, url: Url, *, settled: bool) -> Login:
        """Return what a Secret holds for a URL; raises ClientError."""
        found = await self._secrets.body(ObjectRef(SECRETS, secret.name, secret.namespace))
        if not settled:
            _refuse_elsewhere(secret, url, (found.get("metadata") or {}).get("annotations") or {})
        data = found.get("data") or {}
        if config := data.get(".dockerconfigjson"):
            return _of_registry(secret, url, config)
        if not {"username", "password"} <= {*data}:
            raise InvalidError(f'Secret "{secret}" has no "username" and "password".')
        username, password = (_decoded(data[key]) for key in ("username", "password"))
        return Login(url.origin, username, SecretStr(password))


def _refuse_elsewhere(secret: SecretRef, url: Url, annotations: Mapping[str, str]) -> None:
    meant = annotations.get(URL_ANNOTATION)
    if not meant:
        raise InvalidError(
            f'Secret "{secret}" does not say for which repository it is: it needs the annotation '
            f"{URL_ANNOTATION} with the repository's URL. Nothing was sent."
        )
    place = urls.parsed(meant)
    beginning = place.path.rstrip("/")
    if place.origin != url.origin or not f"{url.path}/".startswith(f"{beginning}/"):
        raise InvalidError(f'Secret "{secret}" is for {place}, not for {url}. Nothing was sent.')


def _of_registry(secret: SecretRef, url: Url, config: str) -> Login:
    """Read what ``docker login`` wrote for a host."""
    try:
        entry = orjson.loads(_decoded(config))["auths"][url.authority]
        pair = _decoded(entry["auth"]) if entry.get("auth") else ""
        username, _, password = pair.partition(":")
        username, password = entry.get("username", username), entry.get("password", password)
    except (ValueError, KeyError, TypeError, AttributeError) as absent:
        raise InvalidError(f'Secret "{secret}" has no login for "{url.authority}".') from absent
    return Login(url.origin, str(username), SecretStr(str(password)))


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError) as binary:
        raise InvalidError("A Secret's login is not text.") from binary
