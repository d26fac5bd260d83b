"""k8s_rollout_status and k8s_rollout_history."""

from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes import JsonObject, KubernetesReader
from clients.kubernetes.waiting import Patience, Present, follow, only
from clients.kubernetes.wire.watching import Silence
from clients.kubernetes.workloads.revisions import revisions, workload_ref
from clients.kubernetes.workloads.rollouts import hold_up
from clients.masking import mask_free_text
from tools.dependencies import Kubernetes, Now, Progress
from tools.fields import Name, Namespace, ResourceType, Revision, WaitSeconds, Workload
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling, with_silence
from tools.kubectl.toolset import k8s
from tools.needs import FOLLOW_ANYTHING, READ_ANYTHING
from tools.render.pod_troubles import pod_troubles
from tools.render.revisions import history, one_revision, revision_number
from tools.render.rollout import (
    Obstacles,
    RolloutState,
    is_paused,
    rollout_progress,
    rollout_state,
    unfinished,
)
from tools.results import Answer

WorkloadType = Annotated[str | None, Field(description="Default: deployment")]


@k8s.read(
    "Check Kubernetes Rollout Status", needs=[FOLLOW_ANYTHING], deadline=LONGEST_WAIT_DEADLINE
)
async def k8s_rollout_status(
    kubernetes: Kubernetes,
    progress: Progress,
    name: Workload,
    namespace: Namespace = None,
    resource_type: WorkloadType = None,
    wait_seconds: WaitSeconds = 60,
) -> Answer:
    """Wait for a rollout (deployment, statefulset, daemonset) to finish; else say what holds it up.

    A failed or still unfinished one is an error.
    """
    ref = await workload_ref(kubernetes, name, resource_type, namespace)
    rollout = _Rollout(Telling(progress))
    silence = Silence()
    await follow(kubernetes, only(ref), Patience(wait_seconds), rollout.has_ended, silence)
    if rollout.workload is None:
        rollout.workload = await kubernetes.get(ref)  # refuses with the nearest name
    if rollout.deleted:
        raise NotFoundError(f"{ref}: object has been deleted")
    return await _told(kubernetes, rollout.workload, wait_seconds, silence)


class _Rollout:
    """The last that was seen of a workload whose rollout is followed."""

    def __init__(self, tell: Telling) -> None:
        self._tell = tell
        self.workload: JsonObject | None = None
        self.deleted = False

    async def has_ended(self, present: Present) -> bool:
        if not present:
            self.deleted = self.workload is not None
            return True
        self.workload = next(iter(present.values()))
        await self._tell(rollout_progress(self.workload))
        state = rollout_state(self.workload)
        return state.done or state.failed or is_paused(self.workload)


async def _told(
    kubernetes: KubernetesReader, workload: JsonObject, wait_seconds: int, silence: Silence
) -> Answer:
    state = rollout_state(workload)
    data = {"done": state.done}
    if state.done:
        return Answer(state.sentence, data=data)
    if state.failed and workload["kind"] != "Deployment":
        raise InvalidError(f"{state.sentence}; with OnDelete a pod is new after it is deleted.")
    waited = 0 if state.failed or is_paused(workload) else wait_seconds
    obstacles = await _obstacles(kubernetes, workload)
    text = with_silence(unfinished(workload, state, waited, obstacles), silence)
    return Answer(text, data=data, error=_is_error(state, wait_seconds))


def _is_error(state: RolloutState, wait_seconds: int) -> bool:
    """Follow kubectl's exit codes: a wait that ran out is one, a mere look (no --watch) is not."""
    return state.failed or bool(wait_seconds)


async def _obstacles(kubernetes: KubernetesReader, workload: JsonObject) -> Obstacles:
    found = await hold_up(kubernetes, workload)
    pods = [mask_free_text(line) for line in pod_troubles(found.pods, found.evidence)]
    return Obstacles(pods, [*found.warnings, *found.not_shown])


@k8s.read("View Kubernetes Rollout History", needs=[READ_ANYTHING])
async def k8s_rollout_history(
    kubernetes: Kubernetes,
    now: Now,
    name: Name,
    resource_type: ResourceType,
    namespace: Namespace = None,
    revision: Revision = None,
) -> Answer:
    """List a workload's revisions with change cause, age and images, or show one revision."""
    ref = await workload_ref(kubernetes, name, resource_type, namespace)
    workload = await kubernetes.get(ref)
    kept = await revisions(kubernetes, workload)
    if revision is None:
        return Answer(history(workload, kept, now))
    for one in kept:
        if revision_number(one) == revision:
            return Answer(one_revision(workload, one))
    known = ", ".join(map(str, sorted(filter(None, map(revision_number, kept)))))
    raise NotFoundError(
        f"{ref}: unable to find the specified revision {revision}; it has: {known or 'none'}."
    )
