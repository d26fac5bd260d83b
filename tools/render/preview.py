"""The text a person reads before approving: what would change, and what follows from it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from tools.render.diff import MISSING, Difference, differences

JsonObject = dict[str, Any]
_SIGNS = {"created": "+", "changed": "~", "deleted": "-", "evicted": "-"}
_WORDS = {"created": "create", "changed": "change", "deleted": "delete", "evicted": "evict"}
LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class Step:
    """One object's change and what it entails; both sides without what changes by itself."""

    kind: str
    name: str
    where: str
    before: JsonObject | None
    after: JsonObject | None
    effects: Sequence[str] = field(default=())


def preview(steps: Sequence[Step], notes: Sequence[str], warnings: Sequence[str]) -> str:
    """Say what would happen; nothing has."""
    lines = [_summary(steps, notes), ""]
    for step in steps:
        lines += _step_lines(step)
    lines += notes
    lines += [f'Admission: warning "{warning}"' for warning in warnings]
    lines.append(f'If approved as shown: if_unchanged="{digest(steps, notes)}"')
    return "\n".join(lines)


def digest(steps: Sequence[Step], notes: Sequence[str]) -> str:
    """Return a short name of the state that the plan starts from; another state has another."""
    plan = [[step.kind, step.name, step.where, step.before] for step in steps]
    canonical = orjson.dumps([plan, list(notes)], option=orjson.OPT_SORT_KEYS)
    return f"p-{sha256(canonical).hexdigest()[:8]}"


def _summary(steps: Sequence[Step], notes: Sequence[str]) -> str:
    counts = Counter(step.kind for step in steps)
    parts = [
        f"{word} {counts[kind]} object{'s' if counts[kind] > 1 else ''}"
        for kind, word in _WORDS.items()
        if counts[kind]
    ]
    if counts["unchanged"]:
        parts.append(f"leave {counts['unchanged']} unchanged")
    if not parts:
        parts = ["change no object"] if notes else ["change nothing"]
    return f"Would {', '.join(parts)}. Nothing has been done."


def _step_lines(step: Step) -> Iterator[str]:
    if step.kind == "unchanged":
        return
    yield f"{_SIGNS[step.kind]} {step.name}{step.where}"
    if step.kind == "changed":
        for difference in differences(step.before, step.after):
            yield f"    {_difference_line(difference)}"
    for effect in step.effects:
        yield f"  {effect}"


def _difference_line(difference: Difference) -> str:
    before, after = _value(difference.before), _value(difference.after)
    return f"{difference.path}: {before} → {after}"


def _value(value: Any) -> str:
    if value is MISSING:
        return "(none)"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
