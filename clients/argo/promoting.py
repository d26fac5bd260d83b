"""Promote and resume: go on with an update that waits, or past the step it is at.

The patches are the plugin's (``cmd/promote/promote.go``), with two differences. With a pause by
hand and one of the controller, the hand's is lifted first: in the plugin's order the controller
pauses again at the same step. And what would do nothing is refused with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clients.argo.finding import rollout_of
from clients.argo.observing import observed
from clients.argo.patching import decide_status, patch_spec, patch_status
from clients.argo.phase import is_unpausing, phase_of
from clients.argo.rollout import (
    blue_green,
    canary,
    current_step,
    entries,
    is_aborted,
    is_fully_promoted,
    is_inconclusive,
    next_index,
    pause_reasons,
    spec,
    status,
    step_index,
    steps,
)
from clients.errors import ConflictError, InvalidError
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.writer import KubernetesWriter


@dataclass(frozen=True, slots=True)
class Lifted:
    """What was lifted: the pause by hand, the controller's for its reasons; the step passed over.

    ``before`` is the rollout as it was.
    """

    before: JsonObject
    by_hand: bool = False
    reasons: Sequence[str] = ()
    skipped: int | None = None


async def promote(writing: KubernetesWriter, ref: ObjectRef) -> Lifted:
    """Lift what an update waits for; with nothing to lift, pass over the step it is at."""
    rollout = await observed(writing, ref)
    _refuse_without_update(ref, rollout, "promote")
    lifted = _to_lift(ref, rollout)
    if lifted.reasons:
        return _something(ref, await _lift_both(writing, ref, lifted))
    if lifted.skipped is not None and not await _pass_over(writing, ref, rollout):
        lifted = replace(lifted, skipped=None)
    if lifted.by_hand:
        await patch_spec(writing, ref, await writing.read.get(ref), {"paused": False})
    return _something(ref, lifted)


async def skip_step(writing: KubernetesWriter, ref: ObjectRef) -> Lifted:
    """Pass over the canary's step, whatever it waits for."""
    rollout = await observed(writing, ref)
    if blue_green(rollout) is not None:
        raise InvalidError(f"{ref} is blue-green: it has no steps to skip.")
    if not steps(rollout):
        raise InvalidError(f"{ref} has no steps to skip.")
    _refuse_without_update(ref, rollout, "skip")
    if current_step(rollout) is None:
        raise _nothing(ref, rollout, "skip: all steps are done")
    if not await _pass_over(writing, ref, rollout):
        return _something(ref, Lifted(rollout))
    return Lifted(rollout, False, pause_reasons(rollout), step_index(rollout))


async def promote_fully(writing: KubernetesWriter, ref: ObjectRef) -> Lifted:
    """Go to the new version at once, without the steps, pauses and analyses that are left."""
    rollout = await observed(writing, ref)
    by_hand = bool(spec(rollout).get("paused"))
    if is_fully_promoted(rollout) and not by_hand:
        raise _nothing(ref, rollout, "promote: it is fully promoted")
    if status(rollout).get("promoteFull") and not by_hand:
        raise _nothing(ref, rollout, "do: a full promotion is under way")
    if not is_fully_promoted(rollout):
        await patch_status(writing, ref, rollout, {"promoteFull": True})
    if by_hand:
        await patch_spec(writing, ref, await writing.read.get(ref), {"paused": False})
    return Lifted(rollout, by_hand, pause_reasons(rollout))


async def resume(writing: KubernetesWriter, ref: ObjectRef) -> Lifted:
    """Lift the pauses and nothing else: the step stays the one it is at."""
    rollout = await rollout_of(writing.read, ref)
    lifted = Lifted(rollout, bool(spec(rollout).get("paused")), pause_reasons(rollout))
    if not (lifted.by_hand or lifted.reasons):
        raise _nothing(ref, rollout, "resume: it is not paused")
    return _something(ref, await _lift_both(writing, ref, lifted, keeps_step=True))


def _to_lift(ref: ObjectRef, rollout: JsonObject) -> Lifted:
    """Say what a promotion is of this rollout; refuses where it is nothing."""
    by_hand, reasons = bool(spec(rollout).get("paused")), pause_reasons(rollout)
    if is_inconclusive(rollout):
        return Lifted(rollout, by_hand, reasons, step_index(rollout))
    if reasons:
        return Lifted(rollout, by_hand, reasons)
    if not is_fully_promoted(rollout) and current_step(rollout) is not None:
        return Lifted(rollout, by_hand, (), step_index(rollout))
    if by_hand:
        return Lifted(rollout, by_hand)
    if steps(rollout):
        raise _nothing(ref, rollout, "promote: all steps are done")
    what = "blue-green" if canary(rollout) is None else "a canary without steps"
    raise _nothing(ref, rollout, f"promote: it is {what} and not paused (full=true skips analyses)")


async def _lift_both(
    writing: KubernetesWriter, ref: ObjectRef, lifted: Lifted, *, keeps_step: bool = False
) -> Lifted:
    """Lift the pause by hand first: the controller forgets the other order (see the module).

    Returns what was really lifted: a pause may end by itself meanwhile.
    """
    rollout, started = lifted.before, _starts(lifted.before)
    if lifted.by_hand:
        await patch_spec(writing, ref, rollout, {"paused": False})
        rollout = await writing.read.get(ref)

    def decide(now: JsonObject) -> JsonObject | None:
        if _starts(now) != started:
            return None  # that pause is over: another is not ours to lift
        if is_inconclusive(now) and not keeps_step:
            return _past(now)
        return {"pauseConditions": None}

    if lifted.reasons and not await decide_status(writing, ref, rollout, decide):
        return replace(lifted, reasons=(), skipped=None)
    return lifted


async def _pass_over(writing: KubernetesWriter, ref: ObjectRef, rollout: JsonObject) -> bool:
    """End the step that it is at; return whether it had not ended by itself."""
    index = step_index(rollout)

    def decide(now: JsonObject) -> JsonObject | None:
        if step_index(now) != index:
            return None
        return _past(now) if pause_reasons(now) else {"pauseConditions": None, **_next(now)}

    return await decide_status(writing, ref, rollout, decide) is not None


def _something(ref: ObjectRef, lifted: Lifted) -> Lifted:
    """Refuse to say that something was lifted where it went on before that."""
    if not (lifted.by_hand or lifted.reasons or lifted.skipped is not None):
        raise ConflictError(f"{ref} went on by itself meanwhile; nothing was changed.")
    return lifted


def _past(rollout: JsonObject) -> JsonObject:
    """End a pause and its step: a pause that only ended would count for the next step's too."""
    return {"pauseConditions": None, "controllerPause": False, **_next(rollout)}


def _next(rollout: JsonObject) -> JsonObject:
    return {"currentStepIndex": next_index(rollout)}


def _starts(rollout: JsonObject) -> list[tuple[object, object]]:
    conditions = entries(rollout, "status", "pauseConditions")
    return [(each.get("reason"), each.get("startTime")) for each in conditions]


def _refuse_without_update(ref: ObjectRef, rollout: JsonObject, what: str) -> None:
    if is_aborted(rollout):
        raise ConflictError(
            f"{ref} is aborted: to {what} would do nothing. argo_retry begins again at its first "
            "step, argo_promote with full=true goes to the new version at once, argo_undo back."
        )
    waits = spec(rollout).get("paused") or pause_reasons(rollout)
    if is_fully_promoted(rollout) and not waits:
        raise _nothing(ref, rollout, f"{what}: it is fully promoted")
    if is_unpausing(rollout) and not spec(rollout).get("paused"):
        raise _nothing(ref, rollout, f"{what}: it was promoted a moment ago")


def _nothing(ref: ObjectRef, rollout: JsonObject, why: str) -> ConflictError:
    phase, message = phase_of(rollout)
    state = f"{phase} - {message}" if message else phase
    return ConflictError(f"Nothing to {why}. {ref}: {state}. Nothing was sent.")
