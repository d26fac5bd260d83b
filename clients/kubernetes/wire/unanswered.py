"""What to say when a change was sent and no answer came: that it is unknown, and how to look.

Whoever reads it has to decide whether to send it again: so it names the object, the call that shows
it, and what it had before in the fields that the change was about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from clients.errors import OutcomeUnknownError, UnavailableError
from clients.kubernetes.objects import JsonObject, ObjectRef, ResourceType

MOST_FIELDS = 4
LONGEST_VALUE = 80
_MISSING: Any = object()
_SAID_ALREADY = frozenset({"apiVersion", "kind", "name", "namespace", "managedFields"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A change under way: to which object, what it does, what was there, what was asked for.

    ``before`` is masked and None for a new object; ``asked`` is the patch or the whole object. An
    object that the server names (``generateName``) has no ``ref`` yet.
    """

    verb: str
    type: ResourceType
    namespace: str | None
    ref: ObjectRef | None = None
    before: JsonObject | None = None
    asked: object = None

    def unknown(self, lost: OutcomeUnknownError) -> OutcomeUnknownError:
        """Say it of a real change."""
        what = str(self.ref) if self.ref else f"a {self.type.label}"
        look = f"Check: {look_at(self.type, self.ref, self.namespace)}{self._had()}"
        return OutcomeUnknownError(lost.happened, f"{what} was {self.verb}", look)

    def untouched(self, lost: OutcomeUnknownError) -> UnavailableError:
        """Say of a dry run that it was one."""
        return UnavailableError(f"{lost.happened}; it was a dry run. Nothing was changed.")

    def _had(self) -> str:
        if self.before is None:
            return "; it was not there before." if self.ref else "."
        version = self.before.get("metadata", {}).get("resourceVersion")
        facts = list(_differing(self.before, self.asked))[:MOST_FIELDS]
        facts += [f"resourceVersion {version}"] if version else []
        return f"; before, it had {', '.join(facts)}." if facts else "."


def look_at(kind: ResourceType, ref: ObjectRef | None, namespace: str | None) -> str:
    """Write the call that shows an object, or all of its type when it has no name yet."""
    arguments = {"resource_type": kind.qualified}
    arguments |= {"name": ref.name} if ref else {}
    arguments |= {"namespace": namespace} if kind.namespaced and namespace else {}
    arguments |= {"output": "yaml"} if ref else {}
    return (
        f"k8s_get({', '.join(f'{key}={orjson.dumps(v).decode()}' for key, v in arguments.items())})"
    )


def _differing(before: Any, asked: Any, path: str = "") -> Iterator[str]:
    """Yield what each field that a patch is about had; numbers and flags beside what was asked."""
    if isinstance(asked, Mapping) and (isinstance(before, Mapping) or before is _MISSING):
        before = {} if before is _MISSING else before
        skipped = _SAID_ALREADY if path in ("", "metadata") else frozenset[str]()
        for key in (key for key in asked if key not in skipped):
            below = f"{path}.{key}" if path else str(key)
            yield from _differing(before.get(key, _MISSING), asked[key], below)
    elif isinstance(asked, Sequence) and not isinstance(asked, str) and isinstance(before, list):
        for item in asked:
            name = item.get("name") if isinstance(item, Mapping) else None
            same = [b for b in before if isinstance(b, Mapping) and name and b.get("name") == name]
            if same:
                own = {key: value for key, value in item.items() if key != "name"}
                yield from _differing(same[0], own, f"{path}[{name}]")
    elif path and before != asked:
        yield f"{path} {_shown(before)}{_wanted(asked)}"


def _shown(value: Any) -> str:
    if value is _MISSING:
        return "not set"
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _wanted(asked: Any) -> str:
    """Repeat what cannot be a secret."""
    return f" ({orjson.dumps(asked).decode()} asked for)" if isinstance(asked, bool | int) else ""
