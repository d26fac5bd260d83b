"""Everything a read-only tool can do with a Jenkins: GET JSON, text, and text as it comes.

The session behind it sends nothing but GET. JSON comes masked, as a Kubernetes reader's objects do.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import orjson

from clients import errors
from clients.addresses import Address
from clients.jenkins import refusals
from clients.jenkins.missing import explained
from clients.jenkins.paths import JSON, ROOT, Place
from clients.jenkins.redaction import redacted
from clients.jenkins.session import MOST_BODY_BYTES, Reply, Request, Session
from clients.masking import Masking

JsonObject = dict[str, Any]


class JenkinsReader:
    """Reads one Jenkins as one user, for one call."""

    def __init__(self, session: Session, masking: Masking) -> None:
        self._session = session
        self._masking = masking

    @property
    def base(self) -> Address:
        """Where this Jenkins lives."""
        return self._session.base

    async def get_json(
        self,
        place: Place,
        tree: str = "",
        *,
        endpoint: tuple[str, ...] = JSON,
        params: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """GET what an endpoint of a place answers, masked; ``tree`` names the fields.

        The endpoint of Jenkins' own API is the default; plugins have others: ``wfapi/describe``.
        """
        found = await self.exact_json(place, tree, endpoint, params)
        return redacted(found, self._masking)

    async def absence(self, place: Place) -> errors.NotFoundError | None:
        """Return the refusal of a place that does not exist for this user."""
        try:
            await self._get(place, {"tree": "_class"})
        except errors.NotFoundError as missing:
            return missing
        return None

    async def exact_json(
        self,
        place: Place,
        tree: str = "",
        endpoint: tuple[str, ...] = JSON,
        params: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """GET JSON unmasked: for what is sent back to Jenkins, or not shown."""
        query = {**({"tree": tree} if tree else {}), **(params or {})}
        try:
            return await self._get(place, query, endpoint)
        except errors.NotFoundError as missing:
            if endpoint != JSON:  # what a plugin has or has not is for the caller to say
                raise
            raise await explained(self, place, missing) from missing

    async def _get(
        self, place: Place, query: Mapping[str, str], endpoint: tuple[str, ...] = JSON
    ) -> JsonObject:
        request = Request("GET", place.below(*endpoint), place, query)
        return self._decoded(await self._session.read(request))

    async def get_text(
        self, place: Place, endpoint: tuple[str, ...], most_bytes: int = MOST_BODY_BYTES
    ) -> bytes:
        """GET what is no JSON, such as ``config.xml``; more than ``most_bytes`` is refused."""
        request = Request("GET", place.below(*endpoint), place, accept="*/*", most_bytes=most_bytes)
        return (await self._session.read(request)).body

    @asynccontextmanager
    async def stream(
        self, place: Place, endpoint: tuple[str, ...], params: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """GET text and yield the answer as soon as its headers are there."""
        request = Request("GET", place.below(*endpoint), place, params, accept="text/plain")
        async with AsyncExitStack() as opened:
            try:
                response = await opened.enter_async_context(self._session.stream(request))
            except errors.NotFoundError as missing:
                raise await explained(self, place, missing) from missing
            yield response

    async def version(self) -> str:
        """Return Jenkins' version as its header says it; empty where it does not."""
        reply = await self._session.read(Request("GET", JSON, ROOT, {"tree": "mode"}))
        return reply.headers.get("x-jenkins", "")

    def cleaned(self, text: bytes) -> bytes:
        """Return streamed text without the credentials, should Jenkins have echoed them."""
        return self._session.credentials.removed_from(text)

    def _decoded(self, reply: Reply) -> JsonObject:
        base = str(self._session.base)
        if "json" not in reply.headers.get("content-type", ""):
            raise refusals.not_json(reply.status, base)
        try:
            parsed = orjson.loads(reply.body)
        except ValueError as garbled:
            raise errors.UnavailableError(f"Jenkins at {base} answered broken JSON.") from garbled
        if not isinstance(parsed, dict):
            raise errors.UnavailableError(f"Jenkins at {base} answered JSON that is no object.")
        return parsed
