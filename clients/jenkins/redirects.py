"""Redirects that answer a change: to what was changed is success, anywhere else is none."""

from urllib.parse import unquote, urlsplit

from clients.jenkins import refusals
from clients.jenkins.paths import Build, Place
from clients.jenkins.session import Reply


def refuse_elsewhere(reply: Reply, place: Place, base: str) -> None:
    """Refuse a redirect that is not Jenkins' own: a login page, a proxy, another address."""
    if 300 <= reply.status < 400 and not leads_back(reply, place):
        raise refusals.redirected(reply.status, reply.headers.get("location", ""), base)


def leads_back(reply: Reply, place: Place) -> bool:
    """Whether a redirect leads to the place, or from a build to its job.

    Scheme and host are not compared: behind a proxy Jenkins may know itself by others.
    """
    try:
        path = urlsplit(reply.headers.get("location", "")).path
    except ValueError:
        return False
    if path in (".", "..", "./", "../"):
        return True
    names = tuple(unquote(part) for part in path.split("/") if part not in ("", "."))
    ends = [place.names, *([place.job.names] if isinstance(place, Build) else [])]
    return any(names[-len(end) :] == end for end in ends if end)
