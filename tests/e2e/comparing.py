"""The same question to kubectl and to a tool, about a state that did not change in between."""

import difflib
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from tests.conftest import Said
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Ask

TRIES = 30
_AGE = re.compile(r"\b(?:\d+[ydhms])+\b")
_SPACES = re.compile(r" {2,}")

Text = Callable[[str], str]


@dataclass(frozen=True)
class Parity:
    """Asks kubectl, the tool and kubectl again, until kubectl says the same twice."""

    kubectl: Kubectl
    ask: Ask

    async def of(self, tool: str, command: str, **arguments: object) -> tuple[str, Said]:
        """Return kubectl's text, its warnings below, and the tool's answer.

        Where nothing but ages moved in between, both have their ages masked.
        """
        for _ in range(TRIES):
            before = self._text(command)
            said = await self.ask(tool, **arguments)
            after = self._text(command)
            if before == after:
                return before, said
            if without_ages(before) == without_ages(after):
                return without_ages(before), Said(without_ages(said.text), said.error, said.data)
        raise AssertionError(f"kubectl {command}: never the same twice in {TRIES} tries")

    async def check(
        self,
        tool: str,
        command: str,
        *,
        theirs: Text = str,
        ours: Text = str,
        **arguments: object,
    ) -> None:
        """Require equal texts, after ``theirs`` and ``ours`` took out what differs on purpose."""
        kubectl, said = await self.of(tool, command, **arguments)
        assert not said.error, said.text
        require_same(ours(said.text), theirs(kubectl))

    def _text(self, command: str) -> str:
        """Return what a terminal shows: notices first, or warnings last, are on standard error."""
        said = self.kubectl.said(*shlex.split(command))
        parts = (said.err, said.out) if command.startswith("logs") else (said.out, said.err)
        return "".join(parts).rstrip("\n")


def without_ages(text: str) -> str:
    """Mask ages, and the width of the columns that they stand in."""
    return _SPACES.sub("  ", _AGE.sub("AGE", text))


def require_same(ours: str, kubectl: str) -> None:
    """Fail with the lines that differ: ``-`` are kubectl's, ``+`` are ours."""
    if ours != kubectl:
        lines = difflib.unified_diff(
            kubectl.split("\n"), ours.split("\n"), "kubectl", "ours", lineterm="", n=1
        )
        raise AssertionError("\n".join(["not what kubectl prints", *lines]))
