"""`kubectl describe` as a function of an object, what is related to it, and the time.

Each module of this package that decorates a function with ``@describes(group, kind)`` is found here
by itself. Layout and wording follow kubectl/pkg/describe/describe.go of Kubernetes 1.36.
"""

import pkgutil
from datetime import datetime
from importlib import import_module
from typing import Any

from tools.render.describe.events import write_events
from tools.render.describe.generic import describe_anything
from tools.render.describe.lines import Lines
from tools.render.describe.registry import DESCRIBERS, Describer, describes
from tools.render.describe.related import Related

__all__ = ["DESCRIBERS", "Describer", "Lines", "Related", "describe", "describes"]

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)


def describe(obj: dict[str, Any], related: Related, now: datetime) -> str:
    """Describe one object as kubectl does; kinds without a describer of their own go generic.

    Ages are counted to ``now``; points in time are given in UTC.
    """
    lines = Lines()
    describer_of(obj)(lines, obj, related, now)
    if related.events is not None:
        write_events(lines, related.events, now)
    if related.unseen:
        unseen = (f"{what} ({why})" for what, why in sorted(related.unseen.items()))
        lines.aside().field("Not visible", ", ".join(unseen))
    return str(lines)


def describer_of(obj: dict[str, Any]) -> Describer:
    """Find the describer by the object's group and kind."""
    group, _, _ = str(obj.get("apiVersion", "")).rpartition("/")
    return DESCRIBERS.get((group, str(obj.get("kind", ""))), describe_anything)
