"""Names and uids that the server gives out: random to look at, the same in every run."""

import random
import uuid

SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"  # apimachinery util/rand: no vowels, no look-alikes
SUFFIX_LENGTH = 5
LONGEST_PREFIX = 58


class Identifiers:
    """A seeded source of identifiers."""

    def __init__(self) -> None:
        self._random = random.Random(36)  # noqa: S311 - not for secrets: equal in every run

    def uid(self) -> str:
        """Return the next uid."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def name(self, prefix: str) -> str:
        """Complete a `generateName`, as the API server does."""
        suffix = "".join(self._random.choices(SUFFIX_ALPHABET, k=SUFFIX_LENGTH))
        return prefix[:LONGEST_PREFIX] + suffix
