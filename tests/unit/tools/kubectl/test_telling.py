"""Progress of long waits: what is new at once, what is not after some seconds."""

import pytest
from fastmcp import Client, Context, FastMCP

from clients.kubernetes.wire.watching import Silence
from tools.dependencies import Reporter
from tools.kubectl import telling
from tools.kubectl.telling import Telling, with_silence


async def told(*messages: str) -> list[str | None]:
    """Let a tool tell these messages, and return what its client gets."""
    heard: list[str | None] = []
    server = FastMCP("telling")

    @server.tool
    async def tell(context: Context) -> None:
        say = Telling(Reporter(context))
        for message in messages:
            await say(message)

    async def progress(step: float, total: float | None, message: str | None) -> None:
        heard.append(message)

    async with Client(server, progress_handler=progress) as client:
        await client.call_tool("tell")
    return heard


async def test_the_same_is_not_said_twice_in_a_row() -> None:
    assert await told("1 of 3", "1 of 3", "2 of 3", "1 of 3") == ["1 of 3", "2 of 3", "1 of 3"]


async def test_a_sign_of_life_is_given_when_nothing_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "SIGN_OF_LIFE_SECONDS", 0.0)
    assert await told("1 of 3", "1 of 3") == ["1 of 3", "1 of 3"]


async def test_a_silence_is_said_however_short_it_is() -> None:
    silence = Silence()
    assert with_silence("Ready not met", silence) == "Ready not met"
    silence.begins()
    assert with_silence("Ready not met", silence) == (
        "The API server did not answer for the last 1 s: this is what was last seen.\nReady not met"
    )
    silence.ends()
    assert with_silence("Ready not met", silence) == "Ready not met"
