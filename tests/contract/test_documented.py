"""What is not documented fails."""

import subprocess
import sys
from pathlib import Path

from mcp_server.settings import Settings, variables
from tools.toolsets import TOOLSETS

ROOT = Path(__file__).parents[2]


def test_the_readme_lists_every_tool_and_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    for toolset in TOOLSETS:
        for tool in toolset:
            assert f"`{tool.name}`" in readme
    for name in Settings.model_fields:
        assert f"`{variables(name)[0]}`" in readme


def test_the_generated_documents_are_fresh() -> None:
    check = subprocess.run(
        [sys.executable, "scripts/generate_docs.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (check.returncode, check.stderr) == (0, "")


def test_every_decision_is_in_its_index() -> None:
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text()
    for decision in folder.glob("[0-9]*.md"):
        assert f"({decision.name})" in index


def test_the_changelog_has_an_entry_for_what_is_not_released() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text()
