"""Serves a chart repository on the loopback address: its index, and the archives in it."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.charts import hello
from sandbox.charts.packing import index, package
from sandbox.serving import serving


@dataclass
class ChartRepository:
    """What is served: bytes by path, with `login` (`user:password`) only to who has it.

    `requests` are the paths that were asked for, `authorizations` the headers that came with them.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    login: str = ""
    requests: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    def answer(self, path: str, authorization: str) -> web.Response:
        """Answer one request."""
        self.requests.append(path)
        self.authorizations.append(authorization)
        wanted = f"Basic {base64.b64encode(self.login.encode()).decode()}"
        if self.login and authorization != wanted:
            return web.Response(status=401)
        body = self.files.get(path)
        return web.Response(status=404) if body is None else web.Response(body=body)


@asynccontextmanager
async def running_repository(
    port: int = 0, files: Mapping[str, bytes] | None = None
) -> AsyncIterator[ChartRepository]:
    """Serve `files`, or the two versions of `hello`, until the context ends."""
    repository = ChartRepository(files=dict(_demo() if files is None else files))

    async def answer(request: web.BaseRequest) -> web.Response:
        return repository.answer(request.path, request.headers.get("Authorization", ""))

    async with serving(answer, port) as url:
        repository.url = f"{url}/charts"
        yield repository


def _demo() -> Mapping[str, bytes]:
    packed = [
        (f"{hello.NAME}-{version}.tgz", files, package(hello.NAME, files))
        for version in reversed(hello.VERSIONS)
        for files in (hello.files(version),)
    ]
    archives = {f"/charts/{file}": archive for file, _, archive in packed}
    return {"/charts/index.yaml": index(packed), **archives}
