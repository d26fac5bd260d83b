"""A changed field as lines: values side by side, texts as the lines that differ.

Values that are masked are told by their fingerprints, so that a change is visible and unreadable.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import Any

import orjson

from tools.render.diff import MISSING, Difference

LONGEST_VALUE = 300
LONGEST_LINE = 200
SHARED = 40  # of what long values have in common, so much is shown around what differs
MOST_TEXT_LINES = 40
MOST_COMPARED_LINES = 2_000
_MASKED = re.compile(r"<redacted (\d+ bytes), fingerprint ([0-9a-f]+)>")


def field_lines(difference: Difference) -> Iterator[str]:
    """Yield a line for a field, or several for a text of many lines."""
    before, after = difference.before, difference.after
    if _is_text(before) and _is_text(after) and "\n" in f"{_or_empty(before)}{_or_empty(after)}":
        yield f"{difference.path}:"
        yield from (f"  {line}" for line in _text_lines(_or_empty(before), _or_empty(after)))
        return
    if isinstance(before, str) and isinstance(after, str):
        before, after = _without_shared(before, after)
    removed = "(removed)" if after is MISSING else value(after)
    yield f"{difference.path}: {value(before)} → {removed}"


def value(given: Any) -> str:
    """Write a value in one line, a masked one as its fingerprint, a long one not to its end."""
    if given is MISSING:
        return "(none)"
    text = given if isinstance(given, str) else orjson.dumps(given).decode()
    if masked := _MASKED.fullmatch(text):
        return f"fingerprint {masked[2]} ({masked[1]})"
    text = '""' if text == "" else text.replace("\n", "\\n")
    return _shortened(text, LONGEST_VALUE)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text):,} characters)"


def _is_text(given: Any) -> bool:
    return given is MISSING or isinstance(given, str)


def _or_empty(given: Any) -> str:
    return "" if given is MISSING else str(given)


def _without_shared(before: str, after: str) -> tuple[str, str]:
    """Leave out most of what two long values begin with, so that the difference is in sight."""
    if max(len(before), len(after)) <= LONGEST_VALUE:
        return before, after
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    start = max(same - SHARED, 0)
    mark = "…" if start else ""
    return f"{mark}{before[start:]}", f"{mark}{after[start:]}"


def _text_lines(before: str, after: str) -> Iterator[str]:
    sides, skipped = _differing(before.split("\n"), after.split("\n"))
    if max(map(len, sides)) > MOST_COMPARED_LINES:
        yield f"{len(sides[0]):,} lines → {len(sides[1]):,} lines, from line {skipped + 1:,} on"
        return
    changed = [line for line in unified_diff(*sides, n=0, lineterm="") if _says_something(line)]
    for line in changed[:MOST_TEXT_LINES]:
        yield _shortened(_located(line, skipped), LONGEST_LINE)
    if len(changed) > MOST_TEXT_LINES:
        yield f"… {len(changed) - MOST_TEXT_LINES:,} more lines of this text"


def _differing(
    before: Sequence[str], after: Sequence[str]
) -> tuple[tuple[list[str], list[str]], int]:
    """Cut off the lines that both begin and end with; comparing them costs most."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    shorter = min(len(before), len(after)) - start
    while end < shorter and before[-1 - end] == after[-1 - end]:
        end += 1
    return (list(before[start : len(before) - end]), list(after[start : len(after) - end])), start


def _says_something(line: str) -> bool:
    return line[:4] not in ("--- ", "+++ ")


def _located(line: str, skipped: int) -> str:
    """Turn a hunk's head into the line it begins at; it counts from what was cut off."""
    head = re.match(r"@@ -(\d+)", line)
    return f"line {int(head[1]) + skipped}" if head else line
