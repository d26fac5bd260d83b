"""A build's log: raw bytes with hidden notes in them; offsets count the raw bytes."""

import re
from collections.abc import Callable, Iterator

_NOTE = re.compile(rb"\x1b\[8mha:.*?\x1b\[0m", re.DOTALL)
_LONE_LF = re.compile(rb"(?<!\r)\n")
PIECE = 256 * 1024


def note(content: str = "AAAA") -> bytes:
    """Make a console note (`hudson.console.ConsoleNote`)."""
    return b"\x1b[8mha:" + content.encode() + b"\x1b[0m"


class ConsoleLog:
    """What a build has written."""

    def __init__(self, raw: bytes = b"") -> None:
        self._raw = bytearray(raw)
        self._made: Callable[[], str] | None = None
        self.exists = True
        """False: the file is not there yet."""

    @property
    def raw(self) -> bytearray:
        """Return the bytes as they are stored."""
        if self._made is not None:
            made, self._made = self._made, None
            self._raw += made().encode()
        return self._raw

    def make(self, text: Callable[[], str]) -> None:
        """Append a text that is only made when somebody reads or writes on."""
        self.write("")
        self._made = text

    def __len__(self) -> int:
        return len(self.raw) if self.exists else 0

    def write(self, text: str | bytes) -> None:
        """Append a text as it is."""
        raw = self.raw
        raw += text.encode() if isinstance(text, str) else text

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """Yield the text from a raw offset on without the notes, in pieces of whole lines."""
        end = len(self)
        while start < end:
            cut = self.raw.find(b"\n", min(start + PIECE, end)) + 1 or end
            yield _NOTE.sub(b"", bytes(self.raw[start:cut]))
            start = cut

    def progressive(self, start: int = 0) -> Iterator[bytes]:
        """Yield the same with every line ended by CR and LF (AnnotatedLargeText.writeLogTo)."""
        for piece in self.pieces(start):
            yield _LONE_LF.sub(b"\r\n", piece)

    def text(self) -> str:
        """Return the whole log without the notes."""
        return b"".join(self.pieces()).decode(errors="replace")
