"""Stop asking a server that does not answer, for a few seconds at a time.

Without it every call to a dead API server waits out its own connect timeout; with it the first ones
do and the next are told at once. The circuit breakers on PyPI keep state in storages and call
listeners; one counter and one time are enough here.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """Open after ``threshold`` failures in a row; one trial is let through every ``seconds``."""

    threshold: int = 3
    seconds: float = 5.0
    clock: Callable[[], float] = time.monotonic
    reason: str = field(default="", init=False)
    _failures: int = field(default=0, init=False)
    _closed_again_at: float = field(default=0.0, init=False)

    @property
    def open_for(self) -> float:
        """Seconds until the next trial; 0 when a request may be sent now."""
        if self._failures < self.threshold:
            return 0.0
        left = self._closed_again_at - self.clock()
        if left <= 0:  # this caller is the trial, the others wait for its outcome
            self._closed_again_at = self.clock() + self.seconds
            return 0.0
        return left

    def succeeded(self) -> None:
        """An answer came, whatever it said."""
        self._failures = 0

    def failed(self, reason: str) -> None:
        """No answer came; the reason is what those are told who are not let through."""
        self.reason = reason
        self._failures += 1
        self._closed_again_at = self.clock() + self.seconds
