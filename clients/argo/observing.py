"""Wait, a few seconds at most, until the controller has seen what was last changed.

Until then the status tells of the template before it: a promotion sent now would be forgotten, and
what to promote cannot be seen.
"""

from datetime import datetime

from clients.argo.finding import rollout_of
from clients.argo.phase import is_observed, is_seen, is_workload_observed
from clients.argo.rollout import INSTANCE, part
from clients.errors import ConflictError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.waiting import Patience, Present, follow, only
from clients.kubernetes.writer import KubernetesWriter

OBSERVED_SECONDS = 8.0


async def observed(writing: KubernetesWriter, ref: ObjectRef) -> JsonObject:
    """Return the rollout with a status that is of its present spec; a preview does not wait."""
    rollout = await rollout_of(writing.read, ref)
    if not is_current(rollout) and not writing.dry:
        await follow(writing.read, only(ref), Patience(OBSERVED_SECONDS), _is_seen)
        rollout = await writing.read.get(ref)
    if is_current(rollout):
        return rollout
    waited = "" if writing.dry else f" within {OBSERVED_SECONDS:.0f} s"
    raise ConflictError(
        f"The Argo Rollouts controller has not looked at the last change of {ref}{waited}"
        f"{instance(rollout)}. Nothing was sent."
    )


def is_current(rollout: JsonObject) -> bool:
    """Whether the status tells of the spec as it is."""
    return is_seen(rollout) and is_observed(rollout) and is_workload_observed(rollout)


def instance(rollout: JsonObject) -> str:
    """Name the label that keeps a rollout for one controller, where it is set."""
    label = part(rollout, "metadata", "labels").get(INSTANCE)
    return f' (the label {INSTANCE}: "{label}" leaves it to that controller)' if label else ""


def silent_seconds(since: datetime | None, now: datetime) -> int:
    """Say for how long nothing happened."""
    return max(0, round((now - since).total_seconds())) if since else 0


async def _is_seen(present: Present) -> bool:
    return all(is_current(each) for each in present.values())
