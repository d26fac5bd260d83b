"""Register a tool: its title, toolset, approval class, needs and deadline in one decorator.

The three decorators are promises. ``read`` gives effects to nobody: its tools take a client that
can only read, and run without approval. ``write`` changes state; ``destroy`` removes or interrupts.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

from fastmcp.exceptions import ValidationError as BadArguments
from fastmcp.tools import FunctionTool, ToolResult
from mcp.types import ToolAnnotations
from pydantic import PrivateAttr, ValidationError

from clients.errors import ClientError, ForbiddenError, InvalidError
from tools.arguments import explained, prepared
from tools.needs import Need, sentence
from tools.results import DEFAULT_MOST_BYTES, OUTPUT_SCHEMA, Answer, result
from tools.schemas import plain

log = logging.getLogger(__name__)

ToolFunction = Callable[..., Awaitable[str | Answer]]
F = TypeVar("F", bound=ToolFunction)

DEFAULT_DEADLINE_SECONDS = 60.0


class PlatformTool(FunctionTool):
    """A tool whose every outcome, refusals and faults included, is an answer in one shape."""

    needs: tuple[Need, ...] = ()
    deadline: float = DEFAULT_DEADLINE_SECONDS
    _most_bytes: int = PrivateAttr(default=DEFAULT_MOST_BYTES)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return bool(self.annotations and self.annotations.read_only_hint)

    def bounded_to(self, most_bytes: int) -> "PlatformTool":
        """Return this tool with another bound on its answers."""
        tool = self.model_copy()
        tool._most_bytes = most_bytes
        return tool

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Straighten the arguments, run within the deadline, answer whatever happens."""
        deadline = asyncio.timeout(self.deadline)
        try:
            async with deadline:
                return await super().run(prepared(self.name, self.parameters, arguments))
        except ForbiddenError as refusal:
            return self._refused(f"{refusal}{sentence(self.name, self.needs)}")
        except ClientError as refusal:
            return self._refused(str(refusal))
        except BadArguments as bad:
            return self._refused(_explanation(bad))
        except TimeoutError:
            return self._late() if deadline.expired() else self._broken()
        except Exception:  # noqa: BLE001 - the last net: a fault of ours is logged, never shown
            return self._broken()

    def convert_result(self, raw_value: Any) -> ToolResult:
        """Take every answer through the one door."""
        return result(raw_value, self._most_bytes)

    def _refused(self, text: str) -> ToolResult:
        return result(Answer(text, error=True), self._most_bytes)

    def _late(self) -> ToolResult:
        return self._refused(
            f"{self.name} did not finish within {self.deadline:.0f} s and was stopped."
        )

    def _broken(self) -> ToolResult:
        """Say nothing of a fault of ours but where to find it: its text may hold anything."""
        incident = secrets.token_hex(4)
        log.exception("unexpected fault", extra={"tool": self.name, "incident": incident})
        return self._refused(
            f"{self.name} failed for a reason of its own: incident {incident} in the server's log."
        )


def _explanation(bad: BadArguments) -> str:
    cause = bad.__cause__
    if isinstance(cause, ValidationError):
        return explained(cause)
    raise InvalidError("The arguments are not accepted.") from bad


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
        def add(function: F) -> F:
            tool = PlatformTool.from_function(
                function,
                title=title,
                tags={self.tag},
                annotations=hints.model_copy(update={"open_world_hint": True}),
                output_schema=OUTPUT_SCHEMA,
                # The Engine reads the toolset from here, and takes the first tag.
                meta={"_fastmcp": {"tags": [self.tag]}},
            )
            published = {"needs": tuple(needs), "deadline": deadline}
            published["parameters"] = plain(tool.parameters)
            self._tools.append(PlatformTool.model_validate(tool.model_copy(update=published)))
            return function

        return add
