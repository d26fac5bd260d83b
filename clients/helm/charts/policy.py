"""Where charts may come from: checked on every URL, redirects included, and on every address.

A source is the beginning of a URL: ``https://`` (any host), ``https://charts.example.com/stable``,
``https://*.example.com``, ``oci://registry.example/org``. Paths end at their slashes, so that
``…/org`` does not allow ``…/org-evil``. Plain ``http://`` and private addresses are allowed only
where the operator names the host.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from clients.errors import InvalidError
from clients.helm.charts.urls import DEFAULT_PORTS, Url

DEFAULT_SOURCES = ("https://", "oci://")
_NAT64 = IPv6Network("64:ff9b::/96")


class SourceRefusedError(InvalidError):
    """The operator does not allow charts from there."""


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """``sources`` are allowed beginnings; ``private_hosts`` may be inside a private network.

    Those are globs of hosts, or ``host:port`` for one port only.
    """

    sources: Sequence[str] = DEFAULT_SOURCES
    private_hosts: Sequence[str] = ()

    def check(self, url: Url) -> None:
        """Refuse a URL that no source covers."""
        if not any(_covers(source, url) for source in self.sources):
            reason = "plain http, and " if url.scheme == "http" else ""
            raise SourceRefusedError(
                f"Charts from {url} are not allowed by the operator: {reason}not among the allowed "
                f"sources ({', '.join(self.sources) or 'none'})."
            )

    def check_registry(self, url: Url) -> None:
        """Refuse a request that is neither an allowed one nor about an allowed repository."""
        name = url.path.removeprefix("/v2/")
        as_oci = Url("oci", url.host, url.port, f"/{name}")
        if not any(_covers(source, as_oci) for source in self.sources):
            self.check(url)

    def allows_plain(self, host: str, port: int) -> bool:
        """Whether a registry may be asked over plain http: only where a source says so."""
        return any(
            source.startswith("http://") and _covers(source, Url("http", host, port, "/"))
            for source in self.sources
        )

    def check_address(self, url: Url, address: str) -> None:
        """Refuse an address inside a private network, unless the host is allowed to be there."""
        names = (url.host, f"{url.host}:{url.port}")
        trusted = any(fnmatchcase(name, each) for each in self.private_hosts for name in names)
        if not trusted and _is_inside(address):
            raise SourceRefusedError(
                f'Host "{url.host}" has a private, loopback or link-local address; charts come '
                "from such hosts only where the operator allows it."
            )


def _covers(source: str, url: Url) -> bool:
    scheme, _, rest = source.partition("://")
    authority, slash, path = rest.partition("/")
    host, _, port = authority.rpartition(":") if _has_port(authority) else (authority, "", "")
    if scheme != url.scheme or not fnmatchcase(url.host, host.strip("[]").lower() or "*"):
        return False
    if host and url.port != int(port or DEFAULT_PORTS[scheme]):
        return False
    prefix = f"{slash}{path}".rstrip("/")
    return url.path == prefix or url.path.startswith(f"{prefix}/") or not prefix


def _has_port(authority: str) -> bool:
    return authority.rpartition(":")[2].isdigit() and not authority.endswith("]")


def _is_inside(text: str) -> bool:
    """Whether an address is not one of the public internet, also one wrapped in another."""
    address = ip_address(text.partition("%")[0])
    inside = _wrapped(address)
    judged: list[IPv4Address | IPv6Address] = [*inside] if inside else [address]
    return any(
        not one.is_global
        or one.is_multicast
        or one.is_reserved
        or (isinstance(one, IPv6Address) and one.is_site_local)
        for one in judged
    )


def _wrapped(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    inner: list[IPv4Address | None] = []
    if isinstance(address, IPv4Address):
        return []
    inner += [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]
