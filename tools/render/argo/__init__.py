"""Rollouts, experiments and analysis runs as the plugin of Argo Rollouts prints them, and more."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rollout stands, worked out from its object; weights are of the canary.

    ``index`` is None where the plugin shows no step, ``actual_weight`` where it is not known.
    ``pause_seconds``: how long the present pause lasts; ``silent_seconds``: for how long the
    controller has left a change alone.
    """

    phase: str
    message: str = ""
    strategy: str = ""
    index: int | None = None
    steps: Sequence[str] = ()
    set_weight: int = 0
    actual_weight: int | None = None
    replicas: int = 1
    fully_promoted: bool = False
    aborted: bool = False
    needs_person: bool = False
    pause_seconds: int | None = None
    silent_seconds: int = 0
    instance: str = ""

    @property
    def step(self) -> str:
        """``1/6``; empty without steps, or as long as none has begun."""
        return f"{self.index}/{len(self.steps)}" if self.index is not None and self.steps else ""

    @property
    def text(self) -> str:
        """Say it as the plugin's ``status`` does."""
        if self.phase in ("Healthy", "Degraded"):
            return self.phase
        return f"{self.phase} - {self.message}"
