"""How two states of a release differ, object by object, field by field."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.render import JsonObject
from tools.render.changed_fields import field_lines
from tools.render.created import highlights
from tools.render.diff import differences

MOST_FIELD_LINES = 60


@dataclass(frozen=True, slots=True)
class Both:
    """An object on both sides; None where a side does not have it."""

    name: str
    namespace: str
    before: JsonObject | None
    after: JsonObject | None

    @property
    def sign(self) -> str:
        """``+``, ``-``, ``~``; empty where both sides are the same."""
        if self.before is None:
            return "+"
        if self.after is None:
            return "-"
        return "" if self.before == self.after else "~"


def difference(release: str, before: str, after: str, objects: Sequence[Both]) -> str:
    """Say what is compared, then every object that differs; the same ones are counted."""
    different = [each for each in objects if each.sign]
    same = len(objects) - len(different)
    counted = f"{len(different)} of {len(objects)} objects differ"
    if not different:
        return f"{release}: {before} and {after} are the same in all {same} objects."
    lines = [f"{release}: {before} → {after}: {counted}.", ""]
    for each in different:
        lines.append(f"{each.sign} {each.name} in {each.namespace}")
        fields = [f"    {line}" for line in _fields(each)]
        lines += fields[:MOST_FIELD_LINES]
        if (left := len(fields) - MOST_FIELD_LINES) > 0:
            lines.append(f"    … {left:,} more lines")
    return "\n".join(lines)


def _fields(both: Both) -> Iterator[str]:
    if both.before is not None and both.after is not None:
        for each in differences(both.before, both.after):
            yield from field_lines(each)
    elif both.after is not None:
        yield from highlights(both.after)
