"""Looking again and again, with longer and longer pauses, within a bound."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

LONGER = 1.5
LONGEST_PAUSE = 5.0
LAST_LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to go on looking, and the first pause, in seconds."""

    seconds: float = 15.0
    pause: float = 0.5

    @property
    def longest(self) -> float:
        """Seconds after which even a look that is not answered is given up."""
        return self.seconds + LAST_LOOK_SECONDS

    async def looks(self) -> AsyncIterator[None]:
        """Yield at once, and then after every pause until the time is over."""
        ends, pause = time.monotonic() + self.seconds, self.pause
        while True:
            yield
            left = ends - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(min(pause, left))
            pause = min(pause * LONGER, LONGEST_PAUSE)
