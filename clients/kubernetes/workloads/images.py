"""Change container images: ``kubectl set image`` on everything that has a pod template."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from clients.errors import InvalidError, NotFoundError
from clients.kubernetes.changing.editing import is_built_in
from clients.kubernetes.names import shown
from clients.kubernetes.objects import JsonObject, ObjectRef
from clients.kubernetes.writer import KubernetesWriter
from clients.suggestions import did_you_mean

# Where a kind keeps its pod spec; all others that have a template keep it in spec.template.spec.
_POD_SPEC: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_TEMPLATE = ("spec", "template", "spec")
_LISTS = ("initContainers", "containers")
# What a reference to an image is made of: registry, port, path, tag, digest.
IMAGE = r"[a-zA-Z0-9][a-zA-Z0-9._:/@+-]*"
_PAIR = re.compile(rf"(\*|[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)=({IMAGE})")


def image_pairs(text: str) -> dict[str, str]:
    """Read ``web=shop/web:2,proxy=envoy:1``; spaces do too; ``*=image`` means every container."""
    pairs: dict[str, str] = {}
    for part in filter(None, re.split(r"[,\s]+", text)):
        pair = _PAIR.fullmatch(part)
        if not pair or pair[1] in pairs:
            why = "names a container twice" if pair else f"has {shown(part)}, no name=image"
            raise InvalidError(
                f'Argument "container_images" {why}; it is written "web=shop/web:2,proxy=envoy:1".'
            )
        pairs[pair[1]] = pair[2]
    if not pairs:
        raise InvalidError('Argument "container_images" is written "web=shop/web:2,proxy=envoy:1".')
    if "*" in pairs and len(pairs) > 1:
        raise InvalidError('"*" means every container; give it alone.')
    return pairs


async def set_image(
    writing: KubernetesWriter, ref: ObjectRef, images: Mapping[str, str]
) -> Mapping[str, tuple[str, str]]:
    """Change the images; return for each container that changes its image before and after."""
    before = await writing.read.get(ref)
    path = _POD_SPEC.get(ref.type.kind, _TEMPLATE)
    spec = _at(before, path)
    if spec is None:
        raise InvalidError(f"{ref} has no pod template, so no containers.")
    if not is_built_in(ref.type.group):
        raise InvalidError(
            f"{ref.type.qualified} are custom resources, whose containers cannot be patched one by "
            "one. For Argo Rollouts: argo_set_image; for others: k8s_patch with a json patch."
        )
    changes = _changes(spec, images, ref)
    if changes:
        await writing.patch_known(ref, before, _nested(path, _patched_lists(spec, changes)))
    return changes


def _changes(
    spec: JsonObject, images: Mapping[str, str], ref: ObjectRef
) -> dict[str, tuple[str, str]]:
    present = {c["name"]: str(c.get("image", "")) for c in _containers(spec)}
    for name in images:
        if name != "*" and name not in present:
            near = did_you_mean(name, present)
            raise NotFoundError(
                f'{ref} has no container "{name}".{near} It has: {", ".join(present)}.'
            )
    wanted = {name: images.get(name, images.get("*", "")) for name in present}
    return {n: (present[n], image) for n, image in wanted.items() if image and image != present[n]}


def _containers(spec: JsonObject) -> Iterator[JsonObject]:
    for key in _LISTS:
        yield from spec.get(key) or ()


def _patched_lists(spec: JsonObject, changes: Mapping[str, tuple[str, str]]) -> JsonObject:
    patched = {
        key: [
            {"name": c["name"], "image": changes[c["name"]][1]}
            for c in spec.get(key) or ()
            if c["name"] in changes
        ]
        for key in _LISTS
    }
    return {key: containers for key, containers in patched.items() if containers}


def _at(obj: Any, path: tuple[str, ...]) -> JsonObject | None:
    for key in path:
        obj = obj.get(key) if isinstance(obj, dict) else None
    return obj if isinstance(obj, dict) and "containers" in obj else None


def _nested(path: tuple[str, ...], value: JsonObject) -> JsonObject:
    for key in reversed(path):
        value = {key: value}
    return value
