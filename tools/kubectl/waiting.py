"""k8s_wait and wait_for_x_seconds."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes import JsonObject, KubernetesReader, ListQuery, ObjectRef
from clients.kubernetes.types.selections import Selection, Target
from clients.kubernetes.waiting import Patience, Present, follow, only, pause
from clients.kubernetes.wire.watching import Silence
from clients.kubernetes.workloads.revisions import has_rollouts
from clients.masking import mask_free_text
from tools.dependencies import Kubernetes, Progress
from tools.fields import LabelSelector, Namespace, ResourceType, WaitSeconds
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling, with_silence
from tools.kubectl.toolset import k8s
from tools.needs import FOLLOW_ANYTHING
from tools.render.awaited import (
    Awaited,
    Verdict,
    awaited,
    condition_met,
    progress_of,
    unmet,
)
from tools.render.identity import qualified_name
from tools.results import Answer

Seconds = Annotated[int, Field(ge=0, le=280, description="At most 280")]
Condition = Annotated[
    str,
    Field(description='"Ready", "delete", "create", "rollout", "jsonpath={.status.phase}=Done"'),
]
ObjectName = Annotated[str | None, Field(description="Or label_selector")]
TELL_EVERY_SECONDS = 5.0


@k8s.read("Wait for Specified Duration", deadline=LONGEST_WAIT_DEADLINE)
async def wait_for_x_seconds(progress: Progress, seconds: Seconds) -> str:
    """Wait, and nothing else. k8s_wait and k8s_rollout_status end as soon as something happens."""
    await pause(seconds, progress, every=TELL_EVERY_SECONDS)
    return f"Waited for {seconds} seconds."


@k8s.read(
    "Wait for a Kubernetes Condition", needs=[FOLLOW_ANYTHING], deadline=LONGEST_WAIT_DEADLINE
)
async def k8s_wait(
    kubernetes: Kubernetes,
    progress: Progress,
    resource_type: ResourceType,
    condition: Condition,
    name: ObjectName = None,
    namespace: Namespace = None,
    label_selector: LabelSelector = None,
    timeout_seconds: WaitSeconds = 60,
) -> Answer:
    """Wait until objects meet a condition, as kubectl wait; says what is missing in the end.

    A selector follows the objects that come and go meanwhile.
    """
    wanted = _wanted(condition)
    selection = Selection(resource_type, name, namespace, label_selector=label_selector or "")
    target = await _target(kubernetes, selection)
    if wanted.form == "rollout" and not has_rollouts(target.type):
        raise InvalidError("Only deployments, statefulsets and daemonsets roll out.")
    wait = _Wait(wanted, Telling(progress))
    query = only(target) if isinstance(target, ObjectRef) else target
    silence = Silence()
    await follow(kubernetes, query, Patience(timeout_seconds), wait.is_over, silence)
    if wait.nothing_there:
        await _refuse_absent(kubernetes, target)
    text = with_silence(wait.report(timeout_seconds, _shown(target)), silence)
    return Answer(text, error=not wait.met, data={"met": wait.met})


def _wanted(condition: str) -> Awaited:
    try:
        return awaited(condition)
    except ValueError as unreadable:
        raise InvalidError(f'Argument "condition": {unreadable}.') from unreadable


async def _target(kubernetes: KubernetesReader, selection: Selection) -> Target:
    targets = await selection.targets(kubernetes)
    if len(targets) > 1:
        raise InvalidError("Wait for objects of one type at a time.")
    if isinstance(targets[0], ListQuery) and not selection.label_selector:
        raise InvalidError("Say what to wait for: name, or label_selector.")
    return targets[0]


async def _refuse_absent(kubernetes: KubernetesReader, target: Target) -> None:
    """Refuse a wait for the state of what is not there, as kubectl does."""
    if isinstance(target, ObjectRef):
        await kubernetes.get(target)
    where = f' in namespace "{target.namespace}"' if target.namespace else ""
    raise NotFoundError(f"No {target.type.plural} match the selection{where}.")


def _shown(target: Target) -> str:
    """Name what is waited for, also when nothing of it is there."""
    if isinstance(target, ObjectRef):
        return f"{target.type.qualified_kind}/{target.name}"
    return f"{target.type.qualified} matching {target.label_selector}"


class _Wait:
    """Judges the present objects, until all of them are as awaited or one never will be."""

    def __init__(self, wanted: Awaited, tell: Telling) -> None:
        self._wanted = wanted
        self._tell = tell
        self._names_at_first: dict[str, str] | None = None
        self._verdicts: dict[str, Verdict] = {}
        self.nothing_there = False
        self.met = False

    async def is_over(self, present: Present) -> bool:
        if self._names_at_first is None:
            self._names_at_first = {
                obj["metadata"]["uid"]: qualified_name(obj) for obj in present.values()
            }
            self.nothing_there = not present and self._wanted.form in ("state", "rollout")
            if self.nothing_there:
                return True
        self._verdicts = {
            qualified_name(obj): self._wanted.judge(obj) for obj in self._counted(present)
        }
        self.met = self._all_met()
        await self._tell(progress_of(self._wanted, self._verdicts.values()))
        return self.met or any(verdict.hopeless for verdict in self._verdicts.values())

    def _counted(self, present: Present) -> Iterable[JsonObject]:
        """Count what is there; of what shall go, only what was there at first."""
        if self._wanted.form != "delete":
            return present.values()
        return [obj for obj in present.values() if obj["metadata"]["uid"] in self._first()]

    def _first(self) -> Mapping[str, str]:
        return self._names_at_first or {}

    def _all_met(self) -> bool:
        if self._wanted.form == "delete":
            return not self._verdicts
        return bool(self._verdicts) and all(verdict.met for verdict in self._verdicts.values())

    def report(self, seconds: int, shown: str) -> str:
        if not self.met:
            return mask_free_text(unmet(self._wanted, self._verdicts, seconds, shown))
        names = self._first().values() if self._wanted.form == "delete" else self._verdicts
        return condition_met(names) or f"{shown} is not there: nothing to wait for."
