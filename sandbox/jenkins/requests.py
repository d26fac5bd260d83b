"""The log of requests that tests look at."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs


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

    @property
    def lines(self) -> list[str]:
        """Return `METHOD path` of each: the shortest thing to compare."""
        return [f"{each.method} {each.path}" for each in self]

    @property
    def posts(self) -> list[Request]:
        """Return the requests that could change something."""
        return [each for each in self if each.method not in ("GET", "HEAD", "OPTIONS")]
