"""The log of requests that tests look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.arrivals import Arrivals

HEADERS_OF_INTEREST = (
    "Accept",
    "Accept-Encoding",
    "Content-Type",
    "User-Agent",
    "If-None-Match",
    "Upgrade",
    "Sec-WebSocket-Protocol",
)


@dataclass
class Request:
    """One request as it arrived; `status` is filled in when it was answered."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    user: str = ""
    status: int | None = field(default=None, compare=False)

    @property
    def json(self) -> Any:
        """Return the decoded body, None without one."""
        return orjson.loads(self.body) if self.body else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class RequestLog(Arrivals[Request]):
    """The requests, and what tests want to know of them."""

    def matching(self, test: Callable[[Request], bool]) -> list[Request]:
        """Return the requests that satisfy a test."""
        return [each for each in self if test(each)]

    @property
    def lines(self) -> list[str]:
        """Return `METHOD path` of each: the shortest thing to compare."""
        return [str(each) for each in self]

    @property
    def changes(self) -> list[Request]:
        """Return the requests that could change something: not GET, no review, no dry run."""
        return self.matching(_may_change)


def _may_change(request: Request) -> bool:
    reviews = ("selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews")
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.endswith(reviews):
        return False
    if request.method == "DELETE" and request.body:
        return "All" not in (request.json.get("dryRun") or [])
    return request.query.get("dryRun") != "All"
