"""A Rollout's ReplicaSets: the one of its present template, the stable one, and all others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sandbox.cluster.objects import JsonObject, JsonObjects
from sandbox.controllers.conditions import moment
from sandbox.controllers.deployments.sets import annotation, counted, wanted
from sandbox.controllers.rollouts.spec import replicas

__all__ = [
    "DEADLINE",
    "DESIRED",
    "HASH_LABEL",
    "HISTORY",
    "REVISION",
    "WORKLOAD_GENERATION",
    "Sets",
    "annotation",
    "count",
    "counted",
    "deadline",
    "hash_of",
    "revision",
    "saturated",
    "total",
    "wanted",
]

HASH_LABEL = "rollouts-pod-template-hash"
REVISION = "rollout.argoproj.io/revision"
HISTORY = "rollout.argoproj.io/revision-history"
DESIRED = "rollout.argoproj.io/desired-replicas"
WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation"
DEADLINE = "scale-down-deadline"


@dataclass
class Sets:
    """The ReplicaSets as they were when the Rollout was looked at, oldest first."""

    new: JsonObject
    stable: JsonObject | None
    all: JsonObjects

    @property
    def others(self) -> JsonObjects:
        """Return those that are neither the new nor the stable one."""
        return [each for each in self.all if each is not self.new and each is not self.stable]

    @property
    def stable_apart(self) -> JsonObject | None:
        """Return the stable one unless it is the new one."""
        return None if self.stable is self.new else self.stable

    def by_hash(self, digest: str) -> JsonObject | None:
        """Return the one of a template."""
        return next((each for each in self.all if digest and hash_of(each) == digest), None)


def hash_of(replica_set: JsonObject) -> str:
    """Return the hash of the template that the ReplicaSet was made for."""
    return str((replica_set["metadata"].get("labels") or {}).get(HASH_LABEL, ""))


def revision(item: JsonObject) -> int:
    """Return the revision of a ReplicaSet or Rollout, 0 without one."""
    text = annotation(item, REVISION)
    return int(text) if text.isdigit() else 0


def total(sets: Iterable[JsonObject]) -> int:
    """Add up the pods that ReplicaSets shall have."""
    return sum(wanted(each) for each in sets)


def count(sets: Iterable[JsonObject], field: str) -> int:
    """Add up a number of the ReplicaSets' statuses."""
    return sum(counted(each, field) for each in sets)


def saturated(rollout: JsonObject, replica_set: JsonObject) -> bool:
    """Tell whether a ReplicaSet has all pods of the Rollout, available (`IsSaturated`)."""
    asked = replicas(rollout)
    marked = annotation(replica_set, DESIRED) == str(asked)
    return marked and wanted(replica_set) == asked == counted(replica_set, "availableReplicas")


def deadline(replica_set: JsonObject) -> datetime | None:
    """Tell when the ReplicaSet is to be scaled down, None without a deadline."""
    text = annotation(replica_set, DEADLINE)
    return moment(text) if text else None
