"""Which ReplicaSet of a Deployment is the new one, as kubectl/pkg/util/deployment decides."""

from collections.abc import Sequence
from typing import Any

from tools.render.describe.metadata import is_controlled_by
from tools.render.describe.times import parsed

JsonObject = dict[str, Any]

HASH_LABEL = "pod-template-hash"


def new_and_old(
    deployment: JsonObject, replica_sets: Sequence[JsonObject]
) -> tuple[JsonObject | None, list[JsonObject]]:
    """Part a Deployment's own ReplicaSets into the one with its present template and the others.

    Of several with the same template the oldest is the new one, which follows kubectl.
    """
    uid = deployment["metadata"].get("uid", "")
    own = sorted(filter(lambda each: is_controlled_by(each, uid), replica_sets), key=_by_creation)
    wanted = _without_hash(deployment["spec"]["template"])
    new = next((each for each in own if _without_hash(each["spec"]["template"]) == wanted), None)
    return new, [each for each in own if each is not new]


def _by_creation(obj: JsonObject) -> tuple[Any, str]:
    metadata = obj["metadata"]
    return parsed(metadata.get("creationTimestamp")), metadata["name"]


def _without_hash(template: JsonObject) -> Any:
    metadata = template.get("metadata") or {}
    labels = {
        key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH_LABEL
    }
    return _without_empty({**template, "metadata": {**metadata, "labels": labels}})


def _without_empty(value: Any) -> Any:
    """Drop what is empty or null: ``Semantic.DeepEqual`` tells neither from absent."""
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = ((key, _without_empty(each)) for key, each in value.items())
    return {key: each for key, each in kept if each not in (None, {}, [])}
