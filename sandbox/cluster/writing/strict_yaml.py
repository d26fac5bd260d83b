"""Finds keys that a YAML document sets twice."""

from collections.abc import Iterator

import yaml


def duplicate_keys(body: bytes) -> list[tuple[int, str]]:
    """Return line and key of each key that its mapping already has; JSON is YAML, too."""
    node = yaml.compose(body, yaml.CSafeLoader)
    return list(_duplicates(node)) if node is not None else []


def _duplicates(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
            yield from _duplicates(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _duplicates(each)
