"""Register a tool: its title, toolset, approval class, needs and deadline in one decorator.

The three decorators are promises. ``read`` gives effects to nobody: its tools take a client that
can only read, and run without approval. ``write`` changes state; ``destroy`` removes or interrupts.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from mcp.types import ToolAnnotations

from tools.changing import PREVIEW_ARGUMENTS, ChangingTool
from tools.needs import Need
from tools.results import OUTPUT_SCHEMA, Answer
from tools.schemas import plain
from tools.tool import DEFAULT_DEADLINE_SECONDS, PlatformTool

ToolFunction = Callable[..., Awaitable[str | Answer]]
F = TypeVar("F", bound=ToolFunction)


# Every tool by its name, whatever a server offers: a preview may be of any.
REGISTERED: dict[str, PlatformTool] = {}


class Toolset:
    """The tools of one system; ``read``, ``write`` and ``destroy`` add to it."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._tools: list[PlatformTool] = []

    def __iter__(self) -> Iterator[PlatformTool]:
        return iter(self._tools)

    def read(
        self, title: str, *, needs: Sequence[Need] = (), deadline: float = DEFAULT_DEADLINE_SECONDS
    ) -> Callable[[F], F]:
        """Add a tool that changes nothing on any path: it runs without approval."""
        hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True)
        return self._adding(title, hints, needs, deadline)

    def write(
        self,
        title: str,
        *,
        needs: Sequence[Need],
        deadline: float = DEFAULT_DEADLINE_SECONDS,
        idempotent: bool = False,
    ) -> Callable[[F], F]:
        """Add a tool that changes state: it runs after approval."""
        hints = ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=idempotent
        )
        return self._adding(title, hints, needs, deadline)

    def destroy(
        self,
        title: str,
        *,
        needs: Sequence[Need],
        deadline: float = DEFAULT_DEADLINE_SECONDS,
        idempotent: bool = False,
    ) -> Callable[[F], F]:
        """Add a tool that removes or interrupts: approval names the danger."""
        hints = ToolAnnotations(
            read_only_hint=False, destructive_hint=True, idempotent_hint=idempotent
        )
        return self._adding(title, hints, needs, deadline)

    def _adding(
        self, title: str, hints: ToolAnnotations, needs: Sequence[Need], deadline: float
    ) -> Callable[[F], F]:
        kind = PlatformTool if hints.read_only_hint else ChangingTool

        def add(function: F) -> F:
            tool = kind.from_function(
                function,
                title=title,
                tags={self.tag},
                annotations=hints.model_copy(update={"open_world_hint": True}),
                output_schema=OUTPUT_SCHEMA,
                # The Engine reads the toolset from here, and takes the first tag.
                meta={"_fastmcp": {"tags": [self.tag]}},
            )
            schema = plain(tool.parameters)
            if kind is ChangingTool:
                schema["properties"] |= PREVIEW_ARGUMENTS
            published = {"needs": tuple(needs), "deadline": deadline, "parameters": schema}
            registered = kind.model_validate(tool.model_copy(update=published))
            self._tools.append(registered)
            REGISTERED[registered.name] = registered
            return function

        return add
