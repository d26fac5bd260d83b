"""Input schemas as models like them: plain types, no ``$ref``, no ``anyOf``."""

from typing import Any

JsonSchema = dict[str, Any]


_DROPPED = ("anyOf", "title", "additionalProperties")


def plain(schema: JsonSchema) -> JsonSchema:
    """Publish ``str | None`` as a string that may be left out; ``null`` stays accepted.

    That no other argument is accepted is not published: the answer to one names it and the nearest.
    """
    properties = {name: _plain(sub) for name, sub in schema.get("properties", {}).items()}
    kept = {"type": "object", "properties": properties}
    if required := schema.get("required"):
        kept["required"] = required
    return kept


def _plain(schema: JsonSchema) -> JsonSchema:
    flat = {key: value for key, value in schema.items() if key not in _DROPPED}
    for branch in schema.get("anyOf", ()):
        if branch.get("type") != "null":
            flat = {**_plain(branch), **flat}
    if flat.get("default", ...) is None:
        del flat["default"]
    return flat
