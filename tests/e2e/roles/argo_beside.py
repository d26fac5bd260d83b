"""What goes on beside the calls of Argo Rollouts: a controller that looks when it is awaited."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.e2e.roles.argo_stage import catch_up
from tests.e2e.roles.scene import Beside
from tests.e2e.roles.stage import Stage

LOOK_EVERY_SECONDS = 0.1
UNHEARD_SECONDS = 3.0


@asynccontextmanager
async def a_new_image(_: Stage) -> AsyncIterator[Beside]:
    """Give each call an image that nothing has yet; no pod is ever made of it."""
    yield Beside({"TAG": secrets.token_hex(4)})


@asynccontextmanager
async def a_late_controller(stage: Stage) -> AsyncIterator[Beside]:
    """Have the controller of ``lagging`` look as soon as somebody lists that rollout to follow it.

    Where the cluster keeps no audit log, it looks after a while.
    """
    looking = asyncio.create_task(_look(stage))
    try:
        yield Beside()
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _look(stage: Stage) -> None:
    log = stage.admin.kubeconfig.parent / "log" / "audit.log"
    if log.exists():
        await _listed(log, f"{stage.namespace}/rollouts?fieldSelector=metadata.name%3Dlagging")
    else:
        await asyncio.sleep(UNHEARD_SECONDS)
    await asyncio.to_thread(catch_up, stage)


async def _listed(log: Path, uri: str) -> None:
    with log.open("rb") as entries:
        entries.seek(0, 2)
        written = b""
        while uri.encode() not in (written := written + entries.read()):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_SECONDS)
