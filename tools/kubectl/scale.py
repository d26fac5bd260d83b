"""k8s_scale: how many replicas."""

from typing import Annotated

from pydantic import Field

from clients.kubernetes.scaling import scale
from tools.dependencies import Writing
from tools.fields import Name, Namespace, ResourceType
from tools.kubectl.toolset import k8s
from tools.needs import verbs

Replicas = Annotated[int, Field(ge=0, le=100_000, description="How many to have")]


@k8s.destroy("Scale Kubernetes Resource", needs=[verbs("get patch", "*/scale")])
async def k8s_scale(
    writing: Writing,
    name: Name,
    resource_type: ResourceType,
    replicas: Replicas,
    namespace: Namespace = None,
) -> str:
    """Scale a workload, or any resource with a scale subresource."""
    ref = await writing.read.ref(resource_type, name, namespace)
    scaled = await scale(writing, ref, replicas)
    return f"{ref.qualified_name} scaled: {scaled.before} → {scaled.after} replicas."
