"""What a rollout's object says, worked out for those who write text about it."""

from collections.abc import Sequence
from datetime import datetime

from clients.argo import rollout as facts
from clients.argo.observing import silent_seconds
from clients.argo.outlook import step_text
from clients.argo.phase import phase_of, unanswered_since
from tools.render import JsonObject
from tools.render.argo import Standing
from tools.render.argo.reading import at, pod_hash


def standing_of(
    rollout: JsonObject, now: datetime, replica_sets: Sequence[JsonObject] | None = None
) -> Standing:
    """Say where a rollout stands; its ReplicaSets, if known, tell the weight it really has."""
    phase, message = phase_of(rollout)
    begun = "currentStepIndex" in facts.status(rollout)
    return Standing(
        phase,
        message,
        facts.strategy(rollout),
        facts.step_index(rollout) if begun else None,
        [step_text(step) for step in facts.steps(rollout)],
        facts.set_weight(rollout),
        None if replica_sets is None else _actual_weight(rollout, replica_sets),
        facts.replicas(rollout),
        facts.is_fully_promoted(rollout),
        facts.is_aborted(rollout),
        facts.needs_a_person(rollout),
        _pause_seconds(rollout),
        silent_seconds(unanswered_since(rollout), now),
        str(at(rollout, "metadata", "labels").get(facts.INSTANCE) or ""),
    )


def _actual_weight(rollout: JsonObject, replica_sets: Sequence[JsonObject]) -> int:
    current = facts.status(rollout).get("currentPodHash")
    updates = bool(current) and not facts.is_fully_promoted(rollout)
    own = [each for each in replica_sets if updates and pod_hash(each) == current]
    available = sum(int(at(each, "status").get("availableReplicas") or 0) for each in own)
    return facts.actual_weight(rollout, available)


def _pause_seconds(rollout: JsonObject) -> int | None:
    how = facts.blue_green(rollout)
    if how is not None:
        return facts.seconds(how.get("autoPromotionSeconds"))
    return facts.pause_seconds(facts.current_step(rollout))
