"""Cells that many printers share: names, labels, selectors, containers, shortened lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.durations import age


def at(item: JsonObject, path: str, default: Any = None) -> Any:
    """Read a dotted path; absent, `null` and empty parts all give `default`, as Go's zero value."""
    value: Any = item
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return default if value is None else value


def name(item: JsonObject) -> str:
    """Read the object's name."""
    return str(at(item, "metadata.name", ""))


def created(item: JsonObject, now: datetime) -> str:
    """Print the object's age."""
    return age(at(item, "metadata.creationTimestamp"), now)


def deleted(item: JsonObject) -> bool:
    """Tell whether the object waits for its finalizers or its grace period."""
    return bool(at(item, "metadata.deletionTimestamp"))


def condition(item: JsonObject, kind: str) -> JsonObject | None:
    """Find the first status condition of a type."""
    return next((c for c in at(item, "status.conditions", []) if c.get("type") == kind), None)


def has_condition(item: JsonObject, kind: str) -> bool:
    """Tell whether the first condition of a type is `True`."""
    found = condition(item, kind)
    return found is not None and found.get("status") == "True"


def containers(item: JsonObject, template: str = "spec.template") -> tuple[str, str]:
    """Print the names and the images of a pod template's containers."""
    found = at(item, f"{template}.spec.containers", [])
    return ",".join(c["name"] for c in found), ",".join(c.get("image", "") for c in found)


def labels(values: Mapping[str, str] | None) -> str:
    """Print a label map as `labels.FormatLabels` does."""
    return ",".join(sorted(f"{key}={value}" for key, value in (values or {}).items())) or "<none>"


def selector(value: JsonObject | None) -> str:
    """Print a label selector as `metav1.FormatLabelSelector` does, by key."""
    return selector_text(value) or "<none>"


def selector_text(value: JsonObject | None) -> str:
    """Print a label selector, an empty one as nothing."""
    chosen = value or {}
    terms = [(key, f"{key}={text}") for key, text in (chosen.get("matchLabels") or {}).items()]
    terms += [(e["key"], _requirement(e)) for e in chosen.get("matchExpressions") or []]
    return ",".join(text for _, text in sorted(terms, key=lambda term: term[0]))


def _requirement(expression: JsonObject) -> str:
    key, operator = expression["key"], expression["operator"]
    if operator == "Exists":
        return str(key)
    if operator == "DoesNotExist":
        return f"!{key}"
    values = ",".join(sorted(expression.get("values") or []))
    return f"{key} {operator.lower()} ({values})"


def shortened(items: Sequence[str], limit: int, empty: str, separator: str = ",") -> str:
    """Join up to `limit` items and count the others: `a,b,c + 2 more...`."""
    if not items:
        return empty
    text = separator.join(items[:limit])
    return f"{text} + {len(items) - limit} more..." if len(items) > limit else text
