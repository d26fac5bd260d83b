"""A stored manifest as its documents: text as Helm keeps it, and what each document is.

Composed into nodes and never into values: nodes know where they stand in the text, and an alias is
the node it points to, so that no alias bomb goes off.
"""

import re
from collections.abc import Iterator
from functools import cached_property

import yaml

_MARK = "---"
_SEPARATOR = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_SOURCE = re.compile(r"^# Source: (.+)$", re.MULTILINE)


class Document:
    """One document; ``text`` has the separator before it, ``offset`` says how long that is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = len(_MARK) if text.startswith(_MARK) else 0

    @cached_property
    def node(self) -> yaml.Node | None:
        """The document's root, None where it is no YAML."""
        return _node(self.text[self.offset :])

    @property
    def source(self) -> str:
        """The template it was rendered from."""
        found = _SOURCE.search(self.text)
        return found[1].strip() if found else ""

    def field(self, *path: str) -> str:
        """Return the text at a path of keys, or nothing."""
        node = self.node
        for key in path:
            node = child(node, key)
        return node.value if isinstance(node, yaml.ScalarNode) else ""


def documents(manifest: str) -> Iterator[Document]:
    """Yield every document in order; their texts, joined, are the manifest."""
    starts = [match.start() for match in _SEPARATOR.finditer(manifest)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(manifest)], strict=True):
        yield Document(manifest[start:end])


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Return what stands under a key; the last one counts, as for Helm."""
    found = None
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == key:
                found = value
    return found


def _node(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader) or yaml.MappingNode("", [])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
