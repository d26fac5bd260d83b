"""Register a tool: its title, toolset, approval class, needs and deadline in one decorator.

The three decorators are promises. ``read`` gives effects to nobody: its tools take a client that
can only read, and run without approval. ``write`` changes state; ``destroy`` removes or interrupts.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypedDict, TypeVar, Unpack

from mcp.types import ToolAnnotations

from tools.changing import PREVIEW_ARGUMENTS, ChangingTool
from tools.needs import Need
from tools.results import OUTPUT_SCHEMA, Answer
from tools.schemas import plain
from tools.tool import DEFAULT_DEADLINE_SECONDS, PlatformTool

ToolFunction = Callable[..., Awaitable[str | Answer]]
F = TypeVar("F", bound=ToolFunction)


class Promised(TypedDict, total=False):
    """What a tool states beside its title; ``idempotent``: doing it twice is doing it once."""

    needs: Sequence[Need]
    deadline: float
    idempotent: bool


# Every tool by its name, whatever a server offers: a preview may be of any.
REGISTERED: dict[str, PlatformTool] = {}


class Toolset:
    """The tools of one system; ``read``, ``write`` and ``destroy`` add to it."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._tools: list[PlatformTool] = []

    def __iter__(self) -> Iterator[PlatformTool]:
        return iter(self._tools)

    def read(self, title: str, **promised: Unpack[Promised]) -> Callable[[F], F]:
        """Add a tool that changes nothing on any path: it runs without approval."""
        return self._adding(title, promised, reads=True, destroys=False)

    def write(self, title: str, **promised: Unpack[Promised]) -> Callable[[F], F]:
        """Add a tool that changes state: it runs after approval."""
        return self._adding(title, promised, reads=False, destroys=False)

    def destroy(self, title: str, **promised: Unpack[Promised]) -> Callable[[F], F]:
        """Add a tool that removes or interrupts: approval names the danger."""
        return self._adding(title, promised, reads=False, destroys=True)

    def _adding(
        self, title: str, promised: Promised, *, reads: bool, destroys: bool
    ) -> Callable[[F], F]:
        kind = PlatformTool if reads else ChangingTool
        hints = ToolAnnotations(
            read_only_hint=reads,
            destructive_hint=destroys,
            idempotent_hint=reads or promised.get("idempotent", False),
            open_world_hint=True,
        )

        def add(function: F) -> F:
            tool = kind.from_function(
                function,
                title=title,
                tags={self.tag},
                annotations=hints,
                output_schema=OUTPUT_SCHEMA,
                # The Engine reads the toolset from here, and takes the first tag.
                meta={"_fastmcp": {"tags": [self.tag]}},
            )
            schema = plain(tool.parameters)
            if kind is ChangingTool:
                schema["properties"] |= PREVIEW_ARGUMENTS
            published = {
                "needs": tuple(promised.get("needs", ())),
                "deadline": promised.get("deadline", DEFAULT_DEADLINE_SECONDS),
                "parameters": schema,
            }
            registered = kind.model_validate(tool.model_copy(update=published))
            self._tools.append(registered)
            REGISTERED[registered.name] = registered
            return function

        return add
