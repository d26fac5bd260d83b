"""The log of requests that tests look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sandbox.arrivals import Arrivals


@dataclass
class Request:
    """One request as it arrived, with every header; `status` is filled in when it was answered."""

    method: str
    target: str
    """The path and query as sent, nothing decoded."""
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    user: str = ""
    status: int | None = field(default=None, compare=False)

    @property
    def path(self) -> str:
        """Return the path as sent."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the decoded query."""
        return parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        """Return the decoded form of the body, empty when it is none."""
        if "urlencoded" not in self.headers.get("Content-Type", ""):
            return {}
        return parse_qs(self.body.decode(errors="replace"), keep_blank_values=True)

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


class RequestLog(Arrivals[Request]):
    """The requests, and what tests want to know of them."""

    @property
    def lines(self) -> list[str]:
        """Return `METHOD path` of each: the shortest thing to compare."""
        return [f"{each.method} {each.path}" for each in self]

    @property
    def posts(self) -> list[Request]:
        """Return the requests that could change something."""
        return [each for each in self if each.method not in ("GET", "HEAD", "OPTIONS")]
