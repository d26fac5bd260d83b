"""URLs of charts, taken apart so that what is checked is what is asked.

No user or password, no fragment, no backslash, no ``..``: each is a way to mean another place than
the one that is read.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from clients.errors import InvalidError
from clients.kubernetes.names import shown

DEFAULT_PORTS = {"http": 80, "https": 443, "oci": 443}
_LONGEST = 8192  # signed addresses of stores are long
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+")  # printable ASCII, no space and no backslash


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute URL; ``str`` leaves the query out, which may hold a signature."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a credential is bound to."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Host and port, as a ``Host`` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def full(self) -> str:
        """The whole URL, for sending only."""
        return f"{self}?{self.query}" if self.query else str(self)

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path or '/'}?{self.query}" if self.query else self.path or "/"

    def joined(self, reference: str) -> "Url":
        """Resolve a reference as a browser does, below this URL."""
        base = f"{self.scheme}://{self.authority}{self.path}"
        return parsed(urljoin(base, reference))

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parsed(text: str) -> Url:
    """Take a URL apart; raises InvalidError for what could be read in two ways."""
    wrong = InvalidError(f"{_shown(text)} is not a URL that is accepted here")
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        raise InvalidError(f"{wrong}: it is too long or holds characters that no URL has.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as garbled:
        raise InvalidError(f"{wrong}.") from garbled
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in DEFAULT_PORTS:
        raise InvalidError(f"{wrong}: only https://, oci:// and, where allowed, http:// are.")
    if "@" in parts.netloc:
        raise InvalidError(
            "A URL with a user name or password in it is refused: give a Secret's name instead."
        )
    if not _HOST.fullmatch(host):
        raise InvalidError(f"{wrong}: it names no host.")
    if "#" in text or _climbs(parts.path):
        raise InvalidError(f'{wrong}: it has a "#" or a ".." in it.')
    return Url(scheme, host.lower(), port or DEFAULT_PORTS[scheme], parts.path, parts.query)


def _climbs(path: str) -> bool:
    return any(part in (".", "..") for part in unquote(unquote(path)).split("/")) or (
        "\\" in unquote(path)
    )


def _shown(text: str) -> str:
    """Quote for a refusal, without what may be a password or a signature."""
    plain = text.partition("?")[0]
    return shown(f"{plain.partition('://')[0]}://…" if "@" in plain else plain)
