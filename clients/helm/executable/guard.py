"""Where the operator refuses escalation: each object helm would write is tried first and looked at.

Whatever a chart renders, hooks and the second rendering included, has to pass here.
"""

from clients.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from clients.kubernetes import Kubernetes
from clients.kubernetes.changes import Change
from clients.kubernetes.impact import powers_of
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.doors import dry_runs_only
from clients.kubernetes.wire.places import place_of

_GIVING = ("POST", "PUT", "PATCH")
_PROTOBUF = "application/vnd.kubernetes.protobuf"


class PowersGuard:
    """Refuses a request whose object would give powers; called before the request is sent."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self._reader = kubernetes.reader
        self._trying = kubernetes.session(dry_runs_only)

    async def __call__(self, request: Request) -> None:
        """Raise ``ForbiddenError``; what the API server will refuse anyhow is left to it."""
        if request.method not in _GIVING or _is_record(request):
            return
        try:
            change = await self._tried(request)
        except (ConflictError, InvalidError, NotFoundError):
            return
        if powers := await powers_of(self._reader, [change]):
            raise ForbiddenError(
                f"Not allowed by the operator, who refuses escalation: {' '.join(powers)}"
            )

    async def _tried(self, request: Request) -> Change:
        params = dict(request.params) | {"dryRun": "All"}
        dry = Request(
            request.method,
            request.path,
            params,
            body=request.body,
            content_type=request.content_type,
        )
        after = (await self._trying.json(dry)).body
        kind = await self._reader.kind(after["apiVersion"], after["kind"])
        metadata = after["metadata"]
        ref = ObjectRef(kind, metadata["name"], metadata.get("namespace"))
        before = None if request.method == "POST" else await self._reader.get_or_none(ref)
        change: JsonObject = self._reader.masking.mask(after)
        return Change("created" if before is None else "changed", ref, before, change)


def _is_record(request: Request) -> bool:
    """Whether it is one of helm's own records, which alone are sent as protobuf."""
    place = place_of(request.path)
    kept = place is not None and place.resource in ("secrets", "configmaps")
    return kept and request.content_type.startswith(_PROTOBUF)
