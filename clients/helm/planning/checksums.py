"""Checksums that a chart makes of its Secrets, so that pods are replaced when these change.

Made of placeholders they always differ from those that are there. Where no Secret and no ConfigMap
of the release changes, neither do they; of ``checksum/secret`` it is the Secrets that count.
"""

import re
from collections.abc import Iterable, Set
from typing import Any

from clients.kubernetes.objects import JsonObject

SOURCES = ("Secret", "ConfigMap")
_DIGEST = re.compile(r"[0-9a-f]{32,128}|<redacted (?:32|40|64|128) bytes, fingerprint [0-9a-f]{6}>")
Sides = tuple[JsonObject | None, JsonObject | None]


def differing(sides: Iterable[Sides]) -> Set[str]:
    """Return the kinds of those objects that change, of which checksums are made."""
    kinds = {str((some or other or {}).get("kind")) for some, other in sides if some != other}
    return kinds & {*SOURCES}


def kept(before: Any, after: Any, differ: Set[str], annotation: bool = False) -> Any:
    """Return ``after`` with those checksums among its annotations as they were."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            key: before[key]
            if annotation and _is_kept(key, before.get(key), value, differ)
            else kept(before.get(key), value, differ, key == "annotations")
            for key, value in after.items()
        }
    return after


def _is_kept(key: str, before: Any, after: Any, differ: Set[str]) -> bool:
    digests = all(isinstance(each, str) and _DIGEST.fullmatch(each) for each in (before, after))
    if not key.startswith("checksum") or not digests:
        return False
    return not differ or ("secret" in key.lower() and "Secret" not in differ)
