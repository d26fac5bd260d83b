"""Faults that a test orders: each is used up by the requests it matches, in the order given."""

import asyncio
import re
from dataclasses import dataclass
from typing import Literal

from sandbox.arrivals import OrderedFaults
from sandbox.cluster.requests import Request

Kind = Literal["status", "reset", "truncate", "body", "hold", "drop_watch", "watch_error"]


@dataclass
class Fault:
    """One fault: what happens, to which requests, and how often it still does."""

    kind: Kind
    method: str = ""
    path: str = ""
    times: int | None = 1
    code: int = 500
    reason: str = ""
    message: str = ""
    headers: dict[str, str] | None = None
    body: bytes = b""
    content_type: str = "application/json"
    event: asyncio.Event | None = None
    after: int = 0

    def matches(self, request: Request) -> bool:
        """Compare the method, if any is given, and search the path for the pattern."""
        if self.times is not None and self.times <= 0:
            return False
        same_method = not self.method or self.method == request.method
        return same_method and re.search(self.path, request.path) is not None


class Faults(OrderedFaults[Fault, Request]):
    """The faults in force, and the switches for what stays as it is until changed back."""

    def __init__(self) -> None:
        super().__init__()
        self.legacy_discovery = False
        """Serve only the old discovery documents, as before 1.26."""
        self.stale_groups: set[str] = set()
        """Aggregated groups whose API server does not answer."""
        self.warnings: list[str] = []
        """Texts sent as `Warning: 299` with every answer about a resource."""

    def clear(self) -> None:
        """Lift all faults and held requests."""
        super().clear()
        self.legacy_discovery = False
        self.stale_groups.clear()
        self.warnings.clear()

    def too_many_requests(
        self, path: str = "", times: int = 1, retry_after: int | None = 1, method: str = ""
    ) -> Fault:
        """Answer 429 `times` times, with Retry-After unless None."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        message = "the server has received too many requests and has asked us to try again later"
        return self.add(
            Fault("status", method, path, times, 429, "TooManyRequests", message, headers=headers)
        )

    def status(
        self,
        code: int,
        path: str = "",
        times: int | None = 1,
        reason: str = "",
        message: str = "",
        method: str = "",
    ) -> Fault:
        """Answer with a Status of this code."""
        return self.add(Fault("status", method, path, times, code, reason, message))

    def reset(self, path: str = "", times: int | None = 1, method: str = "") -> Fault:
        """Close the connection without an answer."""
        return self.add(Fault("reset", method, path, times))

    def truncate(self, path: str = "", times: int | None = 1, after: int = 20) -> Fault:
        """Announce the whole body and close the connection after `after` bytes."""
        return self.add(Fault("truncate", "", path, times, after=after))

    def body(
        self,
        body: bytes,
        path: str = "",
        times: int | None = 1,
        code: int = 200,
        content_type: str = "application/json",
    ) -> Fault:
        """Answer with these very bytes: not JSON, or huge."""
        fault = Fault("body", "", path, times, code, body=body, content_type=content_type)
        return self.add(fault)

    def hold(self, path: str = "", times: int | None = 1, method: str = "") -> asyncio.Event:
        """Let requests wait until the returned event is set (never: a server that hangs)."""
        event = asyncio.Event()
        self.add(Fault("hold", method, path, times, event=event))
        return event

    def drop_watch(self, path: str = "", times: int | None = 1, after: int = 0) -> Fault:
        """Break off a watch's connection after `after` events."""
        return self.add(Fault("drop_watch", "GET", path, times, after=after))

    def expire_watch(self, path: str = "", times: int | None = 1, after: int = 0) -> Fault:
        """End a watch with an ERROR 410 event after `after` events."""
        return self.add(Fault("watch_error", "GET", path, times, after=after))
