"""A tool that changes something: it can be previewed, and held to what was previewed."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import orjson
from fastmcp.tools import ToolResult
from pydantic import TypeAdapter, ValidationError

from clients.errors import ClientError, ConflictError, ForbiddenError, InvalidError
from clients.kubernetes.changes import Change, Journal, significant
from clients.kubernetes.impact import caveats_of, effects_of
from tools.arguments import quoted
from tools.dependencies import current_clients
from tools.needs import sentence
from tools.planning import current, recording
from tools.render.preview import Step, digest, preview
from tools.results import Answer, result
from tools.tool import PlatformTool

# Undescribed, as every changing tool has them: a preview's last line says what the second is for.
PREVIEW_ARGUMENTS = {"dry_run": {"type": "boolean"}, "if_unchanged": {"type": "string"}}
_flag = TypeAdapter(bool)


class ChangingTool(PlatformTool):
    """Takes ``dry_run`` and ``if_unchanged`` beside its own arguments."""

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Keep a journal over the whole call, so that one that is broken off can be told of."""
        with recording(dry=False):
            return await super().run(arguments)

    def so_far(self) -> str:
        """Say what had been changed when the call was broken off."""
        journal = current().journal
        if done := [f"{each.ref.qualified_name} {each.kind}" for each in journal.changes]:
            return f" Done by then: {', '.join(done)}. Look before calling it again."
        if journal.begun:
            return " It is unknown whether anything was changed. Look before calling it again."
        return ""

    async def answered(self, arguments: dict[str, Any]) -> ToolResult:
        """Preview, or check that the preview still holds, or just do it."""
        own = {k: v for k, v in arguments.items() if k not in PREVIEW_ARGUMENTS}
        if _truth(arguments.get("dry_run", False)):
            return result(await self.previewed(own), self.most_bytes)
        if expected := arguments.get("if_unchanged"):
            await self._refuse_if_moved(str(expected), own)
        journal = current().journal
        journal.begun = True
        outcome = await super().answered(own)
        return await self._with_caveats(outcome, journal)

    async def previewed(self, arguments: dict[str, Any]) -> Answer:
        """Run dry and say what would happen; raises what the call itself would be refused with."""
        own = {k: v for k, v in arguments.items() if k not in PREVIEW_ARGUMENTS}
        try:
            return await _told(await self.tried(own), self._call(own))
        except ForbiddenError as refusal:  # a dry run needs what the call itself needs
            raise ClientError(f"{refusal}{sentence(self.name, self.needs)}") from refusal

    async def tried(self, arguments: dict[str, Any]) -> Journal:
        """Run dry and return what would change; what the call would fail with is a note."""
        with recording(dry=True) as journal:
            outcome = await super().answered(arguments)
        if outcome.is_error:
            journal.notes.append(f"Would fail: {(outcome.structured_content or {})['output']}")
        return journal

    async def _with_caveats(self, outcome: ToolResult, journal: Journal) -> ToolResult:
        """Add what will undo the change, and what the API server warned of."""
        reader = current_clients().kubernetes.reader
        said = [f"Note: {caveat}" for caveat in await caveats_of(reader, journal.changes)]
        said += [f"Warning: {warning}" for warning in journal.warnings]
        if not said:
            return outcome
        data = dict(outcome.structured_content or {})
        text = "\n".join([data.pop("output"), *dict.fromkeys(said)])
        return result(Answer(text, data=data, error=data.pop("error")), self.most_bytes)

    async def _refuse_if_moved(self, expected: str, arguments: dict[str, Any]) -> None:
        journal = await self.tried(arguments)
        call = self._call(arguments)
        if digest(_steps(journal.changes), journal.notes, call) != expected:
            now = (await _told(journal, call)).text
            raise ConflictError(
                "Not done: the cluster, or the call, is not what was previewed. "
                "It would now be:\n" + now
            )

    def _call(self, arguments: dict[str, Any]) -> str:
        """Spell the call for the digest: another manifest is another plan."""
        given = orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS).decode()
        return f"{self.name} {given}"


async def _told(journal: Journal, call: str) -> Answer:
    """Write the preview of a plan, with what follows from it."""
    reader = current_clients().kubernetes.reader
    steps = _steps(journal.changes, await effects_of(reader, journal.changes))
    return Answer(preview(steps, journal.notes, journal.warnings, call, journal.act))


def _steps(
    changes: Sequence[Change], effects: Iterable[Sequence[str]] = repeat(())
) -> Sequence[Step]:
    return [
        Step(
            change.kind,
            change.ref.qualified_name,
            f" in {change.ref.namespace}" if change.ref.namespace else "",
            significant(change.before, change.subresource),
            significant(change.after, change.subresource),
            told,
        )
        for change, told in zip(changes, effects, strict=False)
    ]


def _truth(value: object) -> bool:
    """Read the flag as leniently as other flags are; what is none is refused, never ignored."""
    try:
        return _flag.validate_python(value)
    except ValidationError as neither:
        wrong = f'Argument "dry_run": {quoted(value)} is not true or false.'
        raise InvalidError(wrong) from neither
