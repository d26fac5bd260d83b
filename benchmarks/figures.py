"""What a benchmark answers: rows, each a number beside the budget it has to keep."""

from dataclasses import dataclass
from typing import Literal


class NotMeasuredError(Exception):
    """A figure that cannot be had here; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The largest, or the smallest, number that is still good, in the row's unit."""

    limit: float
    kind: Literal["at most", "at least"] = "at most"

    def met_by(self, measured: float) -> bool:
        """Whether the number keeps the budget; the limit itself does."""
        return measured <= self.limit if self.kind == "at most" else measured >= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One number; without a budget it is there for orientation."""

    what: str
    measured: float
    unit: str = ""
    budget: Budget | None = None
    remark: str = ""

    @property
    def verdict(self) -> str:
        """Say ``met``, or by how much the budget is missed."""
        if self.budget is None:
            return ""
        if self.budget.met_by(self.measured):
            return "met"
        off = abs(self.measured - self.budget.limit)
        share = f" ({off / self.budget.limit:.0%})" if self.budget.limit else ""
        return f"**missed** by {quantity(off, self.unit)}{share}"


def at_most(limit: float) -> Budget:
    """Budget for what should be small."""
    return Budget(limit, "at most")


def at_least(limit: float) -> Budget:
    """Budget for what should be large."""
    return Budget(limit, "at least")


def quantity(number: float, unit: str) -> str:
    """Write a number with three telling digits and its unit: ``1,234 calls/s``, ``0.42 s``."""
    digits = 0 if number == int(number) or number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f}" + (f" {unit}" if unit else "")
