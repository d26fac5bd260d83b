"""The text a person reads before approving: what would change, and what follows from it.

It is bounded by itself: what must be read, cautions and the last lines, is never what is cut.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from textwrap import wrap
from typing import Any

import orjson

from tools.render.changed_fields import field_lines
from tools.render.created import highlights
from tools.render.diff import differences

JsonObject = dict[str, Any]
_SIGNS = {"created": "+", "changed": "~", "deleted": "-", "evicted": "-"}
_WORDS = {"changed": "change", "created": "create", "deleted": "delete", "evicted": "evict"}
CAUTION = "! "
ACT = "Would "
WIDTH = 110
MOST_FIELD_LINES = 60  # of one object
MOST_BYTES = 50_000  # of fields and highlights, all objects together
MOST_NAMED = 4
MOST_CAUTIONS = 3
LONGEST_CAUTION = 140
LONGEST_ACT = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One object's change and what it entails; both sides without what changes by itself."""

    kind: str
    name: str
    where: str
    before: JsonObject | None
    after: JsonObject | None
    effects: Sequence[str] = field(default=())


def preview(
    steps: Sequence[Step],
    notes: Sequence[str],
    warnings: Sequence[str],
    call: str = "",
    act: str = "",
) -> str:
    """Say what would happen; nothing has.

    ``call`` is what the digest is bound to, ``act`` what it does to the objects that change.
    """
    lines = [_summary(steps, notes), "", *_body(steps)]
    lines += [line for note in notes for line in _noted(note)]
    lines += [f'Admission: warning "{warning}"' for warning in warnings]
    if steps and not warnings and not _fails(notes):
        lines.append("Admission: accepted, no warnings.")
    lines.append(_for_approval(steps, notes, act))
    if not _fails(notes):
        lines.append(f'If approved as shown: if_unchanged="{digest(steps, notes, call)}"')
    return "\n".join(lines)


def digest(steps: Sequence[Step], notes: Sequence[str], call: str = "") -> str:
    """Return a short name of a call and the state it starts from; others have another."""
    plan = [[step.kind, step.name, step.where, step.before] for step in steps]
    canonical = orjson.dumps([call, plan, list(notes)], option=orjson.OPT_SORT_KEYS)
    return f"p-{sha256(canonical).hexdigest()[:8]}"


def _fails(notes: Sequence[str]) -> bool:
    return any(note.startswith("Would fail") for note in notes)


def _summary(steps: Sequence[Step], notes: Sequence[str]) -> str:
    counts = Counter(step.kind for step in steps)
    parts = [
        f"{word} {counts[kind]:,} object{'s' if counts[kind] > 1 else ''}"
        for kind, word in _WORDS.items()
        if counts[kind]
    ]
    if counts["unchanged"]:
        parts.append(f"leave {counts['unchanged']:,} unchanged")
    if not parts and notes:  # what is outside the cluster's objects, each in its own words
        return "Only tried: nothing has been done."
    if not parts:
        parts = ["change nothing"]
    return f"Would {', '.join(parts)}. Nothing has been done."


def _body(steps: Sequence[Step]) -> Iterator[str]:
    """Yield every object that is touched, with its fields as far as there is room for them."""
    left = MOST_BYTES
    shown = False
    for step in steps:
        if step.kind == "unchanged":
            continue
        shown = True
        yield f"{_SIGNS[step.kind]} {step.name}{step.where}"
        fields = _bounded_fields(step, left)
        left -= sum(len(line.encode()) for line in fields)
        yield from (f"    {line}" for line in fields)
        yield from _effect_lines(step.effects)
    if shown:
        yield ""


def _bounded_fields(step: Step, room: int) -> list[str]:
    lines = list(_fields(step))
    kept: list[str] = []
    for line in lines[:MOST_FIELD_LINES]:
        room -= len(line.encode())
        if room < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    return [*kept, f"… {left:,} more lines (preview this object alone)"] if left else kept


def _fields(step: Step) -> Iterator[str]:
    if step.kind == "created" and step.after:
        yield from highlights(step.after)
    elif step.kind == "changed":
        for difference in differences(_counting(step.before), _counting(step.after)):
            yield from field_lines(difference)


def _counting(obj: JsonObject | None) -> JsonObject | None:
    """Give a Scale the replicas that the API server leaves out when there are none."""
    if obj is None or obj.get("kind") != "Scale":
        return obj
    return {**obj, "spec": {"replicas": 0, **(obj.get("spec") or {})}}


def _effect_lines(effects: Sequence[str]) -> Iterator[str]:
    """Join the effects in one paragraph; each caution has a line of its own."""
    plain = " ".join(each for each in effects if not each.startswith(CAUTION))
    if plain:
        head = "  Effect: "
        yield from wrap(
            plain,
            WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield from (f"  {each}" for each in effects if each.startswith(CAUTION))


def _noted(note: str) -> Iterator[str]:
    first, *rest = note.splitlines() or [""]
    yield f"{CAUTION}{first}" if _fails([note]) else first
    yield from (f"  {line}" for line in rest)


def _for_approval(steps: Sequence[Step], notes: Sequence[str], act: str) -> str:
    """Say in one line what a person approves, and the gravest of what they should know."""
    if _fails(notes):
        return "For approval: nothing, it would fail as it is."
    parts = [part for kind, word in _WORDS.items() if (part := _named(steps, kind, word))]
    if act and any(step.kind == "changed" for step in steps):
        parts[0] = _shortened(act, LONGEST_ACT)  # what changes comes first in _WORDS
    parts = parts or [_shortened(act, LONGEST_ACT) for act in _acts(notes)]
    said = [*(each for step in steps for each in step.effects), *notes]
    cautions = list(dict.fromkeys(each for each in said if each.startswith(CAUTION)))
    shown = [_shortened(each.removeprefix(CAUTION)) for each in cautions[:MOST_CAUTIONS]]
    left = len(cautions) - len(shown)
    more = f" … and {left:,} more" if left else ""
    known = f" Caution: {' '.join(shown)}{more}" if shown else ""
    return f"For approval: {'; '.join(parts) or 'nothing changes'}.{known}"


def _named(steps: Sequence[Step], kind: str, word: str) -> str:
    names = [f"{step.name}{step.where}" for step in steps if step.kind == kind]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{word} {', '.join(names[:MOST_NAMED])}{more}" if names else ""


def _acts(notes: Sequence[str]) -> Iterator[str]:
    """Yield what would be done besides changing objects: what the notes say as "Would …"."""
    for note in notes:
        first = note.partition("\n")[0]
        if first.startswith(ACT):
            yield first.removeprefix(ACT).removesuffix(".")


def _shortened(text: str, most: int = LONGEST_CAUTION) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
