"""A type's or field's documentation, as ``kubectl explain`` prints it.

Follows kubectl's ``explain/v2/templates/plaintext.tmpl``; without its EXTERNAL DOCS.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

JsonSchema = dict[str, Any]

WIDTH = 76
MOST_VALUES = 4
_KINDS = "x-kubernetes-group-version-kind"
_WORDS = re.compile(r"([^\S\xa0]*)([\S\xa0]+)")


class UnknownFieldError(ValueError):
    """There is no such field; ``known`` are those that are there instead."""

    def __init__(self, field: str, known: Sequence[str]) -> None:
        super().__init__(f'field "{field}" does not exist')
        self.field = field
        self.known = known


@dataclass(frozen=True, slots=True)
class Documented:
    """A type in the schemas of its group and version."""

    group: str
    version: str
    kind: str
    schemas: Mapping[str, JsonSchema]


def explain(documented: Documented, path: Sequence[str]) -> str:
    """Print one level: the field that ``path`` leads to, and the fields below it.

    Raises UnknownFieldError, and ValueError for a type without documentation.
    """
    schemas = _Schemas(documented.schemas)
    schema = schemas.of_kind(documented)
    head = [f"GROUP:      {documented.group}"] if documented.group else []
    head += [f"KIND:       {documented.kind}", f"VERSION:    {documented.version}", ""]
    for position, name in enumerate(path):
        schema = schemas.field(schema, name)
        if position == len(path) - 1:
            head += [f"FIELD: {name} <{schemas.type_of(schema)}>", *_all_values(schema), ""]
    return "\n".join([*head, *_described(schemas, schema), *_fields(schemas, schema)])


def _described(schemas: "_Schemas", schema: JsonSchema) -> list[str]:
    text = "".join(f"{part}\n" for part in schemas.descriptions(schema)) or "<empty>"
    return ["DESCRIPTION:", *_block(text, 4)]


def _fields(schemas: "_Schemas", schema: JsonSchema) -> list[str]:
    lines: list[str] = []
    for owner, name, field in schemas.fields(schema):
        required = " -required-" if name in (owner.get("required") or ()) else ""
        lines.append(f"  {name}\t<{schemas.type_of(field)}>{required}")
        lines += [f"  enum: {_some_values(field['enum'])}"] if field.get("enum") else []
        lines += [*_block(field.get("description") or "<no description>", 4), ""]
    return ["FIELDS:", *lines] if lines else []


def _all_values(schema: JsonSchema) -> list[str]:
    values = schema.get("enum") or ()
    return ["ENUM:", *(f"    {_value(each)}" for each in values)] if values else [""]


def _some_values(values: Sequence[Any]) -> str:
    more = [", ...."] if len(values) > MOST_VALUES else []
    return "".join([", ".join(map(_value, values[:MOST_VALUES])), *more])


def _value(value: Any) -> str:
    return '""' if value == "" else str(value)


class _Schemas:
    """Follows references between schemas, never in a circle."""

    def __init__(self, schemas: Mapping[str, JsonSchema]) -> None:
        self._schemas = schemas

    def of_kind(self, wanted: Documented) -> JsonSchema:
        kind = {"group": wanted.group, "kind": wanted.kind, "version": wanted.version}
        for schema in self._schemas.values():
            if kind in (schema.get(_KINDS) or ()):
                return schema
        raise ValueError(f"there is no documentation of {wanted.kind}")

    def field(self, schema: JsonSchema, name: str) -> JsonSchema:
        known: list[str] = []
        for level in self._levels(schema):
            properties: dict[str, JsonSchema] = level.get("properties") or {}
            if name in properties:
                return properties[name]
            known += properties
        raise UnknownFieldError(name, known)

    def fields(self, schema: JsonSchema) -> Iterator[tuple[JsonSchema, str, JsonSchema]]:
        """Yield each field with the schema it stands in, in alphabetical order per schema."""
        for level in self._levels(schema):
            for name, field in sorted((level.get("properties") or {}).items()):
                yield level, name, field

    def descriptions(self, schema: JsonSchema) -> Iterator[str]:
        for level in self._levels(schema):
            if text := level.get("description"):
                yield text

    def type_of(self, schema: JsonSchema) -> str:
        """Guess what a person would call it: ``[]Container``, ``map[string]string``."""
        if items := schema.get("items"):
            return f"[]{self.type_of(items)}"
        values = schema.get("additionalProperties")
        if isinstance(values, dict) and values:
            return f"map[string]{self.type_of(values)}"
        every: list[JsonSchema] = schema.get("allOf") or []
        if len(every) == 1 and not schema.get("properties"):
            return self.type_of(every[0])
        if reference := schema.get("$ref"):
            target = str(self._resolved(schema).get("type") or "object")
            return str(reference).rpartition(".")[2] if target == "object" else target
        kind = str(schema.get("type") or "object")
        return "Object" if kind == "object" else kind

    def _levels(
        self, schema: JsonSchema, seen: frozenset[str] = frozenset()
    ) -> Iterator[JsonSchema]:
        """Yield a schema and what it is made of: its parts, its items, its map's values."""
        reference = schema.get("$ref", "")
        if reference in seen:
            return
        seen = seen | {reference} if reference else seen
        resolved = self._resolved(schema)
        yield resolved
        below = [*(resolved.get("allOf") or ())]
        below += [resolved["items"]] if resolved.get("items") else []
        values = resolved.get("additionalProperties")
        below += [values] if isinstance(values, dict) else []
        for each in below:
            yield from self._levels(each, seen)

    def _resolved(self, schema: JsonSchema) -> JsonSchema:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        return self._schemas.get(name) or schema


def _block(text: str, indent: int) -> list[str]:
    pad = " " * indent
    lines = (line for given in text.split("\n") for line in _wrapped(given))
    return [f"{pad}{line}".rstrip() for line in lines]


def _wrapped(line: str) -> list[str]:
    """Break a line between words, as mitchellh/go-wordwrap: spaces inside a line are kept."""
    lines = [""]
    for space, word in _WORDS.findall(line):
        before = len(lines[-1]) + len(space)
        if before + len(word) > WIDTH and before > 1:
            lines.append(word)
        else:
            lines[-1] += space + word
    return lines
