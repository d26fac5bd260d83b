"""One bound for every answer: cut between lines, say what was left out and how to go on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounded:
    """A text within the bound, and whether something was left out."""

    text: str
    cut: bool = False


def bounded(text: str, most_bytes: int, narrow: str = "") -> Bounded:
    """Keep the first lines of ``text`` that fit; ``narrow`` tells how to get the rest."""
    size = len(text.encode())
    if size <= most_bytes:
        return Bounded(text)
    kept = fitting(text, most_bytes)
    lines, all_lines = kept.count("\n") + 1, text.count("\n") + 1
    what = f"{lines:,} of {all_lines:,} lines" if lines < all_lines else "one line, cut"
    note = f"… {what} ({len(kept.encode()) >> 10:,} of {size >> 10:,} KiB)."
    return Bounded(f"{kept}\n{note} {narrow}".rstrip(), cut=True)


def fitting(text: str, most_bytes: int) -> str:
    """Return the longest run of whole lines that fits; of a single longer line, its beginning."""
    start = text.encode()[:most_bytes].decode("utf-8", "ignore")
    whole, newline, _ = start.rpartition("\n")
    return whole if newline and whole.strip() else start
