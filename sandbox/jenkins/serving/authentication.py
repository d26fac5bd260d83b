"""The filters before any action: Basic credentials, sessions, crumbs, in Jenkins' order."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass

from sandbox.jenkins.requests import Request
from sandbox.jenkins.serving import pages
from sandbox.jenkins.sessions import Session
from sandbox.jenkins.state import Jenkins
from sandbox.jenkins.users import User


@dataclass
class Identity:
    """Who asks; only a request that was authenticated by its API token needs no crumb."""

    user: User
    session: Session | None
    by_token: bool = False

    def committed(self) -> None:
        """Save the security context in the session, as happens with the response.

        From then on the session itself authenticates, the token is not looked at any more, and
        a crumb is needed after all.
        """
        if self.session is not None and self.session.seed == self.user.name:
            self.session.owner = self.user.name


def identify(jenkins: Jenkins, request: Request, cookies: dict[str, str]) -> Identity:
    """Authenticate (BasicHeaderProcessor). Raises the 401 of wrong credentials."""
    session = jenkins.sessions.of(cookies)
    given = request.headers.get("Authorization", "")
    if not given.lower().startswith("basic "):
        return Identity(jenkins.anonymous, session)
    name, secret = _credentials(given[6:])
    user = jenkins.users.get(name)
    if user is None:
        raise pages.unauthorized()
    if session is not None and session.owner == name:
        return Identity(user, session)
    by_token = user.has_token(secret)
    if not by_token and not user.has_password(secret):
        raise pages.unauthorized()
    if session is not None:
        session.seed = name
    return Identity(user, session, by_token)


def _credentials(encoded: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as fault:
        raise pages.unauthorized() from fault
    name, colon, secret = text.partition(":")
    if not colon:
        raise pages.unauthorized()
    return name, secret


def check_crumb(jenkins: Jenkins, request: Request, identity: Identity) -> None:
    """Refuse a POST without the crumb of its session (CrumbFilter)."""
    if request.method != "POST" or not jenkins.crumb_issuer or identity.by_token:
        return
    field = jenkins.crumb_field
    values = [*request.query.get(field, []), *request.form.get(field, [])]
    given = request.headers.get(field) or next(iter(values), "")
    if identity.session is not None:
        expected = jenkins.sessions.crumb(identity.user.name, identity.session)
        if hmac.compare_digest(expected.encode(), given.encode()):
            return
    raise pages.jetty(403, "No valid crumb was included in the request", request.path)
