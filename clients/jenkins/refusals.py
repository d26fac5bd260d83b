"""What a Jenkins, or something in front of it, refuses with, as one of our errors in one sentence.

Error bodies are HTML: Jetty's page, Jenkins' "Oops!" with a logging id, or a page whose header
``X-Error`` says what is wrong. None of them is ever quoted whole.
"""

import html
import re
import ssl
from collections.abc import Mapping

import httpx

from clients import errors
from clients.jenkins.paths import Place
from clients.kubernetes.names import shown
from clients.masking import mask_free_text

NO_CRUMB = b"No valid crumb"
_TITLE = re.compile(rb"<title>(?:Error \d+ )?([^<]{1,300})</title>", re.IGNORECASE)
_LOGGING_ID = re.compile(rb"Logging ID=([0-9a-fA-F-]{8,40})")
_STARTING = b"getting ready to work"
_LOGIN = re.compile(r"(?<!/job)/(?:login\b|securityRealm/|oauth2?/|saml/|sso\b)", re.IGNORECASE)
AGAIN = frozenset({429, 502, 503, 504})


class JenkinsRefusalError(errors.ClientError):
    """Jenkins knows who asks, and refuses: a permission of Jenkins is missing."""


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, about: Place, base: str, user: str
) -> errors.ClientError:
    """Return the error for an answer of 300 or above."""
    match status:
        case _ if status < 400:
            return redirected(status, headers.get("location", ""), base)
        case 401:
            return errors.UnauthorizedError(
                f"Jenkins at {base} does not accept the credentials of {user} (401): wrong, "
                "expired or revoked."
            )
        case 403:
            return _forbidden(headers, body, about, base, user)
        case 404:
            return errors.NotFoundError(f"{about} not found{_hidden(base)}.")
        case 405:
            return errors.InvalidError(f"Jenkins at {base} does not do that with {about} (405).")
        case 409:
            return errors.ConflictError(f"Jenkins refuses (409): {said(headers, body)}.")
        case 503 if is_starting(body):
            return errors.UnavailableError(
                f"Jenkins at {base} is starting (503); try again in a minute."
            )
        case 429 | 502 | 503 | 504:
            return errors.UnavailableError(
                f"Jenkins at {base}, or a proxy in front of it, cannot answer now ({status})."
            )
        case _ if status >= 500:
            return errors.UnavailableError(
                f"Jenkins at {base} failed on {about} ({status}): {said(headers, body)}."
            )
    return errors.InvalidError(f"Jenkins refuses ({status}): {said(headers, body)}.")


def redirected(status: int, location: str, base: str) -> errors.ClientError:
    """Say of a redirect what it most likely means; it is never followed."""
    if is_login(location):
        return errors.UnauthorizedError(
            f"Something in front of Jenkins at {base} sends to a login page ({status}) instead of "
            "taking the API token. Nothing was followed."
        )
    if base.startswith("http://") and location.startswith("https://"):
        hint = "it wants https: use that address"
    else:
        hint = "the address is not where Jenkins lives, or a proxy in front of it wants a login"
    return errors.UnavailableError(
        f"{base} answered with a redirect ({status}) instead of an answer: {hint}. "
        "Nothing was followed."
    )


def is_login(location: str) -> bool:
    """Whether a redirect leads to where somebody signs in."""
    return bool(_LOGIN.search(location))


def not_json(status: int, base: str) -> errors.ClientError:
    """Say of a page where JSON was asked for what it most likely means."""
    return errors.UnauthorizedError(
        f"{base} answered with a page instead of JSON ({status}): a proxy in front of Jenkins "
        "wants a login, or this is no Jenkins."
    )


def misses_crumb(status: int, body: bytes) -> bool:
    """Whether a filter of Jenkins stopped a POST for want of a crumb, before anything was done."""
    return status == 403 and NO_CRUMB in body


def is_starting(body: bytes) -> bool:
    """Whether Jenkins is still getting ready: it has looked at nothing."""
    return _STARTING in body


def unanswered(broken: Exception, base: str) -> tuple[str, bool]:
    """Say why there is no answer, without a full stop, and whether the request never left."""
    server = f"Jenkins at {base}"
    if is_certificate(broken):
        return (
            f"{server} shows a certificate that no known authority signed (its own: "
            "SKYFLO_JENKINS_CA_FILE of this server)",
            True,
        )
    match broken:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return f"{server} cannot be reached in time", True
        case httpx.ConnectError():
            return f"{server} cannot be reached: no such host, or it refuses connections", True
        case httpx.ProxyError() | httpx.UnsupportedProtocol():
            return f"{server} cannot be reached through the configured proxy", True
        case httpx.TimeoutException():
            return f"{server} did not answer in time", False
    return f"{server} broke off the connection", False


def is_certificate(broken: BaseException | None) -> bool:
    """Whether a certificate that is not trusted is at the bottom of a failure."""
    while broken is not None:
        if isinstance(broken, ssl.SSLCertVerificationError):
            return True
        broken = broken.__cause__ or broken.__context__
    return False


def said(headers: Mapping[str, str], body: bytes) -> str:
    """Return what Jenkins says is wrong, in one short line without a full stop."""
    title = _TITLE.search(body)
    text = headers.get("x-error") or (title[1].decode("utf-8", "replace") if title else "")
    text = " ".join(html.unescape(text).split())[:300].rstrip(".") or "it does not say why"
    if logged := _LOGGING_ID.search(body):
        text += f"; logging id {logged[1].decode()} in Jenkins' log"
    return mask_free_text(text)


def _forbidden(
    headers: Mapping[str, str], body: bytes, about: Place, base: str, user: str
) -> errors.ClientError:
    if misses_crumb(403, body):
        return JenkinsRefusalError(
            f"Jenkins at {base} wants a crumb (403) and does not accept the one it issued: a proxy "
            "may drop the session's cookie. Use an API token, which needs no crumb. "
            "Nothing was done."
        )
    if permission := headers.get("x-required-permission", ""):
        lacking = shown(permission.replace("hudson.model.", "").replace("hudson.", ""))
        return JenkinsRefusalError(
            f"Jenkins at {base} refuses (403): {user} lacks the permission {lacking} on {about}."
        )
    if b"Authentication required" in body:
        return errors.UnauthorizedError(
            f"Jenkins at {base} wants a login (403): it did not take the credentials of {user}."
        )
    return JenkinsRefusalError(f"Jenkins at {base} refuses (403) {user}: {said(headers, body)}.")


def _hidden(base: str) -> str:
    return f" at {base}, or these credentials may not see it"
