"""Any object without a describer of its own: the whole of it, with labels made from field names."""

from datetime import datetime
from itertools import groupby
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels, write_name
from tools.render.describe.related import Related
from tools.render.sprint import sprint

JsonObject = dict[str, Any]

SHOWN_ABOVE = frozenset(
    f".metadata.{field}"
    for field in ("managedFields", "name", "namespace", "labels", "annotations")
)
ACRONYMS = frozenset({"API", "URL", "UID", "GUID"})


def describe_anything(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write name, labels and annotations, then every field by name, without managedFields."""
    metadata = obj.get("metadata", {})
    write_name(lines, obj)
    write_labels(lines, metadata.get("labels"))
    write_annotations(lines, metadata.get("annotations"))
    _write_fields(lines, obj, "", 0)


def _write_fields(lines: Lines, content: JsonObject, path: str, level: int) -> None:
    for field, value in sorted(content.items()):
        here = f"{path}.{field}"
        if here in SHOWN_ABOVE:
            continue
        if not isinstance(value, dict | list):
            lines.field(label_for(field), go_value(value), level)
            continue
        lines.text(f"{label_for(field)}:", level)
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                _write_fields(lines, child, here, level + 1)
            else:
                lines.text(go_value(child), level + 1)


def go_value(value: Any) -> str:
    """Print a JSON value as Go's ``%v``; a tuple counts as a list."""
    return sprint(list(value) if isinstance(value, tuple) else value)


def label_for(field: str) -> str:
    """Make ``Camel Case`` of ``camelCase``, sparing acronyms and names with other characters."""
    if not all(character.isalpha() or character == "-" for character in field):
        return field
    return " ".join(_titled(part) for part in _merged(camel_case_parts(field)))


def camel_case_parts(text: str) -> list[str]:
    """Split as github.com/fatih/camelcase: ``PDFLoader`` is ``PDF``, ``Loader``."""
    parts = ["".join(run) for _, run in groupby(text, key=_character_class)]
    for at in range(len(parts) - 1):
        if parts[at].isupper() and parts[at + 1].islower():
            parts[at], parts[at + 1] = parts[at][:-1], parts[at][-1] + parts[at + 1]
    return [part for part in parts if part]


def _character_class(character: str) -> str:
    if character.islower():
        return "lower"
    return "upper" if character.isupper() else "other"


def _merged(parts: list[str]) -> list[str]:
    """Join an acronym with the capitalised part behind it, as kubectl does: ``PDBs``."""
    merged: list[str] = []
    for part in parts:
        if merged and len(merged[-1]) >= 2 and merged[-1].isupper() and part[0].isupper():
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _titled(part: str) -> str:
    if part.upper() in ACRONYMS:
        return part.upper()
    return part.capitalize() if part == part.lower() else part
