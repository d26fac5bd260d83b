"""Plays a scenario against the real controller or the simulated one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import aiohttp

from sandbox import Cluster, running_cluster
from sandbox.controllers import Controllers
from tests.contract.rollouts.acts import Act, Create, JsonObject, Patch, Until
from tests.contract.rollouts.normal import Everything, normal
from tests.support.argo import install_argo
from tests.support.simulation import a_node

ANSWERS = Path(__file__).parent / "answers"
PATHS = {
    "rollouts": "apis/argoproj.io/v1alpha1",
    "analysisruns": "apis/argoproj.io/v1alpha1",
    "analysistemplates": "apis/argoproj.io/v1alpha1",
    "experiments": "apis/argoproj.io/v1alpha1",
    "replicasets": "apis/apps/v1",
    "deployments": "apis/apps/v1",
    "services": "api/v1",
    "ingresses": "apis/networking.k8s.io/v1",
    "events": "api/v1",
}
SHOWN = ("rollouts", "replicasets", "services", "analysisruns", "experiments", "events")
LONGEST_SECONDS = 120
QUIET_SECONDS = 4
START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Time(Protocol):
    """How a cluster's time passes."""

    async def settle(self) -> None:
        """Let those who act at once act."""

    async def wait(self, seconds: float) -> None:
        """Let time pass."""


class RealTime:
    """A real cluster's: it passes by itself."""

    async def settle(self) -> None:
        """A real controller needs no telling."""

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class PlayedTime:
    """The simulated cluster's: it stands still but when it is told to pass."""

    def __init__(self) -> None:
        self.now = START
        self.controllers: Controllers | None = None

    async def settle(self) -> None:
        assert self.controllers is not None
        self.controllers.settle()

    async def wait(self, seconds: float) -> None:
        assert self.controllers is not None
        end = self.now + timedelta(seconds=seconds)
        while (due := self.controllers.next_due()) is not None and due <= end:
            self.now = due
            self.controllers.settle()
        self.now = end
        self.controllers.settle()


@asynccontextmanager
async def simulated() -> AsyncIterator[tuple[aiohttp.ClientSession, PlayedTime, Cluster]]:
    """Serve a simulated cluster with one node, the types and the controllers."""
    time = PlayedTime()
    async with (
        running_cluster(clock=lambda: time.now, kubelets=True) as cluster,
        aiohttp.ClientSession(f"{cluster.url}/") as session,
    ):
        install_argo(cluster)
        node = a_node("node-1")
        node["metadata"]["labels"]["type"] = "kwok"
        cluster.store.create(node)
        time.controllers = Controllers(cluster.store, heartbeats=False)
        yield session, time, cluster


def recorded(name: str) -> JsonObject:
    """Return what the real controller did."""
    answer: JsonObject = json.loads((ANSWERS / f"{name}.json").read_text())
    return answer


async def play(
    session: aiohttp.ClientSession, time: Time, acts: list[Act], namespace: str
) -> JsonObject:
    """Act, and return what there was at each point that is to be shown."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    await _send(session, "POST", "api/v1/namespaces", body)
    await time.wait(1)
    try:
        shown: JsonObject = {}
        for act in acts:
            found = await _do(session, time, act, namespace)
            if isinstance(act, Until) and act.shown:
                shown[act.shown] = normal(found, namespace)
        return shown
    finally:
        await _send(session, "DELETE", f"api/v1/namespaces/{namespace}")


async def _do(session: aiohttp.ClientSession, time: Time, act: Act, namespace: str) -> Everything:
    if isinstance(act, Create):
        for each in act.objects:
            plural = "ingresses" if each["kind"] == "Ingress" else f"{each['kind'].lower()}s"
            await _send(session, "POST", _path(plural, namespace), each)
            await time.settle()
        return {}
    if isinstance(act, Patch):
        path = f"{_path(act.plural, namespace)}/{act.name}{act.part}"
        await _send(session, "PATCH", path, act.body, act.content_type)
        await time.settle()
        return {}
    return await _until(session, time, act, namespace)


async def _until(
    session: aiohttp.ClientSession, time: Time, goal: Until, namespace: str
) -> Everything:
    quiet, before = 0.0, ""
    for _ in range(int(LONGEST_SECONDS / 0.5)):
        await time.wait(0.5)
        rollouts = await _list(session, "rollouts", namespace)
        present = json.dumps(rollouts)
        quiet, before = (quiet + 0.5 if present == before else 0.0), present
        if quiet >= QUIET_SECONDS and _is_reached(goal, rollouts):
            return {each: await _list(session, each, namespace) for each in SHOWN}
    raise TimeoutError(f"{goal.rollout} did not become {goal.phase} {goal.message}: {before}")


def _is_reached(goal: Until, rollouts: list[JsonObject]) -> bool:
    rollout = next(each for each in rollouts if each["metadata"]["name"] == goal.rollout)
    status = rollout.get("status") or {}
    if status.get("phase") != goal.phase or goal.message not in status.get("message", ""):
        return False
    return goal.also(rollout)


def _path(plural: str, namespace: str) -> str:
    return f"{PATHS[plural]}/namespaces/{namespace}/{plural}"


async def _list(session: aiohttp.ClientSession, plural: str, namespace: str) -> list[JsonObject]:
    found = await _send(session, "GET", _path(plural, namespace))
    items: list[JsonObject] = found["items"]
    return items


async def _send(
    session: aiohttp.ClientSession,
    method: str,
    path: str,
    body: JsonObject | list[JsonObject] | None = None,
    content_type: str = "application/json",
) -> JsonObject:
    data = None if body is None else json.dumps(body)
    headers = {"Content-Type": content_type} if data else {}
    async with session.request(method, path, data=data, headers=headers) as response:
        answer: JsonObject = await response.json()
        assert response.status < 300, (method, path, answer)
        return answer
