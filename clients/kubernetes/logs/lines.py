"""A log's bytes as lines fit to be shown: decoded, masked, of bounded length, searched.

A text of some size is worked on in pieces, so that no single step keeps other calls waiting.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clients.hygiene import clean
from clients.masking import mask_free_text

LONGEST_LINE = 8 * 1024
CUT = f"… [line cut after {LONGEST_LINE:,} characters]"
PIECE_CHARACTERS = 16 * 1024
MOST_SEARCH_SECONDS = 2.0

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)"
_STAMP = re.compile(_TIME)
# A window that begins inside a private key shows no BEGIN by which the masking would know it.
_REST_OF_KEY = re.compile(
    rf"(?:(?:{_TIME} )?[A-Za-z0-9+/=]{{1,76}}\n)*(?:{_TIME} )?-----END [A-Z ]*PRIVATE KEY-----"
    rf"|(?:(?:{_TIME} )?[A-Za-z0-9+/]{{64}}(?:\n|\Z))+\Z"
)


class LogLine(NamedTuple):
    """When it was written, in the kubelet's RFC 3339 or empty, and what."""

    stamp: str
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """What a pattern found, the oldest first, in how many of the last lines."""

    found: Sequence[LogLine]
    searched: int


def log_lines(body: bytes, *, stamped: bool) -> list[LogLine]:
    """Decode, mask and split; a line beyond ``LONGEST_LINE`` is cut and says so."""
    text = body.decode("utf-8", "replace").removesuffix("\n")
    if not text:
        return []
    masked = "".join(map(mask_free_text, _pieces(_without_rest_of_key(_cut_lines(clean(text))))))
    return [_line(line, stamped) for line in masked.split("\n")]


def _line(text: str, stamped: bool) -> LogLine:
    stamp, _, rest = text.partition(" ")
    return LogLine(stamp, rest) if stamped and _STAMP.fullmatch(stamp) else LogLine("", text)


def _cut_lines(text: str) -> str:
    if len(text) <= LONGEST_LINE:
        return text
    return "\n".join(_cut(line) for line in text.split("\n"))


def _cut(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[:LONGEST_LINE]}{CUT}"


def _without_rest_of_key(text: str) -> str:
    rest = _REST_OF_KEY.match(text)
    return f"<redacted private key>{text[rest.end() :]}" if rest else text


def _pieces(text: str) -> Iterator[str]:
    """Cut between lines, and never inside a private key: a part of one looks like nothing."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + PIECE_CHARACTERS) + 1 or len(text)
        key = text.rfind("-----BEGIN ", start, end)
        if key > start and text.find("-----END ", key, end) < 0:
            end = key
        yield text[start:end]
        start = end


def search(lines: Sequence[LogLine], matches: Callable[[str], bool]) -> Search:
    """Look from the newest line backwards, as far as the time goes."""
    found: list[LogLine] = []
    deadline = time.monotonic() + MOST_SEARCH_SECONDS
    searched = 0
    for line in reversed(lines):
        if searched % 16 == 0 and time.monotonic() > deadline:
            break
        searched += 1
        if matches(line.text.removesuffix(CUT)):
            found.append(line)
    return Search(found[::-1], searched)
