"""Continue tokens and the versions a list is read at (apiserver `pkg/storage/continue.go`)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.reading.options import ListOptions
from sandbox.cluster.shelf import key_of
from sandbox.cluster.statuses import bad_request, expired

TOKEN_VERSION = "meta.k8s.io/v1"  # noqa: S105 - not a secret
LATEST = -1
TOO_OLD = "The resourceVersion for the provided list is too old."
CONTINUE_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can "
    "start a new list without the continue parameter, or use the continue token in this response "
    "to retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True)
class Position:
    """Where a page starts: after the key `start`, at a revision (LATEST: whatever is now)."""

    revision: int
    start: str

    def token(self) -> str:
        """Return the `continue` value."""
        content = {"v": TOKEN_VERSION, "rv": self.revision, "start": self.start}
        return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")

    def expired(self) -> "Exception":
        """Return the 410 whose token continues with whatever there is now."""
        again = Position(LATEST, self.start).token()
        return expired(CONTINUE_TOO_OLD, {"continue": again})


def position(token: str) -> Position:
    """Decode a `continue` value. Raises 400 for anything this server did not write."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        content = orjson.loads(raw)
        version, revision, start = content["v"], content["rv"], content["start"]
    except (ValueError, KeyError, TypeError, binascii.Error) as fault:
        raise _bad_token(f"continue key is not valid: {_go_words(token)}") from fault
    if version != TOKEN_VERSION:
        why = f"server does not recognize this encoded version {version}"
        raise _bad_token(f"continue key is not valid: {why}")
    if not revision:
        why = f"incorrect encoded start resourceVersion (version {TOKEN_VERSION})"
        raise _bad_token(f"continue key is not valid: {why}")
    return Position(revision, start)


def page(
    objects: Sequence[JsonObject], options: ListOptions, revision: int
) -> tuple[Sequence[JsonObject], JsonObject]:
    """Cut a page from ordered objects; returns it with the list's metadata."""
    metadata: JsonObject = {"resourceVersion": str(revision)}
    unlimited = options.resource_version == "0"  # the watch cache knows no limit
    if options.limit <= 0 or unlimited or len(objects) <= options.limit:
        return objects, metadata
    cut = objects[: options.limit]
    metadata["continue"] = Position(revision, key_of(cut[-1]) + "\0").token()
    if options.selects_everything:
        metadata["remainingItemCount"] = len(objects) - len(cut)
    return cut, metadata


def _bad_token(why: str) -> Exception:
    return bad_request(f"invalid continue token: {why}")


def _go_words(token: str) -> str:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raw = b""
    first = raw[:1].decode("latin-1")
    if not first:
        return "unexpected end of JSON input"
    shown = first if first.isprintable() else f"\\u{ord(first):04x}"
    return f"invalid character '{shown}' looking for beginning of value"
