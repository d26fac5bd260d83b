"""ConfigMaps with their contents, and Secrets without."""

import re
from base64 import b64decode
from datetime import datetime
from typing import Any

from tools.render.describe.lines import Lines
from tools.render.describe.metadata import write_annotations, write_labels, write_name
from tools.render.describe.registry import describes
from tools.render.describe.related import Related

JsonObject = dict[str, Any]

_MASK = re.compile(r"<redacted (\d+) bytes?\b")


@describes("", "Secret")
def describe_secret(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write the keys of a Secret and how many bytes each holds, never a value.

    Differs from kubectl, which prints the ``token`` of a ``kubernetes.io/service-account-token``.
    """
    _write_metadata(lines, obj)
    lines.text()
    lines.field("Type", obj.get("type", ""))
    _write_heading(lines, "Data")
    for key, value in sorted((obj.get("data") or {}).items()):
        lines.field(key, f"{size_of(value)} bytes")


def size_of(value: str | None) -> int:
    """Tell the size in bytes of a value, masked (``<redacted 16 bytes, …>``) or in base64."""
    if mask := _MASK.match(value or ""):
        return int(mask[1])
    return len(b64decode(value or ""))


@describes("", "ConfigMap")
def describe_config_map(lines: Lines, obj: JsonObject, related: Related, now: datetime) -> None:
    """Write text values in full and binary ones as their size."""
    _write_metadata(lines, obj)
    _write_heading(lines, "Data")
    for key, value in sorted((obj.get("data") or {}).items()):
        lines.text(f"{key}:\n----\n{value}\n")
    _write_heading(lines, "BinaryData")
    for key, value in sorted((obj.get("binaryData") or {}).items()):
        lines.text(f"{key}: {size_of(value)} bytes")
    lines.text()


def _write_metadata(lines: Lines, obj: JsonObject) -> None:
    write_name(lines, obj)
    write_labels(lines, obj["metadata"].get("labels"))
    write_annotations(lines, obj["metadata"].get("annotations"))


def _write_heading(lines: Lines, title: str) -> None:
    lines.text()
    lines.text(title)
    lines.text("====")
