"""One page that fits the answer, and the words that say how to get the next."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from clients.kubernetes import ListQuery

T = TypeVar("T")

FOOTER_BYTES = 1_500
NARROW = 'narrow: namespace=, label_selector="app=web", field_selector="status.phase!=Running"'


@dataclass(frozen=True, slots=True)
class Paging:
    """How many at most, from where, into how many bytes of text."""

    limit: int
    continue_token: str
    most_bytes: int

    @property
    def text_bytes(self) -> int:
        """What the rows may take; the rest is for the footer."""
        return self.most_bytes - FOOTER_BYTES


async def fitted(
    fetch: Callable[[int], Awaitable[T]],
    rendered: Callable[[T], Awaitable[tuple[str, int]]],
    paging: Paging,
) -> tuple[T, str]:
    """Return a page whose text fits; too large a page is asked for again, smaller.

    Asking again, instead of cutting, keeps the server's own continue token exact.
    """
    page = await fetch(paging.limit)
    text, count = await rendered(page)
    size = len(text.encode())
    if size <= paging.text_bytes or count <= 1:
        return page, text
    fewer = max(1, count * paging.text_bytes * 9 // (size * 10))
    page = await fetch(fewer)
    text, _ = await rendered(page)
    return page, text


def more_follow(cut: Iterable[ListQuery]) -> list[str]:
    """Say of which types, asked for together, there are more than the limit."""
    return [f"… {query.type.plural}: more follow; ask for them alone." for query in cut]


def footer(shown: int, noun: str, token: str, remaining: int | None) -> str:
    """Say how many are left and how to go on; nothing at the end of the list."""
    if not token:
        return ""
    more = f"{remaining:,} more" if remaining is not None else "more follow"
    nouns = noun if shown == 1 else f"{noun}s"
    return f'… {shown:,} {nouns} shown, {more}. Continue: continue_token="{token}" · or {NARROW}'
