"""Durations as Go writes them: `90s`, `1h30m`, and plain numbers of seconds."""

import re
from typing import Any

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")


def seconds(value: Any) -> float:
    """Read a duration in seconds. Raises ValueError for a text that is none."""
    text = str(value)
    if text.startswith("-") and text != "-":
        return -seconds(text[1:])
    if re.fullmatch(r"\d+", text):
        return float(text)
    parts = _PART.findall(text)
    if "".join(number + unit for number, unit in parts) != text or not parts:
        raise ValueError(f"time: invalid duration {text!r}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
