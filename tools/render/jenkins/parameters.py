"""What a job can be given."""

from collections.abc import Sequence
from typing import Any

import orjson

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
    return spelled(parameter.default) or "-"


def _line(parameter: Any) -> str:
    return _flat(parameter.description)


def spelled(value: Any) -> str:
    """Write a parameter's value on one line, as Jenkins shows it: ``true``; objects as JSON."""
    if value is None or isinstance(value, str):
        return _flat(value or "")
    return orjson.dumps(value).decode()


def _flat(text: str) -> str:
    return " ".join(text.split())
