"""The lines of a log that tell what went wrong: alike ones together, the most telling kept.

A line is told by its words (an exception, ``error:``, ``No such file``); one that only repeats that
something failed counts less. Lines that differ in numbers alone are one line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from clients.patterns import matcher

MOST_KINDS = 2_000
MOST_LINES = 5
SPREAD = 3  # how much less telling than the most telling a line may be
LONGEST_SHOWN = 300
# For every line of a log: by an engine that takes a twentieth of the time of Python's own.
_PERHAPS = matcher(
    r"(?i)error|err!|exception|fatal|fail|panic|refused|denied|unauthorized|cannot|could not|"
    r"unable to|not found|no such|timed? ?out|killed|segmentation|undefined|assert"
)
# What says it best, from the weightiest to the lightest; the first that fits counts.
_WEIGHTS = (
    (9, re.compile(r"^(?:Caused by: )?(?:[a-z][\w$]*\.)+[A-Z][\w$]*(?:Exception|Error)\b")),
    (9, re.compile(r"^(?:[A-Za-z_][\w.]*)?(?:Error|Exception): ")),
    (9, re.compile(r"^panic: |OutOfMemoryError|Segmentation fault|^FATAL\b|\bOOMKilled\b")),
    (8, re.compile(r"\b(?:fatal )?error(?: [A-Z]+\d+)?: |\berror\[E\d+\]|^E  +\w")),
    (7, re.compile(r"^fatal: |undefined reference|(?i:no such file|connection refused)")),
    (7, re.compile(r"(?i)permission denied|access denied|unauthorized|command not found")),
    (6, re.compile(r"^npm (?:ERR!|error) (?!A complete log|code|errno)|^ERROR[: ]|\bAssertion")),
    (5, re.compile(r"\[ERROR\]|\bERROR\b|(?i:timed? ?out|cannot|could not|unable to)")),
    (4, re.compile(r"\bFAILED\b|\bFAILURE\b|(?i:\bfailed\b|\bkilled\b)")),
)
# What every failed build says, whatever the cause, and what only looks like trouble.
_EMPTY = re.compile(
    r"^Finished: |script returned exit code|BUILD FAIL|^make(?:\[\d+\])?: \*\*\*|-Werror|^\s*at |"
    r"(?i:re-run maven|full stack trace|help 1\]|\bdownload(?:ed|ing)\b)|"
    r"(?i:\b0 (?:errors?|failures?|failed)\b(?!:))|"
    r"(?i:(?:failures|errors|failed)[:=] ?0\b(?!.*(?:failures|errors|failed)[:=] ?[1-9]))"
)
_NUMBERS = re.compile(r"0x[0-9a-fA-F]+|[0-9a-f]{8,}|\d+")
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_TIMESTAMP = re.compile(rf"^\[?(?:\d{{4}}-\d\d-\d\d[T ])?{_CLOCK}(?:Z|[+-]\d\d:?\d\d)?\]?\s+")


@dataclass(slots=True)
class Telling:
    """A line: its number if known, where it begins, and how often it or one alike occurs."""

    text: str
    number: int | None
    offset: int
    count: int = 1
    weight: int = 0
    last: int = 0


@dataclass(slots=True)
class TellingLines:
    """Collects them; what it keeps is bounded, however long the log is."""

    kinds: dict[str, Telling] = field(default_factory=dict)
    others: int = 0

    def is_worth_a_look(self, line: str) -> bool:
        """Whether a line may tell anything: cheap, for all lines of a log."""
        return _PERHAPS(line)

    def add(self, text: str, number: int | None, offset: int) -> None:
        """Take a line that is worth a look."""
        said = _TIMESTAMP.sub("", text).strip()
        weight = weight_of(said)
        if not weight:
            return
        kind = _NUMBERS.sub("#", said[:LONGEST_SHOWN])
        if known := self.kinds.get(kind):
            known.count += 1
            known.last = offset
        elif len(self.kinds) < MOST_KINDS:
            shown = said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}…"
            self.kinds[kind] = Telling(shown, number, offset, 1, weight, offset)
        else:
            self.others += 1

    def best(self, prefer: Iterable[str] = (), most: int = MOST_LINES) -> list[Telling]:
        """Return the most telling, in the log's order; those of the failed step's log first."""
        preferred = {_NUMBERS.sub("#", _TIMESTAMP.sub("", line).strip()) for line in prefer}
        heaviest = max((line.weight for line in self.kinds.values()), default=0)
        kinds = sorted(
            (kind for kind in self.kinds.items() if kind[1].weight >= heaviest - SPREAD),
            key=lambda kind: (kind[0] in preferred, kind[1].weight, kind[1].last),
            reverse=True,
        )
        return sorted((line for _, line in kinds[:most]), key=lambda line: line.offset)


def weight_of(line: str) -> int:
    """Return how telling a line is, 0 for not at all."""
    if _EMPTY.search(line):
        return 0
    return next((weight for weight, pattern in _WEIGHTS if pattern.search(line)), 0)
