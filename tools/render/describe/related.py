"""What is known beside the described object: related objects, events, what could not be seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Related:
    """What else was read, by plural name: ``pods``, ``replicasets``, ``leases``.

    A plural missing from ``objects`` was not asked for or could not be seen; ``unseen`` says why:
    ``{"pods": "forbidden"}``. ``owners`` is the chain of controllers, the nearest first.
    ``events=None`` leaves the Events section out, as kubectl does for kinds without.
    """

    objects: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    events: Sequence[JsonObject] | None = None
    unseen: Mapping[str, str] = field(default_factory=dict)

    def of(self, plural: str) -> Sequence[JsonObject]:
        """Give the related objects of a type; empty when none were read."""
        return self.objects.get(plural, ())
