"""Wording that several places share: spans of time, names in quotation marks."""

_UNITS = (("day", 86_400_000), ("hr", 3_600_000), ("min", 60_000), ("sec", 1000))


def time_span(milliseconds: int) -> str:
    """Write the two greatest units as `hudson.Util.getTimeSpanString`: `3 min 10 sec`."""
    for index, (unit, size) in enumerate(_UNITS):
        count, rest = divmod(milliseconds, size)
        if not count:
            continue
        if unit == "sec":
            return f"{count} sec" if count >= 10 else f"{milliseconds / 1000:.1f} sec"
        smaller, factor = _UNITS[index + 1]
        return f"{count} {unit} {rest // factor} {smaller}"
    return f"{milliseconds} ms"


def quoted(name: str) -> str:
    """Put a name in the quotation marks that Jenkins' messages use."""
    return f"\N{LEFT SINGLE QUOTATION MARK}{name}\N{RIGHT SINGLE QUOTATION MARK}"
