"""What a call did, or would do, to each object: before, after, and what was said about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from clients.kubernetes.objects import JsonObject, ObjectRef

Kind = Literal["created", "changed", "unchanged", "deleted", "evicted"]


@dataclass(frozen=True, slots=True)
class Change:
    """One object's change, masked; ``before`` is None for a new one, ``after`` for one that goes.

    With a ``subresource`` both sides are that subresource's object, such as a Scale. What is
    deleted ``orphaning`` leaves its dependents behind. ``release`` is the Helm release whose own
    operation this is part of, which then puts nothing back.
    """

    kind: Kind
    ref: ObjectRef
    before: JsonObject | None
    after: JsonObject | None
    subresource: str = ""
    warnings: Sequence[str] = ()
    orphaning: bool = False
    release: str = ""


@dataclass(slots=True)
class Journal:
    """The changes of one call in order, and sentences about what no object shows.

    ``act`` is what the call does, in the words of its tool; empty where the objects say it.
    ``begun`` says that it is no longer only tried: a request that changes may be under way.
    """

    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    act: str = ""
    begun: bool = False

    @property
    def warnings(self) -> list[str]:
        """The API server's warnings, each once."""
        return list(dict.fromkeys(text for change in self.changes for text in change.warnings))


def significant(obj: JsonObject | None, subresource: str = "") -> JsonObject | None:
    """Return an object without what changes by itself: status, versions, managed fields.

    Of the subresource ``status`` it is the status that counts.
    """
    if obj is None:
        return None
    metadata = {
        key: value
        for key, value in (obj.get("metadata") or {}).items()
        if key not in ("resourceVersion", "generation", "managedFields", "uid", "creationTimestamp")
    }
    left_out = "" if subresource == "status" else "status"
    return {key: value for key, value in obj.items() if key != left_out} | {"metadata": metadata}
