"""Write ``.env.example`` from the settings: ``python scripts/environment_example.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mcp_server.settings import Settings, variables  # noqa: E402 - the path comes first

HEADER = """\
# Every setting of the Skyflo MCP server with its default. Copy the lines you change into the
# environment; the server reads no file. `python main.py --print-settings` shows what is in force.
"""


def example() -> str:
    """Return the file's text."""
    parts = [HEADER]
    for name, field in Settings.model_fields.items():
        value = field.default
        shown = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        shown = shown.lower() if isinstance(value, bool) else shown
        first, *older = variables(name)
        also = f"# (also read from {', '.join(older)})\n" if older else ""
        parts.append(f"# {field.description}\n{also}# {first}={shown}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (ROOT / ".env.example").write_text(example())
