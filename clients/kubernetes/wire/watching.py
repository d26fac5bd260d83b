"""Watch a collection: changes as they come, over reconnects, until the caller stops.

Follows client-go's reflector where it matters: resume from the last version seen, bookmarks
included; on 410 list again; a pause between reconnects. The caller sets the deadline. A silent
stream proves nothing: an API server that is being stopped keeps watches open and mute for a minute.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from clients import errors
from clients.kubernetes.objects import JsonObject, ListQuery
from clients.kubernetes.wire.connection import Request
from clients.kubernetes.wire.session import Session

SERVER_ENDS_AFTER_SECONDS = 240
RECONNECT_PAUSE_SECONDS = 0.5
MOST_RECONNECTS = 200
LONGEST_LINE = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Change:
    """``ADDED``, ``MODIFIED`` or ``DELETED``, and the object after it."""

    type: str
    object: JsonObject


@dataclass(slots=True)
class Silence:
    """Since when the API server has not answered, on the event loop's clock; None while it does."""

    since: float | None = None

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return 0.0 if self.since is None else asyncio.get_running_loop().time() - self.since

    def begins(self, since: float | None = None) -> None:
        """Note that there was no answer; what lasts already began earlier."""
        if self.since is None:
            self.since = asyncio.get_running_loop().time() if since is None else since

    def ends(self) -> None:
        """Note an answer."""
        self.since = None


@asynccontextmanager
async def changes(
    session: Session,
    query: ListQuery,
    resource_version: str,
    prepared: Callable[[JsonObject], JsonObject],
    silence: Silence | None = None,
) -> AsyncIterator[AsyncIterator[Change]]:
    """Yield the changes from ``resource_version`` on; without one, the present objects first."""
    following = _following(session, query, resource_version, prepared, silence or Silence())
    try:
        yield following
    finally:
        await following.aclose()


async def _following(
    session: Session,
    query: ListQuery,
    version: str,
    prepared: Callable[[JsonObject], JsonObject],
    silence: Silence,
) -> Any:
    for _ in range(MOST_RECONNECTS):
        try:
            async for event in _events(session, query, version, silence):
                obj = event["object"]
                version = obj.get("metadata", {}).get("resourceVersion", version)
                if event["type"] != "BOOKMARK":
                    yield Change(event["type"], prepared(obj))
        except errors.ExpiredError:
            version = ""  # from the present state again; the caller sees it as ADDED
        except errors.UnavailableError:
            silence.begins()  # broken off or restarting: the version says where to go on
        await asyncio.sleep(RECONNECT_PAUSE_SECONDS)
    raise errors.UnavailableError(
        f"The watch on {query.type.plural} broke {MOST_RECONNECTS} times."
    )


async def _events(
    session: Session, query: ListQuery, version: str, silence: Silence
) -> AsyncIterator[JsonObject]:
    params = {
        **query.params,
        "watch": "true",
        "allowWatchBookmarks": "true",
        "timeoutSeconds": str(SERVER_ENDS_AFTER_SECONDS),
        **({"resourceVersion": version} if version else {}),
    }
    request = Request("GET", query.path, params, read_timeout=SERVER_ENDS_AFTER_SECONDS + 30.0)
    async with session.stream(request) as body:
        silence.ends()
        async for line in _lines(body):
            event = _event(line)
            if event["type"] == "ERROR":
                raise _error(event["object"])
            yield event


async def _lines(body: Any) -> AsyncIterator[bytes]:
    """Split the stream into lines; a line beyond the bound ends the watch instead of the memory."""
    rest = b""
    async for piece in body.iter_any():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                yield line
        if len(rest) > LONGEST_LINE:
            raise errors.InvalidError("A watched object is larger than 4 MiB.")


def _event(line: bytes) -> JsonObject:
    try:
        event = orjson.loads(line)
        event["type"], event["object"]["metadata"]  # a KeyError here is the check
    except (ValueError, KeyError, TypeError) as garbled:
        raise errors.UnavailableError("The API server sent a garbled watch event.") from garbled
    return dict(event)


def _error(status: JsonObject) -> errors.ClientError:
    if status.get("code") == 410 or status.get("reason") == "Expired":
        return errors.ExpiredError(str(status.get("message")))
    return errors.UnavailableError(f"The watch ended: {status.get('message')}")
