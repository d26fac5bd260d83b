"""Pause, abort, retry, restart, terminate: one patch each, the plugin's.

Beyond the plugin, what the controller would ignore or take back is refused with its reason.
"""

from datetime import datetime

from clients.argo.finding import rollout_of
from clients.argo.observing import observed
from clients.argo.patching import patch_spec, patch_status
from clients.argo.phase import phase_of
from clients.argo.rollout import is_aborted, is_fully_promoted, part, spec, status
from clients.errors import ConflictError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.writer import KubernetesWriter

COMPLETED = frozenset({"Successful", "Failed", "Error", "Inconclusive"})


async def pause(writing: KubernetesWriter, ref: ObjectRef) -> bool:
    """Have a rollout stand still; return whether it was not paused by hand already."""
    before = await rollout_of(writing.read, ref)
    if spec(before).get("paused"):
        return False
    await patch_spec(writing, ref, before, {"paused": True})
    return True


async def abort(writing: KubernetesWriter, ref: ObjectRef) -> JsonObject:
    """Give the update up and go back to the stable version; return the rollout as it was."""
    rollout = await observed(writing, ref)
    if is_aborted(rollout):
        raise ConflictError(f"{ref} is aborted already: {phase_of(rollout).message}.")
    if is_fully_promoted(rollout):
        raise ConflictError(
            f"There is no update of {ref} to abort: it is fully promoted, and the controller would "
            "take the abort back. argo_undo goes back to an earlier revision. Nothing was sent."
        )
    await patch_status(writing, ref, rollout, {"abort": True})
    return rollout


async def retry_rollout(writing: KubernetesWriter, ref: ObjectRef) -> JsonObject:
    """Begin an aborted update again at its first step; return the rollout as it was."""
    rollout = await observed(writing, ref)
    if not is_aborted(rollout):
        phase, message = phase_of(rollout)
        state = f"{phase} - {message}" if message else phase
        raise ConflictError(f"Nothing to retry: {ref} is not aborted ({state}). Nothing was sent.")
    await patch_status(writing, ref, rollout, {"abort": False})
    return rollout


async def retry_experiment(writing: KubernetesWriter, ref: ObjectRef) -> None:
    """Have a completed experiment run again."""
    before = await writing.read.get(ref)
    if spec(before).get("terminate"):
        raise ConflictError(
            f"{ref} was terminated and would end again at once; a new one has to be made."
        )
    if (phase := status(before).get("phase")) not in COMPLETED:
        raise ConflictError(f"Nothing to retry: {ref} is {phase or 'Pending'}. Nothing was sent.")
    await patch_status(writing, ref, before, None)


async def restart(writing: KubernetesWriter, ref: ObjectRef, now: datetime) -> JsonObject:
    """Have every pod older than now replaced, by eviction; return the rollout as it was."""
    before = await rollout_of(writing.read, ref)
    await patch_spec(writing, ref, before, {"restartAt": f"{now:%Y-%m-%dT%H:%M:%SZ}"})
    if writing.journal.changes[-1].kind == "unchanged":
        raise ConflictError(f"{ref} was restarted in this very second already; nothing was done.")
    return before


async def terminate(writing: KubernetesWriter, ref: ObjectRef) -> None:
    """End an analysis run or an experiment.

    What was measured counts: without failures it is Successful. A measurement that is broken off
    is inconclusive, which may be one too many.
    """
    before = await writing.read.get(ref)
    if (phase := part(before, "status").get("phase")) in COMPLETED:
        raise ConflictError(f"Nothing to terminate: {ref} is {phase}. Nothing was sent.")
    if spec(before).get("terminate"):
        raise ConflictError(f"{ref} is being terminated already. Nothing was sent.")
    await patch_spec(writing, ref, before, {"terminate": True})
