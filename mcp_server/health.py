"""Probes: alive whenever the process serves; ready when the backends answered lately.

Readiness is what a background probe found, so that asking costs nothing and never waits for a hung
cluster.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import JSONResponse

from clients.errors import ClientError

log = structlog.get_logger("skyflo.health")
Check = Callable[[], Awaitable[object]]
PAUSE_SECONDS = 15.0
CHECK_SECONDS = 10.0
NOT_YET = "not asked yet"


class Readiness:
    """The last known state of every backend: ready, or a sentence that says why not."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}
        self._leaving = False

    @property
    def ready(self) -> bool:
        """Whether every backend answered when it was last asked, and the server stays."""
        return not self._leaving and not any(self._reasons.values())

    def leave(self) -> None:
        """Be ready no more: whoever balances calls sends them to others from now on."""
        self._leaving = True

    def report(self) -> dict[str, Any]:
        """Return what ``/health/ready`` answers."""
        backends = {
            name: {"ready": not reason, **({"reason": reason} if reason else {})}
            for name, reason in self._reasons.items()
        }
        status = "leaving" if self._leaving else "ready" if self.ready else "not ready"
        return {"status": status, "backends": backends}

    @asynccontextmanager
    async def probing(self, checks: Mapping[str, Check]) -> AsyncIterator[None]:
        """Ask every backend again and again for as long as the context is open."""
        self._reasons = dict.fromkeys(checks, NOT_YET)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._probe(name, check)) for name, check in checks.items()]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def _probe(self, name: str, check: Check) -> None:
        while True:
            self._reasons[name] = await _reason(check)
            await asyncio.sleep(PAUSE_SECONDS)


async def _reason(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except ClientError as refusal:
        return str(refusal)
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    except Exception:
        log.exception("a readiness check failed")
        return "the check itself failed; see the log"
    return ""


def add_probes(server: FastMCP[Any], readiness: Readiness) -> None:
    """Add ``/health`` and ``/health/ready``."""

    @server.custom_route("/health", methods=["GET"])
    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @server.custom_route("/health/ready", methods=["GET"])
    async def ready(_: Request) -> JSONResponse:
        return JSONResponse(readiness.report(), status_code=200 if readiness.ready else 503)
