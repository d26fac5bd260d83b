"""A tool: whatever happens in it, refusals and faults included, is an answer in one shape."""

import asyncio
import logging
import secrets
from typing import Any

from fastmcp.exceptions import ValidationError as BadArguments
from fastmcp.tools import FunctionTool, ToolResult
from pydantic import PrivateAttr, ValidationError

from clients.errors import ClientError, ForbiddenError
from tools.arguments import explained, prepared
from tools.needs import Need, sentence
from tools.results import DEFAULT_MOST_BYTES, Answer, result

log = logging.getLogger(__name__)

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

    @property
    def most_bytes(self) -> int:
        """The bound on an answer's text."""
        return self._most_bytes

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
                return await self.answered(prepared(self.name, self.parameters, arguments))
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

    async def answered(self, arguments: dict[str, Any]) -> ToolResult:
        """Call the function with arguments that have their published names and shapes."""
        return await super().run(arguments)

    def convert_result(self, raw_value: Any) -> ToolResult:
        """Take every answer through the one door."""
        return result(raw_value, self._most_bytes)

    def so_far(self) -> str:
        """Say what a call that was broken off had done; one that reads has done nothing."""
        return ""

    def _refused(self, text: str) -> ToolResult:
        return result(Answer(text, error=True), self._most_bytes)

    def _late(self) -> ToolResult:
        return self._refused(
            f"{self.name} did not finish within {self.deadline:.0f} s and was stopped."
            f"{self.so_far()}"
        )

    def _broken(self) -> ToolResult:
        """Say nothing of a fault of ours but where to find it: its text may hold anything."""
        incident = secrets.token_hex(4)
        log.exception("unexpected fault", extra={"tool": self.name, "incident": incident})
        return self._refused(
            f"{self.name} failed for a reason of its own: incident {incident} in the server's log."
            f"{self.so_far()}"
        )


def _explanation(bad: BadArguments) -> str:
    cause = bad.__cause__
    if isinstance(cause, ValidationError):
        return explained(cause)
    return "The arguments are not accepted."
