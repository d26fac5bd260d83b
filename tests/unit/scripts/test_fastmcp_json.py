"""`fastmcp run fastmcp.json` finds the server, wherever it is called from."""

import json
import os
import subprocess
import sys
from pathlib import Path

CONFIGURATION = Path("fastmcp.json").resolve()
QUIET = {"FASTMCP_CHECK_FOR_UPDATES": "off"}


def test_the_command_line_of_fastmcp_loads_the_server(tmp_path: Path) -> None:
    inspected = subprocess.run(
        [sys.executable, "-m", "fastmcp.cli", "inspect", str(CONFIGURATION), "--format=mcp"],
        cwd=tmp_path,  # nothing of the project can be imported from here
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **QUIET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert inspected.returncode == 0, inspected.stderr
    assert "k8s_get" in {tool["name"] for tool in json.loads(inspected.stdout)["tools"]}


def test_it_serves_where_the_documents_say() -> None:
    assert json.loads(CONFIGURATION.read_text())["deployment"] == {
        "transport": "http",
        "host": "127.0.0.1",
        "port": 8888,
        "path": "/mcp",
    }
