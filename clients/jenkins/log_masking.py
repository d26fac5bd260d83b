"""Masks a log as it comes: what a line tells goes by the lines before it, which may be gone.

A private key is many lines, and none but its first says so; a very long line comes in parts, and a
page may begin in the middle of one. So what stands before is kept in mind, within bounds: a key is
taken to be no longer than ``KEY_BYTES``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from clients.masking import mask_free_text, may_need_masking

LONGEST_LINE = 16 * 2**10
KEY_BYTES = 16 * 2**10
KEY = "<redacted private key>"
CUT = "… [the rest of this line is not shown]"
# The bytes that a line took of the log, and what is shown of it; None: nothing.
Told = tuple[int, str | None]

_NAME = r"[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
_MARK = 100  # longer than the longest name of a key's beginning or end
_BEGIN, _END = re.compile(f"-----BEGIN {_NAME}"), re.compile(f"-----END {_NAME}")
_WHOLE = re.compile(rf"(?s)-----BEGIN {_NAME}.*?(?:-----END {_NAME}|\Z)")
# A line of a key, behind a timestamp perhaps; a full one has 64 characters.
_BODY = re.compile(r"(?:\S*\d\d:\d\d\S*)?\s*([A-Za-z0-9+/=]{1,76})\s*")
_FULL = 60


@dataclass(slots=True)
class Batch:
    """Lines that came together, and whether an end of line follows the last of them."""

    lines: list[bytes]
    ended: bool


def _any(_: str) -> bool:
    return True


class LogMasking:
    """Looks at every line of one log, in their order.

    ``before`` is what stands before the first line's beginning in the same line, ``key`` how much
    of a private key came before. ``doubtful``: what came before is not known, so lines that look
    like the rest of a key are held back until one tells; ``first`` then stands for the first line.
    """

    def __init__(
        self,
        clean: Callable[[bytes], bytes],
        *,
        before: bytes = b"",
        key: int = 0,
        doubtful: bool = False,
        cut: bool = False,
        first: str | None = None,
    ) -> None:
        self._clean = clean
        self._before = before.decode("utf-8", "ignore")
        self._key = key
        self._unsaid = key > 0
        self._held: list[Told] | None = [] if doubtful else None
        self._cut = cut
        self._first = first

    def told(self, batch: Batch, wanted: Callable[[str], bool] = _any) -> list[Told]:
        """Return each line, with the bytes that it took; those not ``wanted`` as None."""
        text = self._clean(b"\n".join(batch.lines)).decode("utf-8", "replace")
        lines = text.split("\n")
        lengths = [len(raw) + 1 for raw in batch.lines]
        lengths[-1] -= 0 if batch.ended else 1
        if self._is_plain(batch, text):
            return [
                (length, line[:LONGEST_LINE] if wanted(line) else None)
                for length, line in zip(lengths, lines, strict=True)
            ]
        told: list[Told] = []
        for number, (length, line) in enumerate(zip(lengths, lines, strict=True), 1):
            ended = batch.ended or number < len(lines)
            told += self._decided(length, line, self._line(line, ended=ended, wanted=wanted))
        return told

    def _is_plain(self, batch: Batch, text: str) -> bool:
        """Whether there is nothing to mask, which holds for most: they are looked at at once."""
        remembers = self._before or self._key or self._cut or self._held is not None
        return not remembers and batch.ended and not may_need_masking(text)

    def rest(self) -> list[Told]:
        """Return what was held back to the end of the log."""
        held, self._held = self._held or [], None
        if held and all(_is_full(line) for _, line in held):
            return [(held[0][0], KEY), *((length, None) for length, _ in held[1:])]
        return held

    def _line(self, text: str, *, ended: bool, wanted: Callable[[str], bool]) -> str | None:
        before, self._before = self._before, ""
        if not ended:
            self._before = (before + text)[-LONGEST_LINE:]
        if self._key:
            ends = self._key_ends(before, text)
            if ends is None:
                return self._said_once()
            said, before, text = self._said_once(), "", text[ends:]
            if not text.strip():
                return said
        if begun := _open_key(before[-_MARK:] + text):
            self._key, self._unsaid = begun, False
        if self._cut:
            self._cut = False
            return self._first
        if not wanted(text):
            return None
        return _masked_behind(before, text, ended=ended)[:LONGEST_LINE]

    def _key_ends(self, before: str, text: str) -> int | None:
        """Return where in the text the rest of a key ends, if it does."""
        seam = before[-_MARK:]
        if end := _END.search(seam + text):
            self._key = 0
            return max(end.end() - len(seam), 0)
        self._key += len(text) + 1
        if self._key > KEY_BYTES:
            self._key = 0
        return None

    def _said_once(self) -> str | None:
        said, self._unsaid = KEY if self._unsaid else None, False
        return said

    def _decided(self, length: int, text: str, shown: str | None) -> list[Told]:
        """Hold a line back while it may be of a key whose beginning was not seen."""
        if self._held is None:
            return [(length, shown)]
        held, line = self._held, (length, shown)
        if end := _END.search(text):
            self._held = None
            hidden: list[Told] = [(each, None) for each, _ in held]
            return [*hidden, (length, KEY + mask_free_text(text[end.end() :]))]
        size = sum(each for each, _ in held)
        if (shown is self._first and not held) or (_BODY.fullmatch(text) and size < KEY_BYTES):
            held.append(line)
            return []
        self._held = None
        return [*held, line]


def open_key(before: bytes) -> int:
    """Return how much of a private key stands at the end of what came before; 0: it is none."""
    length = _open_key(before.decode("latin-1"))
    return length if length <= KEY_BYTES else 0


def _open_key(text: str) -> int:
    begun = 0
    for begin in _BEGIN.finditer(text):
        begun = len(text) - begin.start() if not _END.search(text, begin.end()) else 0
    return begun


def _is_full(line: str | None) -> bool:
    body = _BODY.fullmatch(line) if line is not None else None
    return line is None or (body is not None and len(body[1]) >= _FULL)


def _masked_behind(before: str, text: str, *, ended: bool) -> str:
    """Mask a text as what it is behind another; where that is not to be told, some comes twice."""
    masks = _masked if ended else _masked_open
    if not before:
        return masks(text)
    whole, known = masks(before + text), _masked(before)
    if whole.startswith(known):
        return whole[len(known) :]
    return whole[-len(text) - _MARK :]


def _masked(text: str) -> str:
    return mask_free_text(_WHOLE.sub(KEY, text))


def _masked_open(text: str) -> str:
    """Mask a text that goes on: what a quote begins at its end may be closed behind it."""
    for quote in "\"'":
        if not (masked := _masked(text + quote)).endswith(quote):
            return masked
    return _masked(text)
