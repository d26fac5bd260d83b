"""The process itself: what it is made of is not looked through again by the garbage collector."""

import asyncio
import sys

SERVE_AND_COUNT = """
import gc, sys
from mcp_server.running import run
from mcp_server.settings import Settings
run(Settings(transport="stdio", log_level="ERROR"))
print(gc.get_freeze_count(), file=sys.stderr)
"""


async def test_what_the_server_is_made_of_is_left_out_of_garbage_collection() -> None:
    """Else each full collection stops every call for a tenth of a second."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVE_AND_COUNT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert int(err.decode().splitlines()[-1]) > 100_000
