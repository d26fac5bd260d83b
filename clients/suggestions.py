"""Nearest names, for refusals that say what to do instead."""

import difflib
from collections.abc import Iterable


def did_you_mean(wrong: str, names: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return `` Did you mean "web"?`` with its leading space, or nothing when no name is near."""
    near = nearest(wrong, names, cutoff=cutoff)
    return f' Did you mean "{near}"?' if near else ""


def nearest(wrong: str, names: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the name that is nearest, or nothing when none is near."""
    return next(iter(difflib.get_close_matches(wrong, list(names), n=1, cutoff=cutoff)), "")
