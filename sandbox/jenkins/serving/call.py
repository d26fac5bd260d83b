"""One request on its way through the endpoints, with what they need to answer it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson
from aiohttp import web

from sandbox.jenkins.exporting.beans import Bean, ByDepth, Pruner, write
from sandbox.jenkins.exporting.python_literal import python_literal
from sandbox.jenkins.exporting.tree import TreeError, parse_tree
from sandbox.jenkins.exporting.viewpoint import Viewpoint
from sandbox.jenkins.items import Item
from sandbox.jenkins.requests import Request
from sandbox.jenkins.serving import misbehaving, pages
from sandbox.jenkins.sessions import Session
from sandbox.jenkins.state import Jenkins
from sandbox.jenkins.users import User


@dataclass
class Call:
    """A request after the filters: who asks, and in which session."""

    jenkins: Jenkins
    http: web.BaseRequest
    request: Request
    user: User
    session: Session | None = None
    new_session: Session | None = field(default=None)

    @property
    def point(self) -> Viewpoint:
        """Return how the user sees the controller."""
        return Viewpoint(self.jenkins, self.user)

    @property
    def post(self) -> bool:
        """Tell whether the request is a POST."""
        return self.request.method == "POST"

    def values(self, name: str) -> list[str]:
        """Return a parameter's values, of the query and of the form."""
        return self.request.query.get(name, []) + self.request.form.get(name, [])

    def value(self, name: str) -> str | None:
        """Return a parameter's first value."""
        return next(iter(self.values(name)), None)

    def need_post(self) -> None:
        """Refuse anything but a POST (`@RequirePOST`)."""
        if not self.post:
            raise pages.post_needed()

    def need(self, permission: str, item: Item | None = None) -> None:
        """Refuse unless the user has a permission, on an item or at the root."""
        if not self.user.may(permission, item.full_name if item else ""):
            raise self.denied(permission)

    def denied(self, permission: str) -> pages.RefusedError:
        """Make the refusal for want of a permission."""
        return pages.forbidden(
            self.user, permission, self.jenkins.prefix, quote(self.request.path, safe="/")
        )

    def not_found(self) -> pages.RefusedError:
        """Make the refusal of what is not there."""
        return pages.jetty(404, "Not Found", self.request.path)

    def export(self, bean: Bean, form: str = "json") -> web.Response:
        """Write an object as `api/json` or `api/python`."""
        if form not in ("json", "python"):
            raise self.not_found()
        content = write(bean, self._pruner())
        text = orjson.dumps(content) if form == "json" else python_literal(content).encode()
        kind = "application/json" if form == "json" else "text/x-python"
        headers = {
            "Content-Type": f"{kind};charset=utf-8",
            "X-Jenkins": pages.VERSION,
            "X-Jenkins-Session": self.jenkins.session_id,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "deny",
        }
        return web.Response(body=text, headers=headers)

    def _pruner(self) -> Pruner:
        tree, depth = self.value("tree"), self.value("depth") or "0"
        try:
            return ByDepth(1 - int(depth)) if tree is None else parse_tree(tree)
        except (TreeError, ValueError) as fault:
            raise pages.oops() from fault

    def redirect(self, path: str, status: int = 302) -> web.Response:
        """Redirect to a path below the prefix, at the address that was asked."""
        root = self.jenkins.location_root or f"http://{self.http.host}"
        location = f"{root}{self.jenkins.prefix}/{path}"
        headers = {"Location": location, "X-Content-Type-Options": "nosniff"}
        return web.Response(status=status, headers=headers)

    async def stream(self, pieces: Iterable[bytes], **headers: str) -> web.StreamResponse:
        """Send plain text as it is made."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"Content-Type": "text/plain;charset=utf-8", "X-Content-Type-Options": "nosniff"}
        response = web.StreamResponse(headers=kind | named)
        fault = self.jenkins.faults.take(self.request, misbehaving.is_partial)
        if fault is not None:
            await response.prepare(self.http)
            await misbehaving.in_parts(response, self.http, b"".join(pieces), fault)
            return response
        if self.jenkins.gzip and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            response.enable_compression(web.ContentCoding.gzip)
        await response.prepare(self.http)
        for piece in pieces:
            await response.write(piece)
        await response.write_eof()
        return response
