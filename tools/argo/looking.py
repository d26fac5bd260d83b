"""Tools that look at one rollout: its status, its description, its history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from clients.argo import reading
from clients.argo.phase import phase_of
from clients.argo.rollout import is_aborted, needs_a_person, status
from clients.errors import NotFoundError
from clients.kubernetes import JsonObject, KubernetesReader
from clients.kubernetes.objects import ObjectRef
from clients.kubernetes.rollouts import hold_up
from clients.kubernetes.waiting import Patience, Present, follow, only
from clients.kubernetes.watching import Silence
from clients.masking import mask_free_text
from tools.argo.fields import READ_MADE, READ_ROLLOUTS, RolloutName
from tools.argo.standing import standing_of
from tools.argo.toolset import argo
from tools.dependencies import Kubernetes, Now, Progress, current_clients
from tools.fields import Namespace, Revision, WaitSeconds
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling, with_silence
from tools.render.argo import Standing
from tools.render.argo.describe import description
from tools.render.argo.history import history, known_revisions, one_revision
from tools.render.argo.reading import pod_hash, revision
from tools.render.argo.status import figures, status_lines
from tools.render.argo.tree import Family
from tools.render.pod_troubles import pod_troubles
from tools.results import Answer

Watch = Annotated[bool, Field(description="Follow until done, degraded or waiting for a person")]


@argo.read(
    "Get Argo Rollout Status", needs=[READ_ROLLOUTS, READ_MADE], deadline=LONGEST_WAIT_DEADLINE
)
async def argo_status(
    kubernetes: Kubernetes,
    now: Now,
    progress: Progress,
    name: RolloutName,
    namespace: Namespace = None,
    watch: Watch = False,
    wait_seconds: WaitSeconds = 60,
) -> Answer:
    """Get a rollout's phase, step, weights, what it waits for."""
    ref = await reading.rollout_ref(kubernetes, name, namespace)
    silence, following = Silence(), _Following(Telling(progress), now)
    ended = True
    if watch:
        patience = Patience(wait_seconds)
        ended = await follow(kubernetes, only(ref), patience, following.has_ended, silence)
        following.refuse_deleted(ref)
    rollout = following.last if silence.since is not None else None
    rollout = rollout or await kubernetes.get(ref)
    answer = await _told(kubernetes, rollout, current_clients().clock())
    late = "" if ended else f"Not done after {wait_seconds} s; call again to go on watching.\n"
    text = with_silence(late + answer.text, silence)
    return Answer(text, data=answer.data)


class _Following:
    """The last that was seen of a rollout that is watched."""

    def __init__(self, tell: Telling, now: datetime) -> None:
        self._tell = tell
        self._now = now
        self._deleted = False
        self.last: JsonObject | None = None

    async def has_ended(self, present: Present) -> bool:
        if not present:
            self._deleted = self.last is not None
            return True
        self.last = next(iter(present.values()))
        standing = standing_of(self.last, self._now)
        await self._tell(f"{standing.text}; {figures(self.last, standing)}")
        return _has_come_to_rest(self.last)

    def refuse_deleted(self, ref: ObjectRef) -> None:
        if self._deleted:
            raise NotFoundError(f"{ref} was deleted while it was watched.")


def _has_come_to_rest(rollout: JsonObject) -> bool:
    """Whether nothing goes on by itself; what was asked for a moment ago is still to come."""
    phase = phase_of(rollout)
    if is_aborted(rollout):
        return phase.phase == "Degraded"
    if status(rollout).get("promoteFull"):
        return phase.phase == "Healthy"
    return phase.ends_a_watch or (phase.phase == "Paused" and needs_a_person(rollout))


async def _told(kubernetes: KubernetesReader, rollout: JsonObject, now: datetime) -> Answer:
    sets = await reading.stacks_of(kubernetes, rollout)
    standing = standing_of(rollout, now, sets)
    lines = list(status_lines(rollout, standing, now))
    if standing.phase in ("Degraded", "Progressing"):
        lines[-1:-1] = await _troubles(kubernetes, rollout, sets)
    return Answer("\n".join(lines), data=_data(rollout, standing))


async def _troubles(
    kubernetes: KubernetesReader, rollout: JsonObject, sets: Sequence[JsonObject]
) -> list[str]:
    """Say which pods of the new version are not ready, and why."""
    current = status(rollout).get("currentPodHash")
    newest = next((each for each in sets if current and pod_hash(each) == current), None)
    if newest is None or not newest["spec"].get("replicas"):
        return []
    found = await hold_up(kubernetes, newest)
    told = [mask_free_text(line) for line in pod_troubles(found.pods, found.evidence)]
    told += [f"  {warning}" for warning in found.warnings] if found.pods or not told else []
    return told + ([f"  Its pods are not shown: {found.unseen}"] if found.unseen else [])


def _data(rollout: JsonObject, standing: Standing) -> JsonObject:
    return {
        "phase": standing.phase,
        "message": standing.message,
        "done": phase_of(rollout).ends_a_watch,
        "needs_person": standing.phase == "Paused" and standing.needs_person,
        "step": standing.index,
        "steps": len(standing.steps),
        "set_weight": standing.set_weight,
        "actual_weight": standing.actual_weight,
    }


@argo.read("Describe Argo Rollout", needs=[READ_ROLLOUTS, READ_MADE])
async def argo_describe(
    kubernetes: Kubernetes, now: Now, name: RolloutName, namespace: Namespace = None
) -> str:
    """Describe a rollout: tree, weights, services, steps, analyses, events, what can be done."""
    ref = await reading.rollout_ref(kubernetes, name, namespace)
    found = await reading.family_of(kubernetes, ref)
    events, unseen = await reading.events_of(kubernetes, found.rollout)
    standing = standing_of(found.rollout, now, found.replica_sets)
    return description(_family(found), standing, events, {**found.unseen, **unseen}, now)


@argo.read("Get Argo Rollout History", needs=[READ_ROLLOUTS, READ_MADE])
async def argo_history(
    kubernetes: Kubernetes,
    now: Now,
    name: RolloutName,
    namespace: Namespace = None,
    revision: Revision = None,
) -> str:
    """List a rollout's revisions with role, images, analysis outcome, or show one."""
    ref = await reading.rollout_ref(kubernetes, name, namespace)
    found = await reading.revisions_of(kubernetes, ref)
    if revision is None:
        return "\n".join(history(_family(found), now))
    for each in found.replica_sets:
        if _number(each) == revision:
            return one_revision(found.rollout, each)
    known = known_revisions(found.replica_sets)
    raise NotFoundError(f"{ref} has no revision {revision}; it has: {known}.")


def _number(replica_set: JsonObject) -> int:
    return revision(replica_set)


def _family(found: reading.Family) -> Family:
    return Family(
        found.rollout, found.replica_sets, found.pods, found.experiments, found.analysis_runs
    )
