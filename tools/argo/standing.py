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
    rollout: JsonObject, now: datetime, replica_sets: Sequence[JsonObject] = ()
) -> Standing:
    """Say where a rollout stands; the ReplicaSets tell the weight where no router does."""
    phase, message = phase_of(rollout)
    begun = "currentStepIndex" in facts.status(rollout)
    return Standing(
        phase,
        message,
        facts.strategy(rollout),
        facts.step_index(rollout) if begun else None,
        [step_text(step) for step in facts.steps(rollout)],
        facts.set_weight(rollout),
        facts.actual_weight(rollout, _canary_available(rollout, replica_sets)),
        facts.replicas(rollout),
        facts.is_fully_promoted(rollout),
        facts.is_aborted(rollout),
        facts.needs_a_person(rollout),
        _pause_seconds(rollout),
        silent_seconds(unanswered_since(rollout), now),
        str(at(rollout, "metadata", "labels").get(facts.INSTANCE) or ""),
    )


def _canary_available(rollout: JsonObject, replica_sets: Sequence[JsonObject]) -> int:
    status = facts.status(rollout)
    current, stable = status.get("currentPodHash"), status.get("stableRS")
    for each in replica_sets:
        if current and current != stable and pod_hash(each) == current:
            return int(at(each, "status").get("availableReplicas") or 0)
    return 0


def _pause_seconds(rollout: JsonObject) -> int | None:
    how = facts.blue_green(rollout)
    if how is not None:
        return facts.seconds(how.get("autoPromotionSeconds"))
    return facts.pause_seconds(facts.current_step(rollout))
