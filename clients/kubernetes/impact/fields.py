"""Reading objects that may be incomplete: a dry run also shows what nobody has validated yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from clients.kubernetes.changes import Change
from clients.kubernetes.objects import JsonObject

Number = int | None


def at(obj: Any, *keys: str) -> JsonObject:
    """Return the mapping at a path, empty when there is none."""
    for key in keys:
        obj = obj.get(key) if isinstance(obj, Mapping) else None
    return obj if isinstance(obj, dict) else {}


def items(obj: Any, key: str) -> list[JsonObject]:
    """Return the mappings of a list field."""
    found = obj.get(key) if isinstance(obj, Mapping) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def texts(obj: Any, key: str) -> list[str]:
    """Return the strings of a list field."""
    found = obj.get(key) if isinstance(obj, Mapping) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def number(value: Any, default: int) -> int:
    """Return a whole number, or the field's default."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def labels(obj: Any) -> JsonObject:
    """Return an object's labels."""
    return at(obj, "metadata", "labels")


def annotations(obj: Any) -> JsonObject:
    """Return an object's annotations."""
    return at(obj, "metadata", "annotations")


def name(obj: Any) -> str:
    """Return an object's name."""
    return str(at(obj, "metadata").get("name") or "")


def kind_of(change: Change) -> tuple[str, str]:
    """Return group and kind of what is changed, whatever subresource it is changed through."""
    return change.ref.type.group, change.ref.type.kind


def counted(many: int, one: str, more: str = "") -> str:
    """Write ``1 pod``, ``2 pods``, ``3 ingresses``."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def listed(words: Sequence[str], most: int = 5) -> str:
    """Write ``a, b and c``; of many only the first, saying how many more."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most:,} more"
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def selects(selector: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether labels match a map of labels; an empty one selects nothing here."""
    return bool(selector) and all(given.get(key) == value for key, value in selector.items())


def matches(selector: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether labels match a ``LabelSelector``; an empty one matches all (metav1 helpers)."""
    wanted = at(selector, "matchLabels")
    return all(given.get(key) == value for key, value in wanted.items()) and all(
        _meets(each, given) for each in items(selector, "matchExpressions")
    )


def _meets(requirement: JsonObject, given: Mapping[str, Any]) -> bool:
    key, values = requirement.get("key"), texts(requirement, "values")
    operator = requirement.get("operator")
    if operator == "Exists":
        return key in given
    if operator == "DoesNotExist":
        return key not in given
    return (given.get(str(key)) in values) == (operator == "In")
