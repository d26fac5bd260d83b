"""What a preview foretells is what the call then does; by itself it does nothing."""

import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from clients.errors import ForbiddenError
from clients.helm import Helm
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire import doors
from clients.kubernetes.wire.session import Session
from tests.e2e.audit import AuditLog
from tests.e2e.kubectl import Kubectl
from tests.support.escaping import ESCAPES, Escape
from tests.support.foretelling import Foretelling, foretold, foretold_paths, shown
from tests.support.preview_cases import CASES, Case
from tools.dependencies import Clients

NOW = datetime.now(UTC)
WRITES = {"create", "update", "patch", "delete", "deletecollection"}
Sent = Sequence[Mapping[str, Any]]


@dataclass
class Place:
    """Where one case plays, and who it is to the API server."""

    own: str = field(default_factory=lambda: f"preview-{secrets.token_hex(4)}")

    @property
    def namespace(self) -> str:
        return f"{self.own}-in"

    def agent(self, doing: str) -> str:
        return f"{self.own}-{doing}"


@pytest.fixture
def place(admin: Kubectl) -> Iterator[Place]:
    """A namespace for one case; what it leaves in no namespace bears its name."""
    chosen = Place()
    admin("create", "namespace", chosen.namespace)
    given = ("get", "configmaps,serviceaccounts", "-n", chosen.namespace, "-o", "name")
    admin.until(lambda found: len(found.split()) == 2, *given)
    yield chosen
    admin("delete", "namespace", chosen.namespace, "--wait=false")
    everywhere = "namespaces,nodes,clusterroles,customresourcedefinitions"
    names = admin("get", everywhere, "-o", "name").split()
    left = [name for name in names if chosen.own in name and not name.endswith(chosen.namespace)]
    if left:
        admin("delete", "--wait=false", "--ignore-not-found", *left)


@asynccontextmanager
async def foretelling(admin: Kubectl, agent: str) -> AsyncIterator[Foretelling]:
    """The server over the real cluster; a key of its own makes fingerprints comparable."""
    source = ClusterSource(kubeconfig=str(admin.kubeconfig))
    key = SecretStr("the same for preview and call")
    kubernetes = Kubernetes(KubernetesSettings(source, user_agent=agent, fingerprint_key=key))
    yield Foretelling(Clients(kubernetes, Helm(kubernetes), clock=lambda: NOW))
    await kubernetes.close()


async def settle() -> None:
    """Leave the controllers alone: a case says itself what it waits for."""


@pytest.mark.parametrize("case", [pytest.param(case, id=case.is_) for case in CASES])
async def test_the_preview_of_a_change_equals_what_the_call_then_does(
    admin: Kubectl, place: Place, case: Case
) -> None:
    named = case.named(place.namespace, place.own)
    async with (
        foretelling(admin, place.agent("previews")) as previewing,
        foretelling(admin, place.agent("makes")) as making,
    ):
        await making.give(named, settle)
        log = AuditLog.beside(admin.kubeconfig, place.agent("previews"))
        untouched = await making.state(place.namespace, place.own)
        plan = await previewing.plan(named)
        before = await making.state(place.namespace, place.own, plan)
        assert {path: before[path] for path in untouched} == untouched
        assert only_dry(await sent(previewing, place, log))

        await making.make(named)
        after = await making.state(place.namespace, place.own, plan)
        assert after == foretold(before, plan)
        assert shown(before, after) == foretold_paths(before, plan)


async def test_a_preview_as_text_sends_nothing_that_changes(admin: Kubectl, place: Place) -> None:
    """Also what it reads beside the change, for its effects, is only read."""
    log = AuditLog.beside(admin.kubeconfig, place.agent("text"))
    async with foretelling(admin, place.agent("text")) as previewing:
        for case in CASES:
            named = case.named(place.namespace, place.own)
            await previewing.said("k8s_preview", tool=named.tool, arguments=named.arguments)
        assert only_dry(await sent(previewing, place, log))
    there = ("configmaps,deployments,secrets,services,statefulsets,daemonsets,jobs,cronjobs,pods",)
    assert place.own not in admin(
        "get", "nodes,clusterroles,customresourcedefinitions", "-o", "name"
    )
    found = admin("get", *there, "-n", place.namespace, "-o", "name").split()
    assert found == ["configmap/kube-root-ca.crt"]


@pytest.mark.parametrize("escape", [pytest.param(each, id=each.is_) for each in ESCAPES])
async def test_a_wrong_tool_cannot_write_through_a_preview(
    admin: Kubectl, place: Place, escape: Escape
) -> None:
    admin("create", "configmap", "victim", "-n", place.namespace)
    admin("create", "serviceaccount", "victim", "-n", place.namespace)
    admin("run", "victim", "--image=shop/none:1", "-n", place.namespace)
    objects = ("get", "configmaps,serviceaccounts,pods", "-n", place.namespace)
    before = {uid(each) for each in admin.json(*objects)["items"]}
    log = AuditLog.beside(admin.kubeconfig, place.agent("escapes"))
    async with foretelling(admin, place.agent("escapes")) as previewing:
        with pytest.raises(ForbiddenError, match="nothing was sent"):
            await dry_session(previewing).json(escape.request(place.namespace))
        requests = await sent(previewing, place, log) or ()
    assert {uid(each) for each in admin.json(*objects)["items"]} == before
    assert not [each for each in requests if each["verb"] in WRITES]


def dry_session(previewing: Foretelling) -> Session:
    """Return a session as the dry writer has it."""
    kubernetes = previewing.clients.kubernetes
    session = Session(kubernetes.connection, KubernetesSettings().retries)
    return session.with_door(doors.dry_runs_only)


def uid(obj: dict[str, dict[str, str]]) -> tuple[str, bool]:
    return obj["metadata"]["uid"], "deletionTimestamp" in obj["metadata"]


async def sent(previewing: Foretelling, place: Place, log: AuditLog | None) -> Sent | None:
    """Return what the API server wrote down of a user agent; None where it keeps no log."""
    last = {"resource_type": "configmap", "name": "the-end", "namespace": place.namespace}
    await previewing.said("k8s_get", **last)
    return log.requests("/the-end?includeObject=None") if log else None


def only_dry(requests: Sent | None) -> bool:
    """Whether no write but dry runs was sent, as far as that is known.

    A DELETE says so in its body, which the log leaves out; there the objects are the proof.
    """
    writes = [each for each in requests or () if each["verb"] in WRITES - {"delete"}]
    return requests != [] and all("dryRun=All" in each["requestURI"] for each in writes)
