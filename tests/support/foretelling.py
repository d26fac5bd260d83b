"""A change previewed and then made: what was foretold beside what became of every object."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastmcp import Client, FastMCP

from clients.errors import ClientError
from clients.kubernetes import KubernetesReader, ListQuery
from clients.kubernetes.changes import Change, Journal, significant
from clients.kubernetes.pods.running import RUN_ID
from mcp_server.app import create_app
from mcp_server.settings import Settings
from tests.conftest import Said
from tests.support.preview_cases import Case, content
from tools.arguments import prepared
from tools.changing import ChangingTool
from tools.dependencies import Clients
from tools.toolset import REGISTERED

JsonObject = dict[str, Any]
State = Mapping[str, JsonObject]
# What people write, here or in no namespace; controllers' own objects come and go by themselves.
HERE = (
    *("configmaps", "secrets", "services", "serviceaccounts"),
    *("deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch", "cronjobs.batch"),
    *("ingresses.networking.k8s.io", "poddisruptionbudgets.policy"),
    *("rolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io"),
)
EVERYWHERE = (
    *("namespaces", "nodes", "clusterroles.rbac.authorization.k8s.io"),
    "customresourcedefinitions.apiextensions.k8s.io",
)
# Set by controllers or at random: no dry run can know it, or it changes by itself.
_BY_OTHERS = {
    "annotations": (
        RUN_ID,
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
    ),
    "labels": ("controller-uid", "batch.kubernetes.io/controller-uid"),
    "matchLabels": ("controller-uid", "batch.kubernetes.io/controller-uid"),
}
_OF_KIND = {
    "Service": ("clusterIP", "clusterIPs"),
    "Node": ("taints", "podCIDR", "podCIDRs"),
    "Pod": ("nodeName",),
}
SETTLED_SECONDS = 30.0


@dataclass
class Foretelling:
    """The server in memory over some cluster, and one of the test's own that shows plans."""

    clients: Clients

    def __post_init__(self) -> None:
        self.reader: KubernetesReader = self.clients.kubernetes.reader
        self._plans: list[Journal] = []
        self.server: FastMCP[Any] = create_app(Settings(), self.clients)
        self.plans: FastMCP[Any] = FastMCP("plans", lifespan=self._opened)
        self.plans.tool(self.plan_of)

    @asynccontextmanager
    async def _opened(self, _: FastMCP[Any]) -> AsyncIterator[dict[str, Any]]:
        yield {"clients": self.clients}

    async def plan_of(self, tool: str, arguments: dict[str, Any]) -> str:
        """Keep the plan of a call."""
        changing = REGISTERED[tool]
        assert isinstance(changing, ChangingTool)
        ready = prepared(tool, changing.parameters, arguments)
        self._plans.append(await changing.tried(ready))
        return "kept"

    async def make(self, case: Case) -> None:
        """Make the change."""
        await self.call(case.tool, fails=case.unfinished, **case.arguments)

    async def call(self, tool: str, /, *, fails: bool = False, **arguments: object) -> str:
        """Call a tool; it must succeed, unless it has to fail."""
        said = await self.said(tool, **arguments)
        assert said.error is fails, f"{tool}: {said.text}"
        return said.text

    async def said(self, name: str, /, **arguments: object) -> Said:
        """Call a tool, however it ends."""
        async with Client(self.server) as client:
            answer = await client.call_tool(name, arguments, raise_on_error=False)
        return Said(answer.content[0].text, answer.is_error, answer.structured_content)

    async def plan(self, case: Case) -> Journal:
        """Return what the call would do."""
        async with Client(self.plans) as client:
            await client.call_tool("plan_of", {"tool": case.tool, "arguments": case.arguments})
        return self._plans.pop()

    async def give(self, case: Case, settle: Callable[[], Awaitable[None]]) -> None:
        """Make what there is first, version after version."""
        for number, version in enumerate(case.given, 1):
            await self.call("k8s_apply", content=content(*version), force=True)
            await settle()
            if case.waits_for:
                await self._made(case, number)

    async def _made(self, case: Case, many: int) -> None:
        """Wait until the controllers have made so many; another process does, so look again."""
        kind = await self.reader.resource_type(case.waits_for)
        async with asyncio.timeout(SETTLED_SECONDS):
            where = case.arguments["namespace"]
            while len((await self.reader.list(ListQuery(kind, where))).items) < many:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def state(self, namespace: str, own: str, plan: Journal | None = None) -> State:
        """Return every object that somebody wrote here, and what the plan names."""
        found: dict[str, JsonObject] = {}
        for resource in (*HERE, *EVERYWHERE):
            kind = await self.reader.resource_type(resource)
            where = namespace if kind.namespaced else None
            for each in (await self.reader.list(ListQuery(kind, where), 5000)).items:
                name = each["metadata"]["name"]
                if kind.namespaced or own in name:
                    found[kind.path(where, name)] = normal(each)
        for change in plan.changes if plan else ():
            await self._look(change, found)
        return found

    async def _look(self, change: Change, found: dict[str, JsonObject]) -> None:
        path = change.ref.path(change.subresource)
        try:
            live = await self.reader.get(change.ref, change.subresource)
        except ClientError:
            found.pop(path, None)
        else:
            found[path] = normal(live, change.subresource)


def normal(obj: JsonObject, subresource: str = "") -> JsonObject:
    """Leave out of an object what is not the change's own: status, versions, what others set."""
    kept = significant(obj, subresource)
    assert kept is not None
    spec = {
        k: v for k, v in (kept.get("spec") or {}).items() if k not in _OF_KIND.get(obj["kind"], ())
    }
    whole = {**kept, "spec": spec} if "spec" in kept else kept
    if obj["kind"] == "CustomResourceDefinition":  # the API server adds its finalizer later
        whole["metadata"].pop("finalizers", None)
    cleaned: JsonObject = _cleaned(whole)
    return cleaned


def _cleaned(node: Any, key: str = "") -> Any:
    if isinstance(node, list):
        return [_cleaned(each) for each in node]
    if isinstance(node, str):
        return "kube-api-access" if node.startswith("kube-api-access-") else node
    if not isinstance(node, dict):
        return node
    kept = {k: _cleaned(v, k) for k, v in node.items() if k not in _BY_OTHERS.get(key, ())}
    return {k: v for k, v in kept.items() if v not in ({}, None) and k != "nodePort"}


def foretold(before: State, plan: Journal) -> State:
    """Return the state that the plan leads to."""
    after = dict(before)
    for change in plan.changes:
        path = change.ref.path(change.subresource)
        if change.kind in ("deleted", "evicted"):
            after.pop(path, None)
        elif change.after is not None:
            after[path] = normal(change.after, change.subresource)
        if change.subresource == "scale" and change.ref.path() in after:
            whole = after[change.ref.path()]
            size = {"replicas": (change.after or {})["spec"].get("replicas", 0)}
            after[change.ref.path()] = {**whole, "spec": {**whole["spec"], **size}}
    return after


def shown(before: State, after: State) -> list[str]:
    """Name the objects that differ."""
    return sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )


def foretold_paths(before: State, plan: Journal) -> list[str]:
    """Name the objects that the plan says will differ."""
    return shown(before, foretold(before, plan))
