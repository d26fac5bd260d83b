"""The server with a heartbeat in its event loop: started in place of ``main.py``.

On SIGUSR1 it prints, as one JSON line, the longest time that the loop was kept from the heartbeat
since the last such line, and how much of it the loop's thread was computing.
"""

import argparse
import asyncio
import signal
import sys
import time
from dataclasses import dataclass

import orjson
import uvloop

from mcp_server import logs
from mcp_server.app import create_app
from mcp_server.http import serve
from mcp_server.settings import Settings

BEAT_SECONDS = 0.002


@dataclass(slots=True)
class Heartbeat:
    """The longest block seen so far; seconds."""

    longest: float = 0.0
    computing: float = 0.0

    async def beat(self) -> None:
        """Sleep again and again and note how late it was woken."""
        while True:
            before, computed = time.monotonic(), time.thread_time()
            await asyncio.sleep(BEAT_SECONDS)
            late = time.monotonic() - before - BEAT_SECONDS
            if late > self.longest:
                self.longest, self.computing = late, time.thread_time() - computed

    def tell(self) -> None:
        """Print what was seen and begin anew."""
        line = {"longest": self.longest, "computing": self.computing}
        sys.stdout.buffer.write(orjson.dumps(line) + b"\n")
        sys.stdout.buffer.flush()
        self.longest = self.computing = 0.0


async def _run(settings: Settings) -> None:
    heart = Heartbeat()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, heart.tell)
    beating = asyncio.create_task(heart.beat())
    try:
        await serve(create_app(settings))
    finally:
        beating.cancel()


def _main() -> None:
    flags = argparse.ArgumentParser()
    flags.add_argument("--port", type=int)
    flags.add_argument("--kubeconfig")
    settings = Settings(**vars(flags.parse_args()))
    logs.configure(settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings))


if __name__ == "__main__":
    _main()
