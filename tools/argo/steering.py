"""Tools that steer an update: promote, pause, resume, abort, retry, terminate."""

from typing import Annotated, Literal

from pydantic import Field

from clients.argo import promoting, steering
from clients.argo.outlook import stack_names, step_text
from clients.argo.promoting import Lifted
from clients.argo.reading import argo_ref, rollout_ref
from clients.argo.rollout import blue_green, is_fully_promoted, steps
from clients.errors import InvalidError
from tools.argo.fields import (
    ANALYSIS_RUNS,
    EXPERIMENTS,
    FOLLOW_ROLLOUT,
    PATCH_ROLLOUT,
    PATCH_STATUS,
    ROLLOUTS,
    RolloutName,
)
from tools.argo.toolset import argo
from tools.dependencies import Writing
from tools.fields import Name, Namespace
from tools.needs import verbs
from tools.render.argo.changes import lifted_lines

Full = Annotated[bool | None, Field(description="Skip the rest")]
Skip = Annotated[bool | None, Field(description="Skip one step")]
Retried = Annotated[Literal["rollout", "experiment"], Field(description="What to retry")]
Ended = Annotated[Literal["analysisrun", "experiment"], Field(description="What to end")]
PATCH_BOTH = verbs("patch", ROLLOUTS, f"{ROLLOUTS}/status")
PATCH_EXPERIMENT = verbs("get patch", EXPERIMENTS)
PATCH_RUNS = verbs("get patch", ANALYSIS_RUNS, EXPERIMENTS)


@argo.destroy("Promote Argo Rollout", needs=[FOLLOW_ROLLOUT, PATCH_BOTH])
async def argo_promote(
    writing: Writing,
    name: RolloutName,
    namespace: Namespace = None,
    full: Full = None,
    skip_current_step: Skip = None,
) -> str:
    """Promote a rollout: past its pause, else past its running step."""
    if full and skip_current_step:
        raise InvalidError("Give full or skip_current_step, not both.")
    ref = await rollout_ref(writing.read, name, namespace)
    if full:
        lifted = await promoting.promote_fully(writing, ref)
        writing.name_act("promote", ref, " fully")
        return _said(f"rollout '{name}' fully promoted", lifted)
    further = promoting.skip_step if skip_current_step else promoting.promote
    lifted = await further(writing, ref)
    writing.name_act("promote", ref, _past(lifted))
    return _said(f"rollout '{name}' promoted", lifted)


@argo.write("Pause Argo Rollout", needs=[PATCH_ROLLOUT], idempotent=True)
async def argo_pause_rollout(
    writing: Writing, name: RolloutName, namespace: Namespace = None
) -> str:
    """Pause a rollout until it is resumed."""
    ref = await rollout_ref(writing.read, name, namespace)
    changed = await steering.pause(writing, ref)
    writing.name_act("pause", ref)
    return f"rollout '{name}' {'paused' if changed else 'is paused already'}"


@argo.destroy("Resume Argo Rollout", needs=[PATCH_ROLLOUT, PATCH_STATUS])
async def argo_resume_rollout(
    writing: Writing, name: RolloutName, namespace: Namespace = None
) -> str:
    """Lift all pauses of a rollout; skips no step."""
    ref = await rollout_ref(writing.read, name, namespace)
    lifted = await promoting.resume(writing, ref)
    writing.name_act("resume", ref)
    return _said(f"rollout '{name}' resumed", lifted, resumed=True)


@argo.destroy("Abort Argo Rollout", needs=[FOLLOW_ROLLOUT, PATCH_STATUS])
async def argo_abort_rollout(
    writing: Writing, name: RolloutName, namespace: Namespace = None
) -> str:
    """Give a rollout's update up: back to the stable version."""
    ref = await rollout_ref(writing.read, name, namespace)
    before = await steering.abort(writing, ref)
    writing.name_act("abort the update of", ref, f": back to {stack_names(before)[1]}")
    return (
        f"rollout '{name}' aborted\nIt becomes Degraded and keeps the new template: argo_retry "
        "begins it again, argo_undo goes back for good."
    )


@argo.write("Retry Argo Rollout", needs=[FOLLOW_ROLLOUT, PATCH_STATUS, PATCH_EXPERIMENT])
async def argo_retry(
    writing: Writing,
    name: Name,
    namespace: Namespace = None,
    resource_type: Retried = "rollout",
) -> str:
    """Begin an aborted rollout, or a completed experiment, again."""
    if resource_type == "experiment":
        experiment = await argo_ref(writing.read, "experiments", name, namespace)
        await steering.retry_experiment(writing, experiment)
        writing.name_act("retry", experiment)
        return f"experiment '{name}' retried"
    ref = await rollout_ref(writing.read, name, namespace)
    rollout = await steering.retry_rollout(writing, ref)
    first = f", at step 1 of {len(steps(rollout))}" if steps(rollout) else ""
    writing.name_act("begin the update of", ref, f" again{first}")
    return f"rollout '{name}' retried\nIt begins again{first}."


@argo.destroy("Terminate Argo Analysis Run", needs=[PATCH_RUNS])
async def argo_terminate(
    writing: Writing,
    name: Name,
    namespace: Namespace = None,
    resource_type: Ended = "analysisrun",
) -> str:
    """End an analysis run or experiment; without failures a success: the rollout goes on."""
    ref = await argo_ref(writing.read, f"{resource_type}s", name, namespace)
    await steering.terminate(writing, ref)
    writing.name_act("terminate", ref)
    return (
        f"{resource_type} '{name}' terminated\nWithout failures so far it is Successful, and "
        "the rollout goes on; a measurement that was under way counts as inconclusive, and the "
        "rollout may wait. To stop an update: argo_abort_rollout."
    )


def _past(lifted: Lifted) -> str:
    """Say what a promotion leaves behind, as the end of its sentence."""
    if lifted.skipped is None:
        return " past its pause"
    listed = steps(lifted.before)
    step = step_text(listed[lifted.skipped])
    return f" past step {lifted.skipped + 1} of {len(listed)} ({step})"


def _said(first: str, lifted: Lifted, *, resumed: bool = False) -> str:
    before = lifted.before
    skipped = None if lifted.skipped is None else step_text(steps(before)[lifted.skipped])
    return "\n".join(
        [
            first,
            *lifted_lines(
                before,
                by_hand=lifted.by_hand,
                reasons=lifted.reasons,
                skipped=skipped,
                resumed=resumed,
                blue_green=blue_green(before) is not None and not is_fully_promoted(before),
            ),
        ]
    )
