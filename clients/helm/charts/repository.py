"""A chart repository: a name, a URL, and where its login is kept."""

import re
from dataclasses import dataclass

from clients.errors import InvalidError
from clients.helm.charts import urls
from clients.helm.charts.urls import Url
from clients.kubernetes.names import check_name, check_namespace, shown

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class SecretRef:
    """A Secret with ``username`` and ``password``."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Repository:
    """``settled``: it stands in the server's settings, so no call can change it."""

    name: str
    url: str
    login: SecretRef | None = None
    settled: bool = False

    @property
    def index_url(self) -> Url:
        """Where its index is."""
        return self.base.joined("index.yaml")

    @property
    def base(self) -> Url:
        """The URL that those in the index are relative to."""
        return urls.parsed(f"{self.url.rstrip('/')}/")


def checked_name(name: str) -> str:
    """Return a repository's name, or refuse what cannot be one."""
    if not _NAME.fullmatch(name):
        raise InvalidError(
            f'Argument "name": {shown(name)} cannot name a repository '
            '(letters, digits, ".", "_" and "-"; no "/").'
        )
    return name


def checked_url(text: str) -> str:
    """Return a repository's URL as it is kept: http or https, without anything secret."""
    url = urls.parsed(text)
    if url.scheme == "oci":
        raise InvalidError(
            "A registry is no repository that can be added: give its charts as "
            f'"{url}/…" wherever a chart is asked for.'
        )
    if url.query:
        raise InvalidError("A repository's URL has no query: it would keep what is in it.")
    return str(url).rstrip("/")


def checked_secret(text: str) -> SecretRef:
    """Return the Secret that ``namespace/name`` names."""
    namespace, slash, name = text.partition("/")
    if not slash:
        raise InvalidError(f"{shown(text)} is not a Secret as namespace/name.")
    return SecretRef(check_namespace(namespace), check_name(name))
