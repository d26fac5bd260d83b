"""Requests to the simulated Jenkins as they leave: nothing quoted, followed or kept by itself."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest
from yarl import URL

from sandbox.jenkins import Jenkins
from tests.support.jenkins import PASSWORD, TOKEN, USER


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return orjson.loads(self.text)


class Browser:
    """Sends one request after the other, each with only what it is given."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def send(
        self,
        method: str,
        path: str,
        user: tuple[str, str] | None = (USER, TOKEN),
        form: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if user is not None:
            login = base64.b64encode(":".join(user).encode()).decode()
            sent["Authorization"] = f"Basic {login}"
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        data = aiohttp.FormData(form) if form is not None else body
        url = URL(self._url + path, encoded=True)
        async with self._http.request(
            method, url, headers=sent, data=data, allow_redirects=False
        ) as got:
            kept = {name: morsel.value for name, morsel in got.cookies.items()}
            return Answer(got.status, dict(got.headers), await got.text(), kept)

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.send("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Answer:
        return await self.send("POST", path, **more)


@pytest.fixture
async def browser(jenkins: Jenkins) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Browser(http, jenkins.url)


@pytest.fixture
def password() -> tuple[str, str]:
    return USER, PASSWORD
