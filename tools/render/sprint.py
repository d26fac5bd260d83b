"""A JSON value as Go prints it with ``%v``: what kubectl shows in cells and templates."""

from decimal import Decimal
from typing import Any

Value = dict[str, Any] | list[Any] | str | int | float | bool | None


def sprint(value: Value) -> str:
    """Print as ``fmt.Sprint``: text as it is, ``map[a:1 b:2]``, ``[1 2]``, ``<nil>``, ``1e+06``."""
    match value:
        case str():
            return value
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return float_text(value)
        case list():
            return f"[{' '.join(map(sprint, value))}]"
        case dict():
            return f"map[{' '.join(f'{key}:{sprint(value[key])}' for key in sorted(value))}]"
        case _:
            return str(value)


def float_text(number: float) -> str:
    """Print the fewest digits that read back the same: ``strconv.FormatFloat(x, 'g', -1, 64)``."""
    shortest = Decimal(repr(number)).normalize()
    if shortest and not -4 <= shortest.adjusted() < 6:
        mantissa, _, exponent = f"{shortest:e}".partition("e")
        return f"{mantissa}e{int(exponent):+03d}"
    return f"{shortest:f}"


def json_float_text(number: float) -> str:
    """Print a float as Go's encoding/json: whole numbers without a point, ``1e-7``, ``1e+21``."""
    shortest = Decimal(repr(number)).normalize()
    if shortest and not -6 <= shortest.adjusted() < 21:
        return f"{shortest:e}"
    return f"{shortest:f}"


def escape_terminal(text: str) -> str:
    """Make terminal escapes visible, as cli-runtime's ``EscapeTerminal``."""
    return text.replace("\x1b", "^[").replace("\r", "\\r")
