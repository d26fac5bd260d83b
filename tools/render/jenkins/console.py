"""A console log with what stands before and after it."""

from typing import Any


def log(console: Any) -> str:
    """Write a part or the end of a log, and how to go on."""
    return "\n".join([*(console.lines or ["(no lines)"]), *_footer(console)])


def found(console: Any, pattern: str, label: str) -> str:
    """Write the lines that matched, with their numbers, and how many there are."""
    fewer = f", the last {len(console.lines):,} shown" if console.earlier else ""
    where = "the first" if console.unfinished else ""
    searched = f"{where} {console.searched:,} lines of {label}".strip()
    note = f'… "{pattern}" matches {console.matched:,} of {searched}{fewer}.'
    return "\n".join([*console.lines, note])


def _footer(console: Any) -> list[str]:
    parts = []
    if console.earlier:
        parts.append(
            f"… the last {len(console.lines):,} lines of {console.size:,} bytes; from the "
            'beginning: start=0; search: pattern="(?i)error".'
        )
    elif console.next is not None and not console.running:
        parts.append(f"… up to byte {console.next:,} of {console.size:,}.")
    if console.running:
        parts.append("The build is still running.")
    if console.next is not None:
        parts.append(f"Continue: start={console.next}")
    return [" ".join(parts)] if parts else []
