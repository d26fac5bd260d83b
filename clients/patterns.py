"""Regular expressions that callers send: matched in linear time, by the engine inside pydantic.

Python's own ``re`` can take for ever on a hostile pattern, and nothing can stop it meanwhile.
Rust's regex crate cannot: it has no look-around and no back-references, which are refused.
"""

import re
from collections.abc import Callable

from pydantic_core import SchemaError, SchemaValidator, core_schema

from clients.errors import InvalidError

MOST_CHARACTERS = 500
# Time grows with text times positions; at this bound 16 KiB take 0.3 s in the worst case.
MOST_POSITIONS = 1_000

_TOKENS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{\s*\d*\s*(?:,\s*\d*\s*)?\}|.", re.DOTALL)
_NUMBERS = re.compile(r"\d+")


def matcher(pattern: str, argument: str = "pattern") -> Callable[[str], bool]:
    """Return whether-it-occurs-in for a pattern; refuse what is none, or too large, in a sentence.

    Spelled as in RE2 and Go: ``(?i)error|fatal``, ``^ERROR``, ``status=5[0-9]+``.
    """
    if len(pattern) > MOST_CHARACTERS or _positions(pattern) > MOST_POSITIONS:
        raise InvalidError(
            f'Argument "{argument}" is too large: {MOST_CHARACTERS} characters at most, and '
            f"{MOST_POSITIONS:,} with the repetitions written out."
        )
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern)).isinstance_python
    except SchemaError as wrong:
        raise InvalidError(
            f'Argument "{argument}" is not a regular expression that can be used: {_reason(wrong)}.'
        ) from wrong


def _positions(pattern: str) -> int:
    """Count characters and classes as often as counted repetitions copy them."""
    open_groups, last = [0], 0
    for part in _TOKENS.findall(pattern):
        if part == "(":
            open_groups.append(0)
        elif part == ")" and len(open_groups) > 1:
            last = open_groups.pop()
            open_groups[-1] += last
        elif part[0] == "{" and (counts := _NUMBERS.findall(part)):
            copies = max(int(count[:6]) for count in counts)
            open_groups[-1] += last * max(0, copies - 1)
            last *= copies
        else:
            last = 1
            open_groups[-1] += last
    return sum(open_groups)


def _reason(wrong: SchemaError) -> str:
    """Keep the last line of the engine's drawing of the mistake."""
    last = str(wrong).strip().splitlines()[-1].strip()
    return last.removeprefix("SchemaError: ").removeprefix("error: ").rstrip(".")
