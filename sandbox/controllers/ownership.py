"""Who an object belongs to, and whom a selector chooses."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.objects import JsonObject


def controller_of(item: JsonObject) -> JsonObject | None:
    """Return the owner reference that is the object's controller."""
    references = item["metadata"].get("ownerReferences") or []
    return next((reference for reference in references if reference.get("controller")), None)


def controlled_by(owner: JsonObject) -> list[JsonObject]:
    """Make the `ownerReferences` of an object that `owner` controls."""
    return [
        {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
            "uid": owner["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def selects(selector: JsonObject | None, labels: Mapping[str, str] | None) -> bool:
    """Tell whether a LabelSelector chooses these labels; a missing selector chooses nothing."""
    if selector is None:
        return False
    given = labels or {}
    plain = (selector.get("matchLabels") or {}).items()
    return all(given.get(key) == value for key, value in plain) and all(
        meets(requirement, given) for requirement in selector.get("matchExpressions") or []
    )


def meets(requirement: JsonObject, labels: Mapping[str, Any]) -> bool:
    """Tell whether labels meet one requirement of a label or node selector."""
    key, operator = requirement["key"], requirement["operator"]
    values = requirement.get("values") or []
    if operator == "In":
        return bool(labels.get(key) in values)
    if operator == "NotIn":
        return bool(labels.get(key) not in values)
    return bool((key in labels) == (operator == "Exists"))


def is_deleted(item: JsonObject) -> bool:
    """Tell whether the object's deletion has begun."""
    return "deletionTimestamp" in item["metadata"]
