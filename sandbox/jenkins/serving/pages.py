"""Answers: JSON never carries an error here, HTML always does, in the words of Jetty or Jenkins."""

from __future__ import annotations

import html
import secrets

from aiohttp import web

from sandbox.jenkins.users import ANONYMOUS, PERMISSIONS, User

VERSION = "2.555.1"
HTML = "text/html"
_JETTY = """<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<title>Error {status} {message}</title>
</head>
<body><h2>HTTP ERROR {status} {message}</h2>
<table>
<tr><th>URI:</th><td>{uri}</td></tr>
<tr><th>STATUS:</th><td>{status}</td></tr>
<tr><th>MESSAGE:</th><td>{message}</td></tr>
<tr><th>SERVLET:</th><td>Stapler</td></tr>
</table>
<hr/><a href="https://jetty.org/">Powered by Jetty:// 12.1.8</a><hr/>
</body>
</html>
"""
_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


class RefusedError(Exception):
    """Ends a request with an answer; what was to be done is not done."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.status)
        self.response = response


def page(title: str, body: str = "", status: int = 200, **headers: str) -> web.Response:
    """Make a page of Jenkins'."""
    named = {"X-Hudson": "1.395", "X-Jenkins": VERSION, "X-Content-Type-Options": "nosniff"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    text = _PAGE.format(title=html.escape(title), body=body or f"<h1>{html.escape(title)}</h1>")
    return web.Response(status=status, text=text, content_type=HTML, charset="utf-8", headers=named)


def jetty(status: int, message: str, uri: str = "") -> RefusedError:
    """Refuse with a page of the servlet container (`sendError`)."""
    text = _JETTY.format(status=status, message=html.escape(message), uri=html.escape(uri))
    headers = {"Cache-Control": "must-revalidate,no-cache,no-store"}
    response = web.Response(
        status=status, text=text, content_type=HTML, charset="utf-8", headers=headers
    )
    return RefusedError(response)


def oops() -> RefusedError:
    """Refuse as an uncaught exception does: the Oops page, its stack trace hidden."""
    body = (
        "<h1>Oops!</h1><h2>A problem occurred while processing the request</h2>"
        f"<p>Logging ID={secrets.token_hex(16)}</p>"
    )
    return RefusedError(page("Jenkins", body, 500))


def failure(message: str, status: int = 400) -> RefusedError:
    """Refuse as `hudson.model.Failure` does: an error page and the header `X-Error`."""
    body = f"<h1>Error</h1><p>{html.escape(message)}</p>"
    return RefusedError(page("Error", body, status, X_Error=message))


def getting_ready() -> web.Response:
    """Answer as `HudsonIsLoading`."""
    text = "Please wait while Jenkins is getting ready to work"
    return page("Starting Jenkins", f"<h1>{text}</h1>", 503)


def unauthorized() -> RefusedError:
    """Refuse credentials that are wrong, whatever was asked for."""
    refusal = jetty(401, "Unauthorized")
    refusal.response.headers["WWW-Authenticate"] = 'Basic realm="Jenkins"'
    return refusal


def forbidden(user: User, permission: str, prefix: str = "", uri: str = "") -> RefusedError:
    """Refuse for want of a permission; who is not known yet is sent to the login instead."""
    missing = PERMISSIONS[permission]
    headers = {"X-You-Are-Authenticated-As": user.name, "X-Required-Permission": missing.id}
    if user.name == ANONYMOUS:
        response = _login_needed(prefix, uri)
    else:
        text = f"{user.name} is missing the {missing.title} permission"
        body = f'<h1>Access Denied</h1><p class="error">{html.escape(text)}</p>'
        response = page("Access Denied", body, 403)
    response.headers.update(headers)
    for implying in (missing.implied_by, "hudson.model.Hudson.Administer"):
        if implying:
            response.headers.add("X-Permission-Implied-By", implying)
    return RefusedError(response)


def _login_needed(prefix: str, uri: str) -> web.Response:
    """Answer as `HudsonAuthenticationEntryPoint`."""
    target = html.escape(f"{prefix}/login?from={uri}")
    text = (
        f"<html><head><meta http-equiv='refresh' content='1;url={target}'/>"
        f"<script id='redirect' data-redirect-url='{target}' src=''></script></head>"
        "<body style='background-color:white; color:white;'>Authentication required\n<!--\n-->"
        "</body></html>"
    )
    headers = {"X-Hudson": "1.395", "X-Jenkins": VERSION}
    return web.Response(status=403, text=text, content_type=HTML, charset="utf-8", headers=headers)


def post_needed(form: bool = False) -> RefusedError:
    """Refuse a GET of what only a POST does."""
    text = "You must use POST method to trigger builds." if form else "This URL requires POST"
    return RefusedError(page("Error", f"<p>{text}</p>", 405, Allow="POST"))


def plain(text: str, status: int = 200, **headers: str) -> web.Response:
    """Make a plain text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(
        status=status, text=text, content_type="text/plain", charset="utf-8", headers=named
    )
