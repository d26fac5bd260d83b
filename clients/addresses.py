"""Addresses of servers that credentials belong to: compared part by part, never as text."""

import ipaddress
import re
from dataclasses import dataclass

from clients.errors import InvalidError
from clients.kubernetes.names import shown
from clients.masking import mask_text

_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[a-z0-9._~-]+)*)/?",
    re.IGNORECASE | re.ASCII,
)
_PORTS = {"http": 80, "https": 443}
FORM = 'http(s)://host[:port][/path], without user, query, fragment, "%" or ".."'


@dataclass(frozen=True, slots=True)
class Address:
    """Scheme, host and port of a server, and the path below which it lives there."""

    scheme: str
    host: str
    port: int
    path: tuple[str, ...] = ()

    def covers(self, other: "Address") -> bool:
        """Whether ``other`` is this address or lies below it, whole path segments compared."""
        same_server = (self.scheme, self.host, self.port) == (other.scheme, other.host, other.port)
        return same_server and other.path[: len(self.path)] == self.path

    @property
    def origin(self) -> str:
        """``https://ci.example.com``, with the port where it is not the scheme's own."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    def __str__(self) -> str:
        return "".join([self.origin, *(f"/{segment}" for segment in self.path)])


def read_address(text: str, argument: str = "api_url") -> Address:
    """Read an address; whatever two programs could read differently is refused."""
    try:
        return address_of(text)
    except ValueError as wrong:
        raise InvalidError(
            f'Argument "{argument}": {shown(mask_text(text))} is not an address: {FORM}. '
            "Nothing was sent."
        ) from wrong


def address_of(text: str) -> Address:
    """Read an address in its normal form; raises ValueError, which quotes nothing."""
    parts = _URL.fullmatch(text)
    if parts is None:
        raise ValueError(f"not {FORM}")
    scheme = parts["scheme"].lower()
    port = int(parts["port"] or _PORTS[scheme])
    path = tuple(parts["path"].split("/")[1:])
    if not 0 < port < 65536 or {".", ".."} & {*path}:
        raise ValueError(f"not {FORM}")
    return Address(scheme, _host(parts["host"].lower()), port, path)


def _host(host: str) -> str:
    if not host.startswith("["):
        return host
    return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
