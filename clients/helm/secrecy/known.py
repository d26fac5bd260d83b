"""Secrets known by their values: what a release's Secrets and values hold, wherever it turns up.

A password may be rendered into notes, a URL, a ConfigMap. Where a text holds a value that is known
to be a secret, it is masked, with the fingerprint that the Secret itself shows.
"""

import re
from collections.abc import Iterable

from clients.masking import Masking

MOST_KNOWN = 1_000
LEAST_CHARACTERS = 6
LEAST_UNNAMED_CHARACTERS = 8
_CLASSES = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", r"[^\sa-zA-Z0-9]")))


class KnownSecrets:
    """Values that must not be read anywhere in a release."""

    def __init__(self, masking: Masking) -> None:
        self.masking = masking
        self._exact: set[str] = set()
        self._anywhere: dict[str, None] = {}

    def learn(self, value: str, *, named: bool) -> None:
        """Know a secret; one whose key does not say so is sought only if it is no plain word."""
        if len(value) < LEAST_CHARACTERS or value.startswith("<redacted"):
            return
        self._exact.add(value)
        telling = named or (len(value) >= LEAST_UNNAMED_CHARACTERS and _is_mixed(value))
        if telling and len(self._anywhere) < MOST_KNOWN:
            self._anywhere[value] = None

    def forget(self, words: Iterable[str]) -> None:
        """Leave alone what stands everywhere: the names of release, chart and namespace."""
        for word in words:
            self._exact.discard(word)
            self._anywhere.pop(word, None)

    def is_known(self, value: str) -> bool:
        """Whether the whole value is a secret."""
        return value in self._exact

    def masked(self, text: str) -> str:
        """Mask every known secret that stands in a text as a word of its own."""
        present = sorted((v for v in self._anywhere if v in text), key=len, reverse=True)
        if not present:
            return text
        words = "|".join(map(re.escape, present))
        found = re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])")
        return found.sub(lambda match: self.masking.masked(match[0].encode()), text)


def _is_mixed(value: str) -> bool:
    return sum(bool(each.search(value)) for each in _CLASSES) >= 2
