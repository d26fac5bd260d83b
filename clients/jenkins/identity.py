"""Who the credentials are to a Jenkins, and what Jenkins it is."""

import asyncio

from clients.errors import NotFoundError
from clients.jenkins.paths import Place
from clients.jenkins.reader import JenkinsReader, JsonObject


async def identity(jenkins: JenkinsReader) -> JsonObject:
    """Return id and full name (``/me``), authorities (``/whoAmI``), address and version."""
    me, authorities, version = await asyncio.gather(
        jenkins.get_json(Place(("me",), "the user"), "id,fullName"),
        _authorities(jenkins),
        jenkins.version(),
    )
    return {
        "id": str(me.get("id") or ""),
        "fullName": str(me.get("fullName") or ""),
        "authorities": authorities,
        "url": str(jenkins.base),
        "version": version,
    }


async def _authorities(jenkins: JenkinsReader) -> list[str]:
    try:
        who = await jenkins.get_json(Place(("whoAmI",), "the user"))
    except NotFoundError:  # what /me says is enough
        return []
    return [str(name) for name in who.get("authorities") or []]
