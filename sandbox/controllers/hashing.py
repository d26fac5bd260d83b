"""Hashes in names: `pod-template-hash` and `controller-revision-hash`.

The real ones hash Go's print of the structure; these hash its JSON, with the same function and
the same alphabet (apimachinery `util/rand.SafeEncodeString`).
"""

from functools import lru_cache
from typing import Any

import orjson

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_OFFSET, _PRIME = 2166136261, 16777619


def hashed(value: Any, collisions: int = 0) -> str:
    """Hash a JSON value to 8 to 10 letters and digits that spell no word."""
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    number = _fnv32a(data + (str(collisions).encode() if collisions else b""))
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(number))


@lru_cache(maxsize=128)
def _fnv32a(data: bytes) -> int:
    result = _OFFSET
    for byte in data:
        result = (result ^ byte) * _PRIME % 2**32
    return result
