"""Reading raw objects that may be incomplete."""

from typing import Any

from tools.render import JsonObject

REVISION = "rollout.argoproj.io/revision"
HASH = "rollouts-pod-template-hash"


def at(obj: Any, *keys: str) -> JsonObject:
    """Return the mapping at a path, empty when there is none."""
    for key in keys:
        obj = obj.get(key) if isinstance(obj, dict) else None
    return obj if isinstance(obj, dict) else {}


def items(obj: Any, *path: str) -> list[JsonObject]:
    """Return the mappings of a list field."""
    found = at(obj, *path[:-1]).get(path[-1])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def number(value: Any) -> int:
    """Return a whole number; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def name(obj: JsonObject) -> str:
    """Return an object's name."""
    return str(at(obj, "metadata").get("name", ""))


def created(obj: JsonObject) -> str:
    """Return when it was made, as text that sorts as the time does."""
    return str(at(obj, "metadata").get("creationTimestamp") or "")


def annotation(obj: JsonObject, key: str) -> str:
    """Return an annotation, empty without."""
    return str(at(obj, "metadata", "annotations").get(key) or "")


def revision(obj: JsonObject) -> int:
    """Return which revision something belongs to; 0 without one."""
    text = annotation(obj, REVISION)
    return int(text) if text.isdigit() else 0


def pod_hash(obj: JsonObject) -> str:
    """Return the hash of the pod template that something was made for."""
    return str(at(obj, "metadata", "labels").get(HASH) or "")


def is_owned(obj: JsonObject, owner: JsonObject) -> bool:
    """Whether ``owner`` is among the owners of an object."""
    uid = at(owner, "metadata").get("uid")
    return any(each.get("uid") == uid for each in items(obj, "metadata", "ownerReferences"))


def images(obj: JsonObject) -> list[str]:
    """Return the images of a template's containers."""
    containers = items(obj, "spec", "template", "spec", "containers")
    return [str(each.get("image", "")) for each in containers]
