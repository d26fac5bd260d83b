"""What is called to see a tool use everything it says it needs."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from tests.e2e.roles.stage import Stage
from tools.needs import Need

Call = Mapping[str, object]


@dataclass(frozen=True)
class Beside:
    """A server beside the cluster: words that its calls use, and settings that allow it."""

    words: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


@asynccontextmanager
async def nothing(_: Stage) -> AsyncIterator[Beside]:
    yield Beside()


@dataclass(frozen=True)
class Scene:
    """One tool's calls."""

    calls: Sequence[Call] = ({},)
    # What they mean by a wide need, such as ``*.*``.
    touched: Sequence[Need] = ()
    # Permissions that an answer can do without, and what it says all the same.
    goes_on_without: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Stage], None] = lambda _: None
    beside: Callable[[Stage], AbstractAsyncContextManager[Beside]] = nothing
    # The tool whose needs it has, too.
    borrows: str = ""
    # What it acts on is not there: that it is allowed is all that can be seen.
    far: bool = False
