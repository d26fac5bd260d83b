"""Write what the code already says into the documents.

``python scripts/generate_docs.py`` writes ``docs/tools.md``, ``docs/permissions.md``,
``.env.example``, the chart's permissions and the settings in its schema, and the parts of README.md
between ``<!-- name -->`` and ``<!-- /name -->``; with ``--check`` nothing is written and a stale
document fails.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mcp_server.settings import Settings, variables  # noqa: E402 - the path comes first
from scripts import chart_schema, permissions  # noqa: E402
from tools.tool import PlatformTool  # noqa: E402
from tools.toolsets import TOOLSETS  # noqa: E402

TITLES = {"k8s": "Kubernetes", "helm": "Helm", "argo": "Argo Rollouts", "jenkins": "Jenkins"}
CHART = ROOT / "deploy/chart"
ENVIRONMENT = """\
# Every setting of the Skyflo MCP server with its default. Copy the lines you change into the
# environment; the server reads no file. `python main.py --print-settings` shows what is in force.
"""


def kind(tool: PlatformTool) -> str:
    """Say what a person has to know before approving a call."""
    if tool.reads:
        return "reads"
    return "destroys" if tool.annotations and tool.annotations.destructive_hint else "writes"


def first_line(tool: PlatformTool) -> str:
    """Return the sentence a tool's description begins with."""
    return (tool.description or "").split("\n\n")[0].replace("\n", " ")


def tool_table() -> str:
    """List every tool in a row."""
    rows = [f"| `{t.name}` | {kind(t)} | {first_line(t)} |" for s in TOOLSETS for t in s]
    return "\n".join(["| tool | | |", "|---|---|---|", *rows])


def settings_table() -> str:
    """List every setting in a row."""
    rows = [
        f"| `{variables(name)[0]}` | {shown(field.default) or '*none*'} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | |", "|---|---|---|", *rows])


def shown(value: object) -> str:
    """Spell a default as the environment does."""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def reference() -> str:
    """Describe every tool: what it does, its parameters, what it needs."""
    parts = ["# Tools\n\nGenerated from the code by `nox -s docs`."]
    for toolset in TOOLSETS:
        parts.append(f"## {TITLES[toolset.tag]}")
        parts += [section(tool) for tool in toolset]
    return "\n\n".join(parts) + "\n"


def section(tool: PlatformTool) -> str:
    """Describe one tool."""
    needs = "; ".join(map(str, tool.needs)) or "nothing"
    ends = f"Ends within {tool.deadline:g} s."
    about = f"*{tool.title}. {kind(tool).capitalize()}. Needs: {needs}. {ends}*"
    required = tool.parameters.get("required", [])
    rows = [
        f"| `{name}` | {schema['type']} | {default(name, schema, required)} "
        f"| {schema.get('description', '')} |"
        for name, schema in tool.parameters["properties"].items()
    ]
    table = (
        "\n".join(["| argument | type | default | |", "|---|---|---|---|", *rows]) if rows else ""
    )
    return "\n\n".join(filter(None, [f"### {tool.name}", tool.description, about, table]))


def default(name: str, schema: dict[str, object], required: list[str]) -> str:
    """Return an argument's default, or that it has to be given."""
    return "**required**" if name in required else shown(schema.get("default"))


def environment() -> str:
    """Write ``.env.example``."""
    parts = [ENVIRONMENT]
    for name, field in Settings.model_fields.items():
        first, *older = variables(name)
        also = f"# (also read from {', '.join(older)})\n" if older else ""
        parts.append(f"# {field.description}\n{also}# {first}={shown(field.default)}\n")
    return "\n".join(parts)


def readme(text: str) -> str:
    """Put the tables between their marks."""
    for name, table in (("tools", tool_table()), ("settings", settings_table())):
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = between.sub(lambda marks, table=table: f"{marks[1]}{table}\n{marks[2]}", text)
    return text


def main() -> int:
    """Write the documents, or say which are stale."""
    wanted = {
        ROOT / "docs/tools.md": reference(),
        ROOT / "docs/permissions.md": permissions.page(TOOLSETS, TITLES),
        CHART / "files/permissions.yaml": permissions.chart_file(TOOLSETS),
        CHART / "values.schema.json": chart_schema.with_settings(CHART / "values.schema.json"),
        ROOT / ".env.example": environment(),
        ROOT / "README.md": readme((ROOT / "README.md").read_text()),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: run nox -s docs\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
