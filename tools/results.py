"""The door every answer leaves through: masked, clean, bounded, in one shape.

``content`` is one block of plain text; ``structuredContent`` repeats it as ``output`` beside
``error`` and whatever data the tool adds; a failure sets ``isError``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastmcp.tools import ToolResult

from clients.hygiene import clean
from clients.masking import mask_text
from tools.bounds import bounded

DEFAULT_MOST_BYTES = 100_000
OUTPUT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"output": {"type": "string"}, "error": {"type": "boolean"}},
    "required": ["output", "error"],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool says; ``narrow`` names the argument that gets what the bound leaves out."""

    text: str
    narrow: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    error: bool = False


def result(answer: Answer | str, most_bytes: int = DEFAULT_MOST_BYTES) -> ToolResult:
    """Make the wire result of an answer."""
    said = Answer(answer) if isinstance(answer, str) else answer
    text = bounded(mask_text(clean(said.text)).rstrip("\n"), most_bytes, said.narrow)
    structured = {"output": text.text, "error": said.error, **said.data}
    if text.cut:
        structured["truncated"] = True
    return ToolResult(content=text.text, structured_content=structured, is_error=said.error)
