"""Tools that roll workloads anew: restart, undo, pause and resume."""

from typing import Annotated

from pydantic import Field

from clients.kubernetes.workloads import redeploying
from clients.kubernetes.workloads.revisions import workload_ref
from tools.dependencies import Now, Writing
from tools.fields import Name, Namespace, ResourceType, Workload
from tools.kubectl.toolset import k8s
from tools.needs import verbs

WORKLOADS = verbs("get patch", "deployments.apps", "statefulsets.apps", "daemonsets.apps")
REVISIONS = verbs("get list", "replicasets.apps", "controllerrevisions.apps")

ToRevision = Annotated[int | None, Field(ge=1, description="Default: the one before")]
Resume = Annotated[bool, Field(description="Go on rolling out")]


@k8s.destroy("Restart Kubernetes Deployment", needs=[WORKLOADS])
async def k8s_rollout_restart(
    writing: Writing, now: Now, name: Workload, namespace: Namespace = None
) -> str:
    """Replace every pod of a deployment, statefulset or daemonset, by its rollout strategy."""
    ref = await workload_ref(writing.read, name, None, namespace)
    await redeploying.restart(writing, ref, now)
    writing.name_act("restart", ref)
    return f"{ref.qualified_name} restarted"


@k8s.destroy("Rollback Kubernetes Resource", needs=[WORKLOADS, REVISIONS])
async def k8s_rollout_undo(
    writing: Writing,
    name: Name,
    resource_type: ResourceType,
    namespace: Namespace = None,
    to_revision: ToRevision = None,
) -> str:
    """Roll a deployment, statefulset or daemonset back to an earlier revision."""
    ref = await workload_ref(writing.read, name, resource_type, namespace)
    number = await redeploying.undo(writing, ref, to_revision)
    writing.name_act("undo", ref, f" to revision {number}")
    return f"{ref.qualified_name} rolled back to revision {number}"


@k8s.write(
    "Pause Kubernetes Rollout", needs=[verbs("get patch", "deployments.apps")], idempotent=True
)
async def k8s_rollout_pause(
    writing: Writing, name: Workload, namespace: Namespace = None, resume: Resume = False
) -> str:
    """Pause a deployment's rollout, or resume it."""
    ref = await workload_ref(writing.read, name, None, namespace)
    changed = await redeploying.pause(writing, ref, paused=not resume)
    writing.name_act("resume" if resume else "pause", ref)
    word = "resumed" if resume else "paused"
    return f"{ref.qualified_name} {word if changed else f'is {word} already'}"
