"""Pod templates of rollouts and of their ReplicaSets, and whether one is the other."""

from collections.abc import Mapping
from typing import Any

from clients.argo.rollout import JsonObject, part

HASH = "rollouts-pod-template-hash"


def without_hash(template: JsonObject) -> JsonObject:
    """Return a ReplicaSet's pod template as its rollout has it."""
    metadata = part(template, "metadata")
    labels = {k: v for k, v in part(metadata, "labels").items() if k != HASH}
    kept = {k: v for k, v in metadata.items() if v is not None}
    return {**template, "metadata": {**kept, "labels": labels}}


def is_derived(less: Any, more: Any) -> bool:
    """Whether all that ``less`` sets is so in ``more``: ``equality.DeepDerivative``."""
    if less is None or less in ("", [], {}):
        return True
    if isinstance(less, Mapping):
        return isinstance(more, Mapping) and all(
            is_derived(v, more.get(k)) for k, v in less.items()
        )
    if isinstance(less, list):
        same = isinstance(more, list) and len(less) == len(more)
        return same and all(map(is_derived, less, more))
    return bool(less == more)
