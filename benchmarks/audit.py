"""Requests that reached a real API server, counted from its audit log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from benchmarks.cluster import READER, Bench

WRITTEN_SECONDS = 0.5  # the API server writes a line once the answer is out
NOT_OF_A_CALL = ("/version",)  # asked by the server's readiness probe at its own pace


@asynccontextmanager
async def requests_of(bench: Bench, log: Path) -> AsyncIterator[list[str]]:
    """Yield a list that holds, after the block, the requests that the bench's reader made in it."""
    seen: list[str] = []
    await asyncio.sleep(WRITTEN_SECONDS)
    with log.open("rb") as lines:
        lines.seek(0, 2)
        yield seen
        await asyncio.sleep(WRITTEN_SECONDS)
        events = [orjson.loads(line) for line in lines if line.endswith(b"\n")]
        seen += [_told(event, bench) for event in events if _asked_by(bench, event)]


def _asked_by(bench: Bench, event: dict[str, Any]) -> bool:
    user = f"system:serviceaccount:{bench.namespace}:{READER}"
    mine = event["user"]["username"] == user and event["stage"] == "ResponseComplete"
    return mine and event["requestURI"] not in NOT_OF_A_CALL


def _told(event: dict[str, Any], bench: Bench) -> str:
    path = event["requestURI"].partition("?")[0].replace(bench.namespace, "bench")
    return f"`{event['verb']} {path}`"
