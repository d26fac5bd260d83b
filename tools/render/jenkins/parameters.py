"""What a job can be given."""

from collections.abc import Sequence
from typing import Any

from tools.render.tabwriter import align


def parameter_table(parameters: Sequence[Any]) -> list[str]:
    """List parameters in the job's order; defaults of secret ones are hidden."""
    rows = [
        "\t".join(
            (each.name, each.kind, _default(each), "|".join(each.choices) or "-", _line(each))
        )
        for each in parameters
    ]
    lines = align(["NAME\tTYPE\tDEFAULT\tCHOICES\tDESCRIPTION", *rows])
    return [line.rstrip() for line in lines]


def _default(parameter: Any) -> str:
    if parameter.secret:
        return "<hidden>"
    if parameter.default in (None, ""):
        return "-"
    return _flat(
        str(parameter.default).lower()
        if parameter.default in (True, False)
        else str(parameter.default)
    )


def _line(parameter: Any) -> str:
    return _flat(parameter.description)


def _flat(text: str) -> str:
    return " ".join(text.split())
