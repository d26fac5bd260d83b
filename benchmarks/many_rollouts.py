"""An API server with nothing but rollouts, as many as wanted, which it lets be watched.

It counts what it is asked, and changes all rollouts at once when it is told to.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from benchmarks.many_pods import discovery, fixed

NAMESPACE = "shop"
_PLURALS = {"rollouts": "Rollout", "experiments": "Experiment", "analysisruns": "AnalysisRun"}
_STEPS = [{"setWeight": 25}, {"pause": {}}, {"setWeight": 50}, {"pause": {"duration": "10m"}}]
_TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {
        "containers": [
            {
                "name": f"app-{number}",
                "image": "shop/web:1",
                "env": [{"name": f"SETTING_{each}", "value": "x" * 40} for each in range(20)],
            }
            for number in range(2)
        ]
    },
}


@dataclass
class Rollouts:
    """Its URL, what it was asked, and whether the rollouts are done."""

    count: int
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    watches: int = 0

    def object(self, number: int) -> dict[str, Any]:
        """Build one rollout as it is now."""
        status: dict[str, Any] = {
            "observedGeneration": "1",
            "phase": "Healthy" if self.done.is_set() else "Progressing",
            "message": "" if self.done.is_set() else "more replicas need to be updated",
            "currentStepIndex": 4 if self.done.is_set() else 1,
            "currentPodHash": "bbb",
            "stableRS": "bbb" if self.done.is_set() else "aaa",
            **dict.fromkeys(("replicas", "updatedReplicas", "availableReplicas"), 4),
        }
        version = "9" if self.done.is_set() else "7"
        name = f"web-{number:03}"
        return {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Rollout",
            "metadata": {
                "name": name,
                "namespace": NAMESPACE,
                "uid": f"uid-{number}",
                "generation": 1,
                "resourceVersion": version,
                "creationTimestamp": "2026-01-01T00:00:00Z",
            },
            "spec": {
                "replicas": 4,
                "selector": {"matchLabels": {"app": name}},
                "template": _TEMPLATE,
                "strategy": {"canary": {"steps": _STEPS}},
            },
            "status": status,
        }

    def selected(self, request: web.Request) -> list[dict[str, Any]]:
        """Return the rollouts that a request is about."""
        name = request.query.get("fieldSelector", "").removeprefix("metadata.name=")
        numbers = [int(name.rpartition("-")[2])] if name else range(self.count)
        return [self.object(number) for number in numbers]

    async def rollouts(self, request: web.Request) -> web.StreamResponse:
        """Answer a list or a watch."""
        if request.query.get("watch"):
            return await self._watched(request)
        self.asked["list rollouts"] += 1
        metadata = {"resourceVersion": "9" if self.done.is_set() else "7"}
        body = {"kind": "RolloutList", "metadata": metadata, "items": self.selected(request)}
        return web.Response(body=orjson.dumps(body), content_type="application/json")

    async def _watched(self, request: web.Request) -> web.StreamResponse:
        self.asked["watch rollouts"] += 1
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        self.watches += 1
        with contextlib.suppress(ConnectionError):
            await self.done.wait()
            for each in self.selected(request):
                event = {"type": "MODIFIED", "object": each}
                await response.write(orjson.dumps(event) + b"\n")
            await asyncio.sleep(60)
        return response

    async def rollout(self, request: web.Request) -> web.Response:
        """Answer a get."""
        self.asked["get rollout"] += 1
        number = int(request.match_info["name"].rpartition("-")[2])
        return web.Response(body=orjson.dumps(self.object(number)), content_type="application/json")

    async def nothing(self, request: web.Request) -> web.Response:
        """Answer the list of anything else: there is none."""
        self.asked[f"list {request.match_info['plural']}"] += 1
        return web.json_response({"kind": "List", "metadata": {}, "items": []})


@asynccontextmanager
async def served_rollouts(count: int) -> AsyncIterator[Rollouts]:
    """Serve a namespace with so many rollouts on 127.0.0.1."""
    far = Rollouts(count)
    here = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}/rollouts"
    groups = discovery("argoproj.io", *(_resource(*each) for each in _PLURALS.items()))
    groups["items"] += discovery("apps", _resource("replicasets", "ReplicaSet"))["items"]
    groups["items"][0]["versions"][0]["version"] = "v1alpha1"
    version = {"major": "1", "minor": "36", "gitVersion": "v1.36.0"}
    app = web.Application()
    app.add_routes(
        [
            web.get("/version", fixed(version)),
            web.get("/api", fixed(discovery("", _resource("pods", "Pod")))),
            web.get("/apis", fixed(groups)),
            web.get(here, far.rollouts),
            web.get(f"{here}/{{name}}", far.rollout),
            web.get("/{path:.*}/{plural}", far.nothing),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    far.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield far
    finally:
        await runner.cleanup()


def _resource(plural: str, kind: str) -> dict[str, Any]:
    return {
        "resource": plural,
        "responseKind": {"group": "", "version": "v1", "kind": kind},
        "scope": "Namespaced",
        "singularResource": kind.lower(),
        "verbs": ["get", "list", "watch"],
        "subresources": [{"subresource": "status", "verbs": ["get", "patch"]}],
    }
