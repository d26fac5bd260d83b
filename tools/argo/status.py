"""argo_status: where a rollout stands now, or after it has been followed for a while."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from clients.argo import reading
from clients.argo.finding import rollout_of
from clients.argo.phase import phase_of
from clients.argo.rollout import is_aborted, needs_a_person, status
from clients.errors import InvalidError, NotFoundError
from clients.kubernetes import JsonObject, KubernetesReader
from clients.kubernetes.objects import ObjectRef
from clients.kubernetes.waiting import Patience, Present, follow, only
from clients.kubernetes.wire.watching import Silence
from clients.kubernetes.workloads.rollouts import hold_up
from clients.masking import mask_free_text
from tools.argo.fields import FOLLOW_ROLLOUT, RolloutName
from tools.argo.standing import standing_of
from tools.argo.toolset import argo
from tools.dependencies import Kubernetes, Progress, current_clients
from tools.fields import Namespace
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling, with_silence
from tools.needs import verbs
from tools.render.argo import Standing
from tools.render.argo.reading import pod_hash
from tools.render.argo.status import figures, not_visible, status_lines
from tools.render.pod_troubles import pod_troubles
from tools.results import Answer

LONGEST_WAIT = 280
Watch = Annotated[bool | None, Field(description="Until it rests")]
WaitSeconds = Annotated[int, Field(description="280 at most")]
# For its real weight, and for what holds its new pods up.
READ_PODS = [verbs("list", "replicasets.apps", "pods", "events"), verbs("get", "pods/log")]


@argo.read(
    "Get Argo Rollout Status",
    needs=[FOLLOW_ROLLOUT, *READ_PODS],
    deadline=LONGEST_WAIT_DEADLINE,
)
async def argo_status(
    kubernetes: Kubernetes,
    progress: Progress,
    name: RolloutName,
    namespace: Namespace = None,
    watch: Watch = None,
    wait_seconds: WaitSeconds = 60,
) -> Answer:
    """Say a rollout's phase, step, weight, and what it waits for."""
    ref = await reading.rollout_ref(kubernetes, name, namespace)
    if not watch:
        return await _told(kubernetes, await rollout_of(kubernetes, ref))
    following = _Following(kubernetes, ref, Telling(progress))
    rested = await following.until_it_rests(wait_seconds)
    answer = await _told(kubernetes, await following.last_seen())
    late = "" if rested else f"Not done after {wait_seconds} s; call again to go on watching.\n"
    return Answer(with_silence(late + answer.text, following.silence), data=answer.data)


class _Following:
    """A rollout that is watched, and the last that was seen of it."""

    def __init__(self, kubernetes: KubernetesReader, ref: ObjectRef, tell: Telling) -> None:
        self._kubernetes = kubernetes
        self._ref = ref
        self._tell = tell
        self._deleted = False
        self._last: JsonObject | None = None
        self.silence = Silence()

    async def until_it_rests(self, seconds: int) -> bool:
        """Follow it until nothing goes on by itself; return whether that came in time."""
        if not 0 <= seconds <= LONGEST_WAIT:
            raise InvalidError(
                f'Argument "wait_seconds": {seconds} is not from 0 to {LONGEST_WAIT}.'
            )
        patience = Patience(seconds)
        return await follow(
            self._kubernetes, only(self._ref), patience, self._has_ended, self.silence
        )

    async def last_seen(self) -> JsonObject:
        """Return the rollout as it is; while the API server is silent, as it was.

        A single object says since when it is as it is, which one of a list does not.
        """
        if self._deleted:
            raise NotFoundError(f"{self._ref} was deleted while it was watched.")
        if self.silence.since is not None and self._last is not None:
            return self._last
        return await rollout_of(self._kubernetes, self._ref)

    async def _has_ended(self, present: Present) -> bool:
        if not present:
            self._deleted = self._last is not None
            return True
        self._last = next(iter(present.values()))
        standing = standing_of(self._last, current_clients().clock())
        await self._tell(f"{standing.text}; {figures(self._last, standing)}")
        return _rests(self._last)


def _rests(rollout: JsonObject) -> bool:
    """Whether nothing goes on by itself; what was asked for a moment ago is still to come."""
    phase = phase_of(rollout)
    if is_aborted(rollout):
        return phase.phase == "Degraded"
    if status(rollout).get("promoteFull"):
        return phase.phase == "Healthy"
    return phase.ends_a_watch or (phase.phase == "Paused" and needs_a_person(rollout))


async def _told(kubernetes: KubernetesReader, rollout: JsonObject) -> Answer:
    now = current_clients().clock()
    sets, unseen = await reading.stacks_of(kubernetes, rollout)
    standing = standing_of(rollout, now, None if unseen else sets)
    lines = list(status_lines(rollout, standing, now))
    lines[-1:-1] = not_visible(unseen)
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
    return told + [f"  {said}" for said in (*found.warnings, *found.not_shown)]


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
