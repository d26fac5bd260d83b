"""Tools that change single objects: patch, set image, scale, labels and annotations."""

from typing import Annotated, Literal

from pydantic import Field

from clients.kubernetes.changing import editing, manifests
from clients.kubernetes.workloads.images import image_pairs, set_image
from clients.kubernetes.workloads.scaling import scale
from tools.dependencies import Writing
from tools.fields import Name, Namespace, ResourceType
from tools.kubectl.toolset import k8s
from tools.needs import verbs

PATCH_ANYTHING = verbs("get patch", "*.*")

Patch = Annotated[str, Field(description="JSON or YAML", max_length=500_000)]
PatchType = Annotated[
    Literal["strategic", "merge", "json"] | None, Field(description="Default: as the kind allows")
]
Subresource = Annotated[str | None, Field(description='e.g. "status"')]
Images = Annotated[str, Field(description='"web=shop/web:2,proxy=envoy:1", or "*=shop/web:2"')]
Replicas = Annotated[int, Field(ge=0, le=100_000, description="How many to have")]
Labels = Annotated[dict[str, str | None] | None, Field(description="To set; null removes")]


@k8s.destroy("Patch Kubernetes Resource", needs=[PATCH_ANYTHING])
async def k8s_patch(
    writing: Writing,
    name: Name,
    resource_type: ResourceType,
    patch: Patch,
    namespace: Namespace = None,
    patch_type: PatchType = None,
    subresource: Subresource = None,
) -> str:
    """Patch one object."""
    ref = await writing.read.ref(resource_type, name, namespace)
    body = manifests.value(patch)
    changed = await editing.patch(writing, ref, body, patch_type, subresource or "")
    return f"{ref.qualified_name} patched{'' if changed else ' (no change)'}"


@k8s.destroy("Update Kubernetes Container Images", needs=[PATCH_ANYTHING])
async def k8s_set_image(
    writing: Writing,
    resource_name: Name,
    resource_type: ResourceType,
    container_images: Images,
    namespace: Namespace = None,
) -> str:
    """Change container images, init containers' too, of anything with a pod template."""
    ref = await writing.read.ref(resource_type, resource_name, namespace)
    changes = await set_image(writing, ref, image_pairs(container_images))
    to = ", ".join(f"{name} to {after}" for name, (_, after) in changes.items())
    writing.name_act("set image of", ref, f": {to}")
    if not changes:
        return f"{ref.qualified_name} has these images already."
    shown = [f"  {name}: {before} → {after}" for name, (before, after) in changes.items()]
    return "\n".join([f"{ref.qualified_name} image updated", *shown])


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
    writing.name_act("scale", ref, f" from {scaled.before} to {scaled.after}")
    return f"{ref.qualified_name} scaled: {scaled.before} → {scaled.after} replicas."


@k8s.write("Set Kubernetes Labels", needs=[PATCH_ANYTHING], idempotent=True)
async def k8s_label(
    writing: Writing,
    name: Name,
    resource_type: ResourceType,
    labels: Labels = None,
    annotations: Labels = None,
    namespace: Namespace = None,
) -> str:
    """Set or remove labels and annotations of one object."""
    ref = await writing.read.ref(resource_type, name, namespace)
    changed = await editing.set_metadata(writing, ref, labels or {}, annotations or {})
    words = [*_set_or_removed("label", labels), *_set_or_removed("annotation", annotations)]
    writing.name_act(f"{', '.join(words)} of", ref)
    return f"{ref.qualified_name} {'changed' if changed else 'not changed: it is so already'}"


def _set_or_removed(what: str, given: Labels) -> list[str]:
    return [f"{'remove' if v is None else 'set'} {what} {k}" for k, v in (given or {}).items()]
