"""Tools that give a rollout other pods: set image, undo, restart."""

from typing import Annotated

from pydantic import Field

from clients.argo import redeploying, steering
from clients.argo.reading import rollout_ref
from clients.argo.rollout import spec
from tools.argo.fields import PATCH_ROLLOUT, PATCH_WORKLOADS, RolloutName
from tools.argo.toolset import argo
from tools.dependencies import Now, Writing
from tools.fields import Namespace
from tools.needs import verbs
from tools.render.argo.changes import image_lines

Image = Annotated[str, Field(description="New image")]
Container = Annotated[str | None, Field(description="* for all")]
ToRevision = Annotated[int | None, Field(description="Default: previous")]
LIST_REVISIONS = verbs("list", "replicasets.apps")


@argo.destroy("Set Argo Rollout Image", needs=[PATCH_ROLLOUT, PATCH_WORKLOADS])
async def argo_set_image(
    writing: Writing,
    name: RolloutName,
    image: Image,
    namespace: Namespace = None,
    container_name: Container = None,
) -> str:
    """Change a rollout's image, which starts an update."""
    ref = await rollout_ref(writing.read, name, namespace)
    holder, changes = await redeploying.set_image(writing, ref, image, container_name)
    to = ", ".join(f"{change.container} to {change.after}" for change in changes)
    writing.name_act("set image of", holder, f": {to}")
    if not changes:
        return f'{holder.type.label} "{holder.name}" has this image already.'
    return "\n".join([f'{holder.type.label} "{holder.name}" image updated', *image_lines(changes)])


@argo.destroy("Undo Argo Rollout", needs=[PATCH_ROLLOUT, PATCH_WORKLOADS, LIST_REVISIONS])
async def argo_undo(
    writing: Writing,
    name: RolloutName,
    namespace: Namespace = None,
    to_revision: ToRevision = None,
) -> str:
    """Roll a rollout back to an earlier revision."""
    ref = await rollout_ref(writing.read, name, namespace)
    done = await redeploying.undo(writing, ref, to_revision)
    stable = ", the stable one" if done.stable else ""
    writing.name_act("undo", ref, f" to revision {done.revision}{stable}")
    return (
        f"rollout '{name}' undo\nBack to revision {done.revision} ({done.replica_set}{stable}), "
        "which gets a new number."
    )


@argo.destroy("Restart Argo Rollout", needs=[PATCH_ROLLOUT])
async def argo_rollout_restart(
    writing: Writing, now: Now, name: RolloutName, namespace: Namespace = None
) -> str:
    """Replace all pods of a rollout."""
    ref = await rollout_ref(writing.read, name, namespace)
    before = await steering.restart(writing, ref, now)
    writing.name_act("restart", ref)
    asked = spec(before).get("restartAt")
    return f"rollout '{name}' restarts in 0s{' (again)' if asked else ''}"
