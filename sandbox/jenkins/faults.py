"""Faults that a test orders: each is used up by the requests it matches, in the order given."""

import asyncio
import gzip
import re
from dataclasses import dataclass, field
from typing import Literal

from sandbox.arrivals import OrderedFaults
from sandbox.jenkins.requests import Request

Kind = Literal["answer", "reset", "truncate", "hold", "expire", "flood", "lost", "drip"]
_PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


@dataclass
class Fault:
    """One fault: what happens, to which requests, and how often it still does."""

    kind: Kind
    method: str = ""
    path: str = ""
    times: int | None = 1
    code: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    event: asyncio.Event | None = None
    after: int = 0

    def matches(self, request: Request) -> bool:
        """Compare the method, if any is given, and search path and query for the pattern."""
        if self.times is not None and self.times <= 0:
            return False
        same_method = not self.method or self.method == request.method
        return same_method and re.search(self.path, request.target) is not None


class Faults(OrderedFaults[Fault, Request]):
    """The faults in force."""

    def status(
        self,
        code: int,
        path: str = "",
        times: int | None = 1,
        method: str = "",
        title: str = "",
        **headers: str,
    ) -> Fault:
        """Answer with an HTML page of this status, as a proxy or a failing Jenkins does."""
        page = _PAGE.format(title=title or f"Error {code}").encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = {"Content-Type": "text/html;charset=utf-8", **named}
        return self.add(Fault("answer", method, path, times, code, page, whole))

    def body(
        self,
        body: bytes,
        path: str = "",
        times: int | None = 1,
        code: int = 200,
        content_type: str = "application/json;charset=utf-8",
        **headers: str,
    ) -> Fault:
        """Answer with these very bytes: no JSON, another shape, a login page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = {"Content-Type": content_type, **named}
        return self.add(Fault("answer", "", path, times, code, body, whole))

    def redirect(
        self,
        location: str,
        path: str = "",
        times: int | None = 1,
        code: int = 302,
        method: str = "",
    ) -> Fault:
        """Answer with a redirect to any place."""
        return self.add(Fault("answer", method, path, times, code, b"", {"Location": location}))

    def gzip_bomb(self, size: int, path: str = "", times: int | None = 1) -> Fault:
        """Answer with a small body that unpacks to `size` bytes of JSON."""
        packed = gzip.compress(b'{"jobs":[' + b" " * size + b"]}", mtime=0)
        return self.body(packed, path, times, Content_Encoding="gzip")

    def flood(self, size: int, path: str = "", times: int | None = 1, text: bytes = b"x") -> Fault:
        """Answer with `size` bytes of plain text, made while they are sent."""
        headers = {"Content-Type": "text/plain;charset=utf-8", "X-Text-Size": str(size)}
        return self.add(Fault("flood", "", path, times, body=text, headers=headers, after=size))

    def reset(self, path: str = "", times: int | None = 1, method: str = "") -> Fault:
        """Close the connection without an answer."""
        return self.add(Fault("reset", method, path, times))

    def truncate(self, path: str = "", times: int | None = 1, after: int = 20) -> Fault:
        """Announce the whole body and close the connection after `after` bytes."""
        return self.add(Fault("truncate", "", path, times, after=after))

    def hold(self, path: str = "", times: int | None = 1, method: str = "") -> asyncio.Event:
        """Let requests wait until the returned event is set (never: a server that hangs)."""
        event = asyncio.Event()
        self.add(Fault("hold", method, path, times, event=event))
        return event

    def slow_body(self, path: str = "", times: int | None = 1, after: int = 20) -> asyncio.Event:
        """Send headers and `after` bytes, the rest once the returned event is set."""
        event = asyncio.Event()
        self.add(Fault("drip", "", path, times, event=event, after=after))
        return event

    def expire_sessions(self, path: str = "", times: int | None = 1, method: str = "POST") -> Fault:
        """Forget all sessions just before a request is looked at."""
        return self.add(Fault("expire", method, path, times))

    def lose_location(self, path: str = "", times: int | None = 1) -> Fault:
        """Answer without the `Location` that belongs there."""
        return self.add(Fault("lost", "POST", path, times))
