"""Secrets known by their values: what a release's Secrets and values hold, wherever it turns up.

A password may be rendered into notes, a URL, a ConfigMap. Where a text holds a value that is known
to be a secret, it is masked, with the fingerprint that the Secret itself shows.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from clients.masking import Masking, secrets_told_by

MOST_KNOWN = 4_000  # with their other forms
LEAST_CHARACTERS = 6
LEAST_UNNAMED_CHARACTERS = 8
_CLASSES = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", r"[^\sa-zA-Z0-9]")))
# Secrets often hold the whole configuration, addresses included.
_HIDDEN = re.compile(r"<redacted |redacted-\d+-bytes-[0-9a-f]{6}")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?")


class KnownSecrets:
    """Values that must not be read anywhere in a release."""

    def __init__(self, masking: Masking) -> None:
        self.masking = masking
        self._held: set[str] = set()
        self._telling: set[str] = set()
        self._anywhere: dict[str, None] = {}

    def learn(self, value: str, *, named: bool) -> None:
        """Know a secret; ``named``: its key says that it is one. Others may be plain words."""
        if len(value) < LEAST_CHARACTERS or _HIDDEN.search(value):
            return
        self._held.add(value)
        if not (named or _is_mixed(value)):
            return
        self._telling.add(value)
        if (named or len(value) >= LEAST_UNNAMED_CHARACTERS) and len(self._anywhere) < MOST_KNOWN:
            self._anywhere[value] = None
            self._anywhere.update(dict.fromkeys(_other_forms(value)))

    def learn_text(self, value: str, *, named: bool) -> None:
        """Know a secret, and those that stand in it: a Secret may hold a whole file."""
        self.learn(value, named=named)
        for part in secrets_told_by(value):
            self.learn(part, named=True)

    def forget(self, words: Iterable[str]) -> None:
        """Leave alone what stands everywhere: the names of release, chart and namespace."""
        for word in words:
            self._held.discard(word)
            self._telling.discard(word)
            for form in (word, *_other_forms(word)):
                self._anywhere.pop(form, None)

    def all(self) -> list[str]:
        """Return every value, the longest first."""
        return sorted({*self._held, *self._anywhere}, key=len, reverse=True)

    def is_held(self, value: str) -> bool:
        """Whether a Secret holds exactly this, a plain word too."""
        return value in self._held

    def is_telling(self, value: str) -> bool:
        """Whether a Secret holds exactly this, and it is no plain word or address."""
        return value in self._telling

    def masked(self, text: str) -> str:
        """Mask every known secret in a text; a plain word only where it stands as a word."""
        present = sorted((v for v in self._anywhere if v in text), key=len, reverse=True)
        if not present:
            return text
        found = re.compile("|".join(map(_pattern, present)))
        return found.sub(lambda match: self.masking.masked(match[0].encode()), text)


def _other_forms(value: str) -> Iterator[str]:
    """Yield how charts write a value into notes and addresses: as base64, URL-quoted."""
    coded = base64.b64encode(value.encode()).decode()
    yield from (coded, coded.rstrip("="), quote(value, safe=""), quote_plus(value))


def _pattern(value: str) -> str:
    escaped = re.escape(value)
    return escaped if _is_mixed(value) else rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])"


def _is_mixed(value: str) -> bool:
    return not _HOST.fullmatch(value) and sum(bool(c.search(value)) for c in _CLASSES) >= 2
