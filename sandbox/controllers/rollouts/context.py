"""One look at a Rollout: what was found, and the status that is being made."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject, JsonObjects, copied, name_of, namespace_of
from sandbox.cluster.patching.merge_patch import merge_patch
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.rollouts.pauses import Pauses
from sandbox.controllers.rollouts.sets import Sets
from sandbox.controllers.rollouts.spec import GROUP, ROLLOUTS

_NULLABLE = ("currentStepIndex", "collisionCount")  # zero is not the same as none


@dataclass
class Runs:
    """A Rollout's analysis runs: those that its status names, by the member there, and others."""

    current: dict[str, JsonObject] = field(default_factory=dict)
    others: JsonObjects = field(default_factory=list)


@dataclass
class Context:
    """Everything that the steps of one reconciliation share.

    `rollout` is a copy with the workload's template filled in; what is stored is changed through
    `write_status` and `annotate` only. ReplicaSets stay as they were found.
    """

    cluster: ControlPlane
    recorder: Recorder
    rollout: JsonObject
    sets: Sets
    pauses: Pauses
    runs: Runs = field(default_factory=Runs)
    experiment: JsonObject | None = None
    other_experiments: JsonObjects = field(default_factory=list)
    new: JsonObject = field(default_factory=dict)
    within_delay: bool = False
    """Whether the new ReplicaSet had been going to be scaled down, and the time was not over."""
    _due: list[datetime] = field(default_factory=list)

    @property
    def status(self) -> JsonObject:
        """Return the status as it was found."""
        return self.rollout.get("status") or {}

    @property
    def halted(self) -> bool:
        """Tell whether nothing may change its size (`haltProgress`)."""
        return bool(
            self.rollout["spec"].get("paused")
            or self.pauses.condition("InconclusiveAnalysisRun") is not None
        )

    @property
    def fully_promoted(self) -> bool:
        """Tell whether the stable version is the wanted one."""
        return bool(self.status.get("stableRS", "") == self.status.get("currentPodHash", ""))

    def section(self, name: str) -> JsonObject:
        """Return the `canary` or `blueGreen` of the status that is being made."""
        part: JsonObject = self.new.setdefault(name, {})
        return part

    def look_again(self, when: datetime) -> None:
        """Ask for another look at a time."""
        self._due.append(when)

    @property
    def due(self) -> datetime | None:
        """Tell when to look again even if nothing changes."""
        return min(self._due, default=None)

    def event(self, reason: str, message: str) -> None:
        """Record what happened."""
        self.recorder.normal(self.rollout, reason, message)

    def warning(self, reason: str, message: str) -> None:
        """Record what went wrong."""
        self.recorder.warning(self.rollout, reason, message)

    def write_status(self, new: JsonObject, *, whole: bool = False) -> bool:
        """Write a status, by default only what changed in it; True when anything did.

        What a patch by somebody else left as `false` stays, as the difference to it is none.
        """
        stored = self._stored()
        if whole:
            after = plain(new)
        else:
            changes = difference(plain(self.status), plain(new))
            if not changes:
                return False
            after = merge_patch(copied(stored.get("status") or {}), changes)
        changed = self.cluster.set_status(stored, after)
        self.rollout["status"] = copied(after)
        return changed

    def annotate(self, **values: str) -> bool:
        """Set annotations of the Rollout; True when one was another."""
        stored = self._stored()
        annotations = stored["metadata"].setdefault("annotations", {})
        if values.items() <= annotations.items():
            return False
        annotations.update(values)
        self.cluster.store.update(stored)
        self.rollout["metadata"].setdefault("annotations", {}).update(values)
        return True

    def _stored(self) -> JsonObject:
        found = self.cluster.store.get(*ROLLOUTS, namespace_of(self.rollout), name_of(self.rollout))
        if found is None:
            raise LookupError(f"{GROUP} rollout {name_of(self.rollout)} went while looked at")
        return found


def plain(status: JsonObject) -> JsonObject:
    """Leave out what Go leaves out: zeros, but for pointers; the two strategies' part stays."""
    said = {key: _plain(key, value) for key, value in status.items() if _is_said(key, value)}
    return {"canary": {}, "blueGreen": {}, **said}


def _plain(key: str, value: Any) -> Any:
    if key in ("canary", "blueGreen"):
        return {name: each for name, each in value.items() if _is_said(name, each)}
    return value


def _is_said(key: str, value: Any) -> bool:
    if key in _NULLABLE:
        return value is not None
    return key in ("canary", "blueGreen") or value not in (None, "", 0, False, [], {})


def difference(before: JsonObject, after: JsonObject) -> JsonObject:
    """Return the merge patch that turns one object into another."""
    changes: JsonObject = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            if inner := difference(old, value):
                changes[key] = inner
        elif old != value:
            changes[key] = value
    return changes
