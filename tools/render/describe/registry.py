"""Which function describes which kind."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.related import Related

JsonObject = dict[str, Any]
Describer = Callable[[Lines, JsonObject, Related, datetime], None]

DESCRIBERS: dict[tuple[str, str], Describer] = {}
"""By API group (``""`` for core) and kind; as in kubectl, one describer serves all versions."""


def describes(group: str, kind: str) -> Callable[[Describer], Describer]:
    """Register the function below as the describer of a kind.

    It writes everything but the events, which ``describe`` adds at the end.
    """

    def register(describer: Describer) -> Describer:
        DESCRIBERS[group, kind] = describer
        return describer

    return register
