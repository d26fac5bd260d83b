"""The log of requests that tests look at."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

HEADERS_OF_INTEREST = (
    "Accept",
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


class RequestLog:
    """Every request since the start or the last `clear`, in order of arrival."""

    def __init__(self) -> None:
        self._requests: list[Request] = []
        self._arrival = asyncio.Condition()

    def __iter__(self) -> Iterator[Request]:
        return iter(list(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def __getitem__(self, index: int) -> Request:
        return self._requests[index]

    async def add(self, request: Request) -> None:
        """Remember a request, and tell who waits for it."""
        self._requests.append(request)
        async with self._arrival:
            self._arrival.notify_all()

    async def arrived(self, count: int) -> None:
        """Wait until so many requests have come since the start or the last `clear`."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self._requests) >= count)

    def clear(self) -> None:
        """Forget all requests."""
        self._requests.clear()

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
