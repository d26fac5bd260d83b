"""What a session may send: a read-only session is incapable of effects, whatever calls it.

The check is on the wire request, the last thing before it leaves: method, path and query, not on
what a caller says it is doing.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from clients.errors import ForbiddenError
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.places import Place, place_of

# Reviews are POSTs that store nothing (authorization.k8s.io, authentication.k8s.io).
REVIEWS = frozenset(
    {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    }
)
# These act although they are GETs: they run commands, open tunnels, reach what is behind the API.
_ACTING = frozenset({"exec", "attach", "portforward", "proxy"})
ALL = ["All"]


def reading_only(request: Request) -> None:
    """Refuse whatever is neither a GET without effects nor a review of one's own rights."""
    if not _reads(request):
        raise _refused(request, "A read-only tool")


def dry_runs_only(request: Request) -> None:
    """Refuse whatever is neither a read nor a dry run of a change to one object.

    Where the API server looks for ``dryRun`` depends on the verb: in the query for POST, PUT and
    PATCH; in the body for DELETE, whose query it ignores as soon as there is a body, and for an
    eviction in its delete options. A DELETE of a collection is refused, dry or not.
    """
    if not (_reads(request) or _is_dry(request)):
        raise _refused(request, "A preview")


def _reads(request: Request) -> bool:
    if request.method == "GET":
        return _is_plain(request.path) and not request.protocols and not _acts(_place(request))
    return request.method == "POST" and request.path in REVIEWS


def _is_dry(request: Request) -> bool:
    place = _place(request) if _is_plain(request.path) else None
    if place is None or _acts(place):
        return False
    if request.method == "DELETE":
        one_object = bool(place.name) and not place.subresource
        return one_object and _body(request).get("dryRun") == ALL
    dry = isinstance(request.params, Mapping) and request.params.get("dryRun") == "All"
    if request.method == "POST" and place.subresource == "eviction":
        return dry and (_body(request).get("deleteOptions") or {}).get("dryRun") == ALL
    if request.method == "POST" and place.name:
        return False  # token, binding and the like: not ours to try
    return request.method in ("POST", "PUT", "PATCH") and dry


def _place(request: Request) -> Place | None:
    return place_of(unquote(request.path))


def _acts(place: Place | None) -> bool:
    return place is not None and place.subresource.split("/")[0] in _ACTING


def _is_plain(path: str) -> bool:
    """Whether the API server reads the path as it is read here: no query, dots or hidden slashes.

    It splits the path after unescaping it, and clients resolve ``..`` before sending it.
    """
    parts = [unquote(part) for part in path.split("/")[1:]]
    separators = any(mark in part for part in parts for mark in "/\\")
    whole = path.startswith("/") and not ({"?", "#"} & {*path}) and not separators
    return whole and not {"", ".", ".."} & {*parts}


def _body(request: Request) -> dict[str, Any]:
    parsed = orjson.loads(request.body or b"{}")
    return parsed if isinstance(parsed, dict) else {}


def _refused(request: Request, who: str) -> ForbiddenError:
    return ForbiddenError(f"{who} tried to send {request.method} {request.path}; nothing was sent.")
