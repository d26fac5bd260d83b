"""k8s_delete: one object."""

from typing import Annotated, Literal

from pydantic import Field

from clients.kubernetes.changing.deleting import Deleted, delete
from clients.kubernetes.objects import ObjectRef
from tools.dependencies import Progress, Writing
from tools.fields import Name, Namespace, ResourceType, WaitSeconds
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.results import Answer

Cascade = Annotated[
    Literal["background", "foreground", "orphan"],
    Field(description="What becomes of its dependents"),
]
GraceSeconds = Annotated[int | None, Field(ge=0, le=3600, description="Default: the pod's own")]


@k8s.destroy(
    "Delete Kubernetes Resource",
    needs=[verbs("get list watch delete", "*.*")],
    deadline=LONGEST_WAIT_DEADLINE,
)
async def k8s_delete(
    writing: Writing,
    progress: Progress,
    name: Name,
    resource_type: ResourceType,
    namespace: Namespace = None,
    cascade: Cascade = "background",
    grace_seconds: GraceSeconds = None,
    wait_seconds: WaitSeconds = 60,
) -> Answer:
    """Delete exactly one object and wait until it is gone."""
    ref = await writing.read.ref(resource_type, name, namespace)
    ended = await delete(writing, ref, cascade, grace_seconds, wait_seconds, Telling(progress))
    if ended.gone:
        return Answer(f"{ref.qualified_name} deleted")
    return Answer(f"{ref.qualified_name} is being deleted; {_last_seen(ended, ref, wait_seconds)}")


def _last_seen(ended: Deleted, ref: ObjectRef, wait_seconds: int) -> str:
    if ended.unseen:
        return f"whether it is gone could not be seen: {ended.unseen}"
    where = f', namespace="{ref.namespace}"' if ref.type.namespaced else ""
    waiting = f'resource_type="{ref.type.qualified}", name="{ref.name}"{where}'
    return (
        f"still there after {wait_seconds} s{ended.held_by}. "
        f'k8s_wait({waiting}, condition="delete") goes on waiting.'
    )
