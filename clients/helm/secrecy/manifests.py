"""A manifest without its secrets, otherwise as Helm keeps it: layout, order and comments stay.

What is masked is what ``clients.masking`` masks in objects of the cluster, so that a Secret looks
the same in a manifest and in ``k8s_get``; a document that is no YAML is left out.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from clients.helm.manifest import Document, child, documents
from clients.helm.secrecy.known import KnownSecrets
from clients.helm.secrecy.rules import is_secret
from clients.masking import mask_arguments, mask_free_text, names_a_secret

# Composing a MiB of YAML takes about a second; no answer shows as much.
MOST_CHARACTERS = 4 * 2**20
_COMMAND_LINES = ("args", "command")
_SECRET_PARTS = ("data", "stringData")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def secrets_of(manifest: str) -> Iterator[tuple[str, str]]:
    """Yield key and plain value of everything that the manifest's Secrets hold."""
    if "Secret" not in manifest:
        return
    for document in documents(manifest[:MOST_CHARACTERS]):
        if "Secret" in document.text:
            for secret in _secrets(document.node):
                yield from _contents(secret)


def _contents(secret: yaml.Node) -> Iterator[tuple[str, str]]:
    for encoded, part in _parts(secret):
        for key, node in _pairs(part):
            for leaf, _ in _leaves(node):
                yield key, leaf.value.strip()
                if encoded:
                    yield key, _plain(leaf.value).decode("utf-8", "replace")


def masked_manifest(manifest: str, known: KnownSecrets) -> str:
    """Return the manifest with its secrets masked; what is beyond the bound is left out."""
    masked = [_masked(document, known) for document in documents(manifest[:MOST_CHARACTERS])]
    if (left := len(manifest) - MOST_CHARACTERS) > 0:
        masked[-1:] = [f"---\n# The rest, more than {left:,} characters, is left out.\n"]
    return "".join(masked)


def _masked(document: Document, known: KnownSecrets) -> str:
    if document.node is None:
        source = f" of {document.source}" if document.source else ""
        return f"---\n# A document{source} is left out: it is not YAML.\n"
    text, offset = document.text, document.offset
    pieces, position = [], 0
    for edit in _edits(document, known):
        start, end = edit.start + offset, edit.end + offset
        if start >= position:
            pieces += [_gap(text[position:start], known), edit.text]
            position = end
    return "".join([*pieces, _gap(text[position:], known)])


def _gap(text: str, known: KnownSecrets) -> str:
    """Mask what stands between the values that were looked at: comments, keys."""
    if "#" in text:
        text = _COMMENT.sub(lambda comment: mask_free_text(comment[0]), text)
    return known.masked(text)


def _edits(document: Document, known: KnownSecrets) -> list[_Edit]:
    masks = _Masks(document.text[document.offset :], known)
    if document.node is not None:
        masks.walk(document.node)
    return sorted(masks.edits, key=lambda edit: edit.start)


class _Masks:
    """Walks one document, each node once, and notes what has to be written instead."""

    def __init__(self, text: str, known: KnownSecrets) -> None:
        self.edits: list[_Edit] = []
        self._text = text
        self._known = known
        self._seen: set[int] = set()

    def walk(self, root: yaml.Node) -> None:
        """Look at every value below; a Secret first, for it decides about all it holds."""
        for secret in _secrets(root):
            self._whole_secret(secret)
        waiting: list[tuple[yaml.Node, str, bool]] = [(root, "", False)]
        while waiting:
            node, key, flow = waiting.pop()
            if id(node) in self._seen:
                continue
            self._seen.add(id(node))
            inside = flow or bool(getattr(node, "flow_style", False))
            match node:
                case yaml.MappingNode():
                    waiting += [(v, k, inside) for k, v in self._with_variable(node)]
                case yaml.SequenceNode():
                    self._arguments(node, key, inside)
                    waiting += [(item, key, inside) for item in node.value]
                case yaml.ScalarNode():
                    self._scalar(node, key, inside)

    def _whole_secret(self, secret: yaml.Node) -> None:
        for encoded, part in _parts(secret):
            for leaf, flow in _leaves(part):
                value = _plain(leaf.value) if encoded else leaf.value.encode()
                if id(leaf) not in self._seen and leaf.value:
                    self._seen.add(id(leaf))
                    self._replace(leaf, self._known.masking.masked(value), flow=flow)

    def _with_variable(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
        """Yield keys and values; the value of ``{name: DB_PASSWORD, value: …}`` as a secret's."""
        name = child(node, "name")
        named = isinstance(name, yaml.ScalarNode) and names_a_secret(name.value)
        for key, value in _pairs(node):
            yield ("password" if named and key == "value" else key), value

    def _arguments(self, node: yaml.SequenceNode, key: str, flow: bool) -> None:
        words = [item.value for item in node.value if isinstance(item, yaml.ScalarNode)]
        if key not in _COMMAND_LINES or len(words) < len(node.value):
            return
        mask_arguments(words)
        for item, word in zip(node.value, words, strict=True):
            if word != item.value and id(item) not in self._seen:
                self._seen.add(id(item))
                self._replace(item, word, flow=flow)

    def _scalar(self, node: yaml.ScalarNode, key: str, flow: bool) -> None:
        value = node.value
        if not value or value in ("true", "false", "null") or value.startswith("<redacted "):
            return
        if is_secret(key) or self._known.is_telling(value):
            self._replace(node, self._known.masking.masked(value.encode()), flow=flow)
        elif (masked := self._free(value)) != value:
            raw = self._text[node.start_mark.index : node.end_mark.index]
            in_place = self._free(raw)
            if in_place != raw and self._free(in_place) == in_place:
                self._note(node, in_place)
            else:
                self._replace(node, masked, flow=flow)

    def _free(self, text: str) -> str:
        return self._known.masked(mask_free_text(text))

    def _replace(self, node: yaml.ScalarNode, text: str, *, flow: bool) -> None:
        """Write a value on one line, quoted where the place or the text asks for it."""
        quoted = flow or "\n" in text or ": " in text or " #" in text or not text[:1].isprintable()
        written = yaml.dump(text, default_style='"', width=2**20).rstrip("\n") if quoted else text
        raw = self._text[node.start_mark.index : node.end_mark.index]
        self._note(node, written + raw[len(raw.rstrip("\n")) :])

    def _note(self, node: yaml.ScalarNode, text: str) -> None:
        self.edits.append(_Edit(node.start_mark.index, node.end_mark.index, text))


def _secrets(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Yield every mapping that says it is a Secret, those inside a List too."""
    for node, _ in _below(root):
        if any(key == "kind" and _is_text(value, "Secret") for key, value in _pairs(node)):
            yield node


def _parts(secret: yaml.Node) -> Iterator[tuple[bool, yaml.Node]]:
    """Yield what a Secret holds, and whether it is base64; also of a key that is there twice."""
    for key, value in _pairs(secret):
        if key in _SECRET_PARTS:
            yield key == "data", value


def _leaves(root: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, bool]]:
    """Yield every scalar below, and whether it stands in a flow: ``{a: 1}``."""
    for node, flow in _below(root):
        if isinstance(node, yaml.ScalarNode):
            yield node, flow


def _below(root: yaml.Node | None) -> Iterator[tuple[yaml.Node, bool]]:
    """Yield a node and all below it, each once, however often an alias points to it."""
    waiting, seen = [(root, False)], set()
    while waiting:
        node, outer = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node, outer
        flow = outer or bool(getattr(node, "flow_style", False))
        if isinstance(node, yaml.MappingNode):
            waiting += [(value, flow) for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, flow) for item in node.value]


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (key.value if isinstance(key, yaml.ScalarNode) else ""), value


def _is_text(node: yaml.Node, text: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and bool(node.value == text)


def _plain(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return value.encode()
