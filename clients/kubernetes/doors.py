"""What a session may send: a read-only session is incapable of effects, whatever calls it.

The check is on the wire request, the last thing before it leaves: method, path and query, not on
what a caller says it is doing.
"""

from clients.errors import ForbiddenError
from clients.kubernetes.connection import Request

# Reviews are POSTs that store nothing (authorization.k8s.io, authentication.k8s.io).
_REVIEWS = frozenset(
    {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    }
)
# These act although they are GETs: they run commands, open tunnels, reach what is behind the API.
_ACTING = frozenset({"exec", "attach", "portforward", "proxy"})


def reading_only(request: Request) -> None:
    """Refuse whatever is neither a GET without effects nor a review of one's own rights."""
    if request.method == "GET" and _subresource(request.path) not in _ACTING:
        return
    if request.method == "POST" and request.path in _REVIEWS:
        return
    raise ForbiddenError(
        f"A read-only tool tried to send {request.method} {request.path}; nothing was sent."
    )


def _subresource(path: str) -> str:
    """Return the subresource a path names: ``…/pods/web/exec`` is ``exec``."""
    parts = path.split("/")[1:]
    parts = parts[2:] if parts[0] == "api" else parts[3:]
    if len(parts) > 2 and parts[0] == "namespaces":
        parts = parts[2:]
    return parts[2] if len(parts) > 2 else ""
