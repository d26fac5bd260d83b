"""Revisions: a ReplicaSet for each template, numbered, and old ones removed beyond the limit.

Follows `rollout/sync.go` and `utils/annotations`.
"""

from typing import Any

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.hashing import hashed
from sandbox.controllers.ownership import controlled_by, is_deleted
from sandbox.controllers.rollouts import conditions, sets, spec
from sandbox.controllers.rollouts.context import Context
from sandbox.controllers.rollouts.sets import Sets, annotation, counted, wanted

# These annotations of a Rollout say nothing about its ReplicaSets.
_NOT_COPIED = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "notified.notifications.argoproj.io",
    *(sets.REVISION, sets.HISTORY, sets.DESIRED),
}


def template_hash(template: JsonObject) -> str:
    """Hash a pod template without the label that holds the hash."""
    metadata: dict[str, Any] = dict(template.get("metadata") or {})
    metadata.pop("creationTimestamp", None)
    labels = {k: v for k, v in (metadata.pop("labels", None) or {}).items() if k != sets.HASH_LABEL}
    return hashed({"metadata": metadata, "labels": labels, "spec": template.get("spec")})


def owned_sets(cluster: ControlPlane, rollout: JsonObject) -> JsonObjects:
    """Return copies of the Rollout's ReplicaSets, oldest first."""
    return [copied(each) for each in cluster.owned(rollout, "apps", "replicasets")]


def found_sets(rollout: JsonObject, owned: JsonObjects) -> Sets | None:
    """Tell the new and the stable ReplicaSet; None while the new one is missing."""
    digest = template_hash(rollout["spec"]["template"])
    new = next((each for each in owned if sets.hash_of(each) == digest), None)
    if new is None:
        return None
    stable_hash = spec.status_of(rollout).get("stableRS") or ""
    if stable_hash and sets.hash_of(new) == stable_hash:
        return Sets(new, new, owned)
    found = (each for each in owned if stable_hash and sets.hash_of(each) == stable_hash)
    return Sets(new, next(found, None), owned)


def create(context: Context) -> None:
    """Store the new ReplicaSet, without pods yet, and number the Rollout with it."""
    newest = max((sets.revision(each) for each in context.sets.all), default=0) + 1
    created = context.cluster.store.create(_replica_set(context.rollout, newest))
    _number(context, str(newest))
    name = name_of(created)
    context.event("NewReplicaSetCreated", f"Created ReplicaSet {name} (revision {newest})")
    _note_progress(context, "NewReplicaSetCreated", f'Created new replica set "{name}"')


def synchronize(context: Context) -> None:
    """Give the new ReplicaSet the highest number and the Rollout's annotations."""
    new, others = context.sets.new, [s for s in context.sets.all if s is not context.sets.new]
    newest = max((sets.revision(each) for each in others), default=0) + 1
    changed = _renumbered(context.rollout, new, newest)
    if changed != new:
        stored = context.cluster.store.update(changed)
        new.clear()
        new.update(stored)
        return
    _number(context, annotation(new, sets.REVISION))
    if conditions.found(context.status, "Progressing") is None:
        _note_progress(context, "FoundNewReplicaSet", f'Found new replica set "{name_of(new)}"')


def clean_up(context: Context) -> None:
    """Remove the oldest ReplicaSets without pods, and the analyses of their versions."""
    alive = [each for each in context.sets.others if not is_deleted(each)]
    surplus = len(alive) - spec.history_limit(context.rollout)
    for old in alive[: max(surplus, 0)]:
        if wanted(old) or counted(old, "replicas"):
            continue
        context.cluster.remove("apps", "replicasets", old)
        for resource, items in (
            (spec.RUNS, context.runs.others),
            (spec.EXPERIMENTS, context.other_experiments),
        ):
            for item in items:
                if sets.hash_of(item) == sets.hash_of(old):
                    context.cluster.remove(*resource, item)


def _number(context: Context, revision: str) -> None:
    if context.annotate(**{sets.REVISION: revision}):
        context.event("RolloutUpdated", f"Rollout updated to revision {revision}")


def _note_progress(context: Context, reason: str, message: str) -> None:
    now = context.cluster.stamp()
    noted = {**context.status, "conditions": list(context.status.get("conditions") or [])}
    conditions.put(noted, conditions.made("Progressing", "True", reason, message, now))
    context.write_status(noted, whole=True)


def _renumbered(rollout: JsonObject, new: JsonObject, newest: int) -> JsonObject:
    changed = copied(new)
    annotations = changed["metadata"].setdefault("annotations", {})
    before = annotations.get(sets.REVISION)
    was = dict(annotations)
    annotations.update(_copied_annotations(rollout))
    if int(before or 0) < newest:
        annotations[sets.REVISION] = str(newest)
    if before and annotations != was:  # also when only a copied annotation is new
        past = annotations.get(sets.HISTORY)
        annotations[sets.HISTORY] = f"{past},{before}" if past else before
    seconds = rollout["spec"].get("minReadySeconds") or 0
    if seconds != changed["spec"].get("minReadySeconds", 0):
        changed["spec"]["minReadySeconds"] = seconds
    return changed


def _copied_annotations(rollout: JsonObject) -> JsonObject:
    given = rollout["metadata"].get("annotations") or {}
    return {key: value for key, value in given.items() if key not in _NOT_COPIED}


def _replica_set(rollout: JsonObject, revision: int) -> JsonObject:
    asked = copied(rollout["spec"])
    template, digest = asked["template"], template_hash(asked["template"])
    metadata = template.setdefault("metadata", {})
    metadata["labels"] = {**(metadata.get("labels") or {}), sets.HASH_LABEL: digest}
    chosen = {**(asked["selector"].get("matchLabels") or {}), sets.HASH_LABEL: digest}
    ready = {"minReadySeconds": asked["minReadySeconds"]} if asked.get("minReadySeconds") else {}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{name_of(rollout)}-{digest}",
            "namespace": namespace_of(rollout),
            "labels": dict(metadata["labels"]),
            "annotations": {
                **_copied_annotations(rollout),
                sets.DESIRED: str(spec.replicas(rollout)),
                sets.REVISION: str(revision),
            },
            "ownerReferences": controlled_by(rollout),
        },
        "spec": {
            "replicas": 0,
            **ready,
            "selector": {**asked["selector"], "matchLabels": chosen},
            "template": template,
        },
        "status": {"replicas": 0},
    }
