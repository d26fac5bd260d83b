"""A far side that holds one moment of a cluster, for asking the plugin about it.

It answers gets and lists, keeps watches open without an event, and remembers what would change it.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

JsonObject = dict[str, Any]
Moment = Mapping[str, Sequence[JsonObject]]
KINDS = {
    "rollouts": ("argoproj.io/v1alpha1", "Rollout"),
    "experiments": ("argoproj.io/v1alpha1", "Experiment"),
    "analysisruns": ("argoproj.io/v1alpha1", "AnalysisRun"),
    "replicasets": ("apps/v1", "ReplicaSet"),
    "deployments": ("apps/v1", "Deployment"),
    "pods": ("v1", "Pod"),
}


@dataclass
class Replay:
    """What it holds, by plural; the requests that would have changed something."""

    url: str = ""
    moment: Moment = field(default_factory=dict)
    changes: list[tuple[str, str, str, Any]] = field(default_factory=list)

    def shows(self, moment: Moment) -> None:
        self.moment, self.changes = moment, []

    def kubeconfig(self, folder: Path) -> Path:
        file = folder / "replay.kubeconfig"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "replay", "cluster": {"server": self.url}}],
            "contexts": [{"name": "replay", "context": {"cluster": "replay", "user": "replay"}}],
            "users": [{"name": "replay", "user": {}}],
            "current-context": "replay",
        }
        file.write_text(json.dumps(config))
        return file

    async def handle(self, request: web.Request) -> web.StreamResponse:
        parts = request.path.strip("/").split("/")
        plural = next((part for part in parts if part in KINDS), "")
        rest = parts[parts.index(plural) + 1 :] if plural else []
        if request.method != "GET":
            return await self._changed(request, plural, rest)
        if "watch" in request.query:
            return await _mute(request)
        if not plural:
            return _status(404, "NotFound", "not found")
        return self._one(plural, rest[0]) if rest else self._all(plural)

    async def _changed(
        self, request: web.Request, plural: str, rest: Sequence[str]
    ) -> web.StreamResponse:
        body = await request.json()
        kind = request.headers.get("Content-Type", "")
        self.changes.append((request.method, "/".join([plural, *rest]), kind, body))
        return self._one(plural, rest[0])

    def _one(self, plural: str, name: str) -> web.Response:
        for each in self.moment.get(plural, ()):
            if each["metadata"]["name"] == name:
                return web.json_response(self._typed(plural, each))
        return _status(404, "NotFound", f'{plural} "{name}" not found')

    def _all(self, plural: str) -> web.Response:
        version, kind = KINDS[plural]
        items = [self._typed(plural, each) for each in self.moment.get(plural, ())]
        body = {"apiVersion": version, "kind": f"{kind}List", "items": items}
        return web.json_response({**body, "metadata": {"resourceVersion": "1"}})

    @staticmethod
    def _typed(plural: str, obj: JsonObject) -> JsonObject:
        version, kind = KINDS[plural]
        return {"apiVersion": version, "kind": kind, **obj}


async def _mute(request: web.Request) -> web.StreamResponse:
    if "sendInitialEvents" in request.query:  # have the client list instead
        return _status(422, "Invalid", "sendInitialEvents is forbidden")
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    with contextlib.suppress(asyncio.CancelledError, ConnectionError):
        await asyncio.sleep(60)
    return response


def _status(code: int, reason: str, message: str) -> web.Response:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason}
    return web.json_response({**body, "message": message, "code": code}, status=code)


@contextlib.asynccontextmanager
async def replay() -> AsyncIterator[Replay]:
    far = Replay()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", far.handle)
    async with TestServer(app) as server:
        far.url = str(server.make_url("")).rstrip("/")
        yield far
