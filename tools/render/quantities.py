"""Kubernetes quantities (``100m``, ``3Gi``): reading, adding and printing them.

Follows apimachinery's ``resource.Quantity``. Amounts are whole numbers of nanos, the smallest part
Kubernetes knows, so sums are exact.
"""

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

_GRAMMAR = re.compile(
    r"(?P<sign>[+-]?)(?=\.?\d)0*(?P<whole>\d*)(?:\.(?P<fraction>\d*))?"
    r"(?P<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,3})?",
    re.ASCII,
)
_DECIMAL_POWERS = {
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
_DECIMAL_SUFFIXES = {power: suffix for suffix, power in _DECIMAL_POWERS.items()}
_BINARY_SUFFIXES = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_NANOS = 10**9
_LARGEST_BINARY = (2**63 - 1) * _NANOS


class Format(Enum):
    """The notation a quantity was written in, in which it is printed again."""

    DECIMAL = "100m, 5k"
    BINARY = "512Mi"
    EXPONENT = "1e3"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount, and the notation it was written in."""

    nanos: int
    format: Format = Format.DECIMAL
    written: str = field(default="", compare=False)

    def __add__(self, other: "Quantity") -> "Quantity":
        # Zero takes the notation of what is added to it, as in Quantity.Add.
        return Quantity(self.nanos + other.nanos, self.format if self.nanos else other.format)

    def __str__(self) -> str:
        """Print as ``Quantity.String``: no fraction, the largest suffix that is exact."""
        if self.written:
            return self.written
        if not self.nanos:
            return "0"
        value, rest = divmod(self.nanos, _NANOS)
        if self.format is Format.BINARY and not rest and abs(value) >= 1024:
            return _in_binary(value)
        return _in_decimal(self.nanos, self.format)


def parse(text: str | float) -> Quantity:
    """Read a quantity as ``resource.ParseQuantity``; what is below a nano is rounded up.

    Raises ValueError for what is none.
    """
    return _parse(str(text))


@lru_cache(maxsize=4096)
def _parse(text: str) -> Quantity:
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a quantity (a number with a suffix such as m, k or Mi)")
    digits, fraction = (match["whole"] or "0") + (match["fraction"] or ""), match["fraction"] or ""
    nanos, notation, kept = _scaled(digits, len(fraction), match["suffix"] or "")
    signed = -nanos if match["sign"] == "-" else nanos
    return Quantity(signed, notation, written=text if kept else "")


def _scaled(digits: str, decimals: int, suffix: str) -> tuple[int, Format, bool]:
    """Return nanos, notation, and whether ParseQuantity keeps the spelling (``1.500``) as it is."""
    if suffix.endswith("i"):
        amount = int(digits) * 1024 ** _BINARY_SUFFIXES.index(suffix)
        nanos = min(_shifted(amount, 9 - decimals), _LARGEST_BINARY)
        return nanos, Format.BINARY if nanos >= _NANOS else Format.DECIMAL, False
    notation = Format.DECIMAL if suffix in _DECIMAL_POWERS else Format.EXPONENT
    power = _DECIMAL_POWERS[suffix] if notation is Format.DECIMAL else int(suffix[1:])
    scale = power - decimals
    kept = scale % 3 == 0 and scale >= -9 and len(digits) <= 18
    kept = kept and digits[0] != "0" and not digits.endswith("000")
    return _shifted(int(digits), scale + 9), notation, kept


def _shifted(amount: int, power: int) -> int:
    return amount * 10**power if power >= 0 else _divided_up(amount, 10**-power)


def _in_binary(value: int) -> str:
    power = 0
    while value % 1024 == 0 and power < len(_BINARY_SUFFIXES) - 1:
        value //= 1024
        power += 1
    return f"{value}{_BINARY_SUFFIXES[power]}"


def _in_decimal(nanos: int, notation: Format) -> str:
    power = -9
    while nanos % 1000 == 0:
        nanos //= 1000
        power += 3
    if notation is Format.EXPONENT and power:
        return f"{nanos}e{power}"
    return f"{nanos}{_DECIMAL_SUFFIXES.get(power, '')}"


def millicores(quantity: Quantity | str | float) -> int:
    """Thousandths of a core, rounded up: ``Quantity.MilliValue``, as ``kubectl top`` shows CPU."""
    return _divided_up(_read(quantity).nanos, _NANOS // 1000)


def whole(quantity: Quantity | str | float) -> int:
    """The amount in whole units (bytes, pods), rounded up: ``Quantity.Value``."""
    return _divided_up(_read(quantity).nanos, _NANOS)


def mebibytes(quantity: Quantity | str | float) -> int:
    """Whole mebibytes, the rest cut off, as ``kubectl top`` shows memory."""
    return whole(quantity) // 1024**2


def percentage(part: int, of: int) -> int:
    """Percent of a total, the fraction cut off; 0 of nothing.

    Computed with floats in kubectl's order, so that 29 of 100 is 28 here as there.
    """
    return int(part / of * 100) if of else 0


def _read(quantity: Quantity | str | float) -> Quantity:
    return quantity if isinstance(quantity, Quantity) else parse(quantity)


def _divided_up(amount: int, divisor: int) -> int:
    """Divide, rounding away from zero."""
    return -(-amount // divisor) if amount >= 0 else amount // divisor
