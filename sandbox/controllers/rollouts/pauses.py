"""Pauses and aborts that a look at a Rollout adds or ends (`rollout/pause.go`).

The controller's own pause is a condition and `controllerPause`. Somebody who takes the condition
away leaves `controllerPause`, and that is how the controller knows that it was resumed. Where it
looks between the two with nothing to pause for, it forgets the resumption.
"""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.conditions import moment
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.rollouts import spec

CANARY_STEP = "CanaryPauseStep"
BLUE_GREEN = "BlueGreenPause"
INCONCLUSIVE_RUN = "InconclusiveAnalysisRun"
INCONCLUSIVE_EXPERIMENT = "InconclusiveExperiment"


class Pauses:
    """What to add to and to take from the pauses of one Rollout."""

    def __init__(self, cluster: ControlPlane, rollout: JsonObject) -> None:
        self._cluster = cluster
        self._rollout = rollout
        self._status = spec.status_of(rollout)
        self._added: list[str] = []
        self._removed: set[str] = set()
        self._cleared = False
        self._abort_removed = False
        self._abort_added = False
        self.abort_message = ""

    @property
    def is_added(self) -> bool:
        """Tell whether a pause was added."""
        return bool(self._added)

    @property
    def is_aborted(self) -> bool:
        """Tell whether the update is aborted."""
        if self._abort_removed:
            return False
        return self._abort_added or bool(self._status.get("abort"))

    def condition(self, reason: str) -> JsonObject | None:
        """Return the pause of a reason that the status already holds."""
        conditions = self._status.get("pauseConditions") or []
        return next((each for each in conditions if each["reason"] == reason), None)

    def add(self, reason: str) -> None:
        """Pause for a reason."""
        self._added.append(reason)

    def remove(self, reason: str) -> None:
        """End the pause of a reason."""
        self._removed.add(reason)

    def clear(self) -> None:
        """End all pauses."""
        self._cleared = True

    def abort(self, message: str) -> None:
        """Abort the update."""
        self._abort_added = True
        self.abort_message = message

    def remove_abort(self) -> None:
        """End the abort."""
        self._abort_removed = True

    def is_step_over(self, pause: JsonObject) -> bool:
        """Tell whether a pause step was resumed, or has lasted its time."""
        condition = self.condition(CANARY_STEP)
        if condition is None:
            return bool(self._status.get("controllerPause"))
        if pause.get("duration") is None:
            return False
        return self._has_lasted(condition, spec.pause_seconds(pause))

    def is_blue_green_over(self) -> bool:
        """Tell whether a blue-green update was resumed, or promotes itself now."""
        strategy = spec.blue_green(self._rollout) or {}
        if self.is_added:
            return False
        if (self._status.get("blueGreen") or {}).get("scaleUpPreviewCheckPoint"):
            return True
        condition = self.condition(BLUE_GREEN)
        if strategy.get("autoPromotionEnabled") is not False:
            wait = int(strategy.get("autoPromotionSeconds") or 0)
            return not wait or (condition is not None and self._has_lasted(condition, wait))
        return bool(self._status.get("controllerPause")) and condition is None

    def write(self, new: JsonObject) -> None:
        """Write abort and pauses into the status that is being made."""
        new["abort"], new["abortedAt"] = self.is_aborted, None
        if self.is_aborted:
            new["abortedAt"] = self._status.get("abortedAt") or self._cluster.stamp()
        elif not self._cleared:
            self._write_conditions(new)

    def _write_conditions(self, new: JsonObject) -> None:
        before = self._status.get("pauseConditions") or []
        known = {each["reason"] for each in before}
        kept = [each for each in before if each["reason"] not in self._removed]
        fresh = [reason for reason in self._added if reason not in known]
        now = self._cluster.stamp()
        kept += [{"reason": reason, "startTime": now} for reason in fresh]
        if kept:
            new["controllerPause"] = bool(fresh) or bool(self._status.get("controllerPause"))
            new["pauseConditions"] = kept

    def _has_lasted(self, condition: JsonObject, seconds: int) -> bool:
        return moment(condition["startTime"]) + timedelta(seconds=seconds) <= self._cluster.now()
