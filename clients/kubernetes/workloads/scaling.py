"""Scale whatever has a ``scale`` subresource: built-in workloads and custom resources alike."""

from dataclasses import dataclass

from clients.errors import InvalidError
from clients.kubernetes.objects import ObjectRef
from clients.kubernetes.writer import MERGE, KubernetesWriter


@dataclass(frozen=True, slots=True)
class Scaled:
    """Replicas asked for before and now."""

    before: int
    after: int


async def scale(writing: KubernetesWriter, ref: ObjectRef, replicas: int) -> Scaled:
    """Set the number of replicas through ``/scale``, as ``kubectl scale`` does."""
    if "scale" not in ref.type.subresources:
        raise InvalidError(f"{ref} cannot be scaled: {ref.type.plural} have no scale subresource.")
    before = await writing.read.get(ref, "scale")
    patch = {"spec": {"replicas": replicas}}
    after = await writing.patch_known(ref, before, patch, MERGE, subresource="scale")
    return Scaled(_replicas(before), _replicas(after))


def _replicas(scale: dict[str, object]) -> int:
    spec = scale.get("spec")
    return int(spec.get("replicas") or 0) if isinstance(spec, dict) else 0
