"""Empty a node: close it, evict its pods, wait until they are gone.

Source followed: kubectl ``drain/drain.go``. Other than there, the pods are judged before the node
is closed, so that a refusal changes nothing; and it ends with its time, not with the last pod.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from clients.errors import (
    ClientError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from clients.kubernetes.changing.editing import cordon
from clients.kubernetes.nodes.drain_filters import (
    Allowances,
    DaemonSetName,
    Verdict,
    daemon_set_of,
    grouped,
    verdict,
)
from clients.kubernetes.objects import JsonObject, ListQuery, ObjectRef
from clients.kubernetes.reader import KubernetesReader
from clients.kubernetes.waiting import Patience, Present, follow
from clients.kubernetes.writer import KubernetesWriter

MOST_PODS = 1_000
EVICTIONS_AT_ONCE = 20
RETRY_SECONDS = 5.0
LOOK_SECONDS = 2.0
_TERMINATING = "because it is being terminated"

State = Literal["not tried", "blocked", "terminating", "gone", "failed"]
Told = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DrainPlan:
    """A node, the pods on it that are meant, and what is to become of each."""

    node: ObjectRef
    query: ListQuery
    verdicts: Sequence[Verdict]

    @property
    def evicted(self) -> list[Verdict]:
        """Those that go."""
        return [each for each in self.verdicts if each.evict]

    @property
    def refusals(self) -> list[str]:
        """What kubectl would refuse the drain with, one line per reason."""
        groups = grouped(self.verdicts, refusals=True)
        return [f"cannot delete {why}: {', '.join(names)}" for why, names in groups.items()]

    def refuse(self) -> None:
        """Raise the refusals, if there are any."""
        if self.refusals:
            raise InvalidError("\n".join([*self.refusals, "Nothing was changed."]))


@dataclass(slots=True)
class Fate:
    """What has become of one pod so far."""

    pod: JsonObject
    ref: ObjectRef
    state: State = "not tried"
    why: str = ""
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def name(self) -> str:
        """``shop/web-0``."""
        return f"{self.ref.namespace}/{self.ref.name}"

    def is_gone(self) -> None:
        """Remember that it is."""
        self.state, self.why = "gone", ""
        self.gone.set()

    @property
    def done(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("gone", "failed")


@dataclass(frozen=True, slots=True)
class Haste:
    """How long the whole may take, how long a pod gets to end, when a blocked one is retried."""

    seconds: float
    grace_seconds: int | None = None
    retry_seconds: float = RETRY_SECONDS


async def plan(
    kubernetes: KubernetesReader, node_name: str, allowed: Allowances, pod_selector: str = ""
) -> DrainPlan:
    """Judge every pod of a node; changes nothing."""
    node = await kubernetes.ref("nodes", node_name, None)
    await kubernetes.get(node)
    pods = await kubernetes.resource_type("pods")
    query = ListQuery(
        pods, None, pod_selector, f"spec.nodeName={node.name}", label_argument="pod_selector"
    )
    found = await kubernetes.list(query, MOST_PODS)
    if not found.complete:
        raise InvalidError(f"{node} has more than {MOST_PODS} pods; narrow with pod_selector.")
    owners = {owner for pod in found.items if (owner := daemon_set_of(pod))}
    unseen = {owner: why for owner in sorted(owners) if (why := await _unseen(kubernetes, owner))}
    return DrainPlan(node, query, [verdict(pod, allowed, unseen) for pod in found.items])


async def _unseen(kubernetes: KubernetesReader, daemon_set: DaemonSetName) -> str:
    namespace, name = daemon_set
    try:
        ref = await kubernetes.ref("daemonsets.apps", name, namespace)
        return "" if await kubernetes.get_or_none(ref) else f'daemonsets.apps "{name}" not found'
    except ClientError as refusal:
        return str(refusal)


async def drain(
    writing: KubernetesWriter, planned: DrainPlan, haste: Haste, tell: Told
) -> list[Fate]:
    """Close the node and evict what the plan evicts; says of each pod how far it came."""
    planned.refuse()
    await cordon(writing, planned.node, schedulable=False)
    drained = Draining(writing, planned, haste, tell)
    if writing.dry:
        await drained.tried()
    else:
        await drained.run()
    return drained.fates


class Draining:
    """The evictions of one drain under way."""

    def __init__(
        self, writing: KubernetesWriter, planned: DrainPlan, haste: Haste, tell: Told
    ) -> None:
        self._writing = writing
        self._query = planned.query
        self._haste = haste
        self._tell = tell
        self._turns = asyncio.Semaphore(EVICTIONS_AT_ONCE)
        self.fates = [Fate(each.pod, _ref(each.pod, planned.query)) for each in planned.evicted]

    async def tried(self) -> None:
        """Let the API server say of each eviction whether it would be allowed now.

        One after the other: a preview names the same things in the same order each time.
        """
        for fate in self.fates:
            await self._attempt(fate)

    async def run(self) -> None:
        """Evict until all are gone, nothing more can be done, or the time is over."""
        watching = asyncio.create_task(self._watch())
        try:
            async with asyncio.timeout(self._haste.seconds), asyncio.TaskGroup() as evictions:
                for fate in self.fates:
                    evictions.create_task(self._evict(fate))
        except TimeoutError:
            pass
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _evict(self, fate: Fate) -> None:
        while not fate.done:
            await self._attempt(fate)
            if fate.state == "terminating":
                await fate.gone.wait()
            elif not fate.done:
                await self._tell(f"{fate.name} {fate.state}: {fate.why}")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(fate.gone.wait(), self._haste.retry_seconds)

    async def _attempt(self, fate: Fate) -> None:
        """Ask once. Asking again is safe: the eviction names the pod's uid."""
        try:
            async with self._turns:
                await self._writing.evict(fate.ref, fate.pod, self._haste.grace_seconds)
            fate.state, fate.why = "terminating", ""
        except (NotFoundError, ConflictError):  # gone, or another of the same name
            fate.is_gone()
        except ForbiddenError as refusal:
            ends_anyway = _TERMINATING in str(refusal)
            fate.state, fate.why = "blocked" if ends_anyway else "failed", str(refusal)
        except UnavailableError as refusal:  # a budget forbids it for now, or nobody answers
            fate.state, fate.why = "blocked", str(refusal)
        except ClientError as refusal:
            fate.state, fate.why = "failed", str(refusal)

    async def _watch(self) -> None:
        """See the pods go, all with one watch; where none is to be had, look again and again."""
        while True:
            with contextlib.suppress(ClientError):
                patience = Patience(self._haste.seconds)
                await follow(self._writing.read, self._query, patience, self._look)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, present: Present) -> bool:
        there = {pod["metadata"]["uid"] for pod in present.values()}
        for fate in self.fates:
            if fate.pod["metadata"]["uid"] not in there and not fate.gone.is_set():
                fate.is_gone()
                gone = sum(each.state == "gone" for each in self.fates)
                await self._tell(f"{fate.name} is gone ({gone} of {len(self.fates)})")
        return all(fate.done for fate in self.fates)


def _ref(pod: JsonObject, query: ListQuery) -> ObjectRef:
    return ObjectRef(query.type, pod["metadata"]["name"], pod["metadata"]["namespace"])
