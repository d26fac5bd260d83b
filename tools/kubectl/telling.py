"""Progress of long waits: each step once, and a sign of life when nothing changes."""

import asyncio

from clients.kubernetes.wire.watching import Silence
from tools.dependencies import Reporter

SIGN_OF_LIFE_SECONDS = 10.0
# Above the longest wait that can be asked for (280 s), below what the Engine allows a call.
LONGEST_WAIT_DEADLINE = 296.0


class Telling:
    """Passes on what differs from the last message, and after some seconds what does not."""

    def __init__(self, progress: Reporter) -> None:
        self._progress = progress
        self._last = ""
        self._told_at = float("-inf")

    async def __call__(self, message: str) -> None:
        """Report, unless the same was said a moment ago."""
        now = asyncio.get_running_loop().time()
        if message == self._last and now - self._told_at < SIGN_OF_LIFE_SECONDS:
            return
        self._last, self._told_at = message, now
        await self._progress(message)


def with_silence(text: str, silence: Silence) -> str:
    """Say first that an answer is not of now, when the API server has stopped answering."""
    if silence.since is None:
        return text
    seconds = max(1, round(silence.seconds))
    return (
        f"The API server did not answer for the last {seconds} s: this is what was last seen.\n"
        f"{text}"
    )
