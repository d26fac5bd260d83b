"""Whatever a caller puts into any text of any tool: no flag, no file, no process, no request.

With the real helm, the rights of the cluster's administrator, and every other argument good.
"""

from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

from sandbox.charts import ChartRepository
from tests.e2e.helm.guarded import Guarded
from tools.helm import helm as tools

WEB = {"release_name": "web", "chart": "still/web"}
NEW = {"release_name": "new", "chart": "still/web"}
GOOD: dict[str, dict[str, Any]] = {
    "helm_list_releases": {},
    "helm_status": {"release_name": "web"},
    "helm_history": {"release_name": "web"},
    "helm_get_values": {"release_name": "web"},
    "helm_get_manifest": {"release_name": "web"},
    "helm_search_repo": {},
    "helm_show_values": {"chart": "demo/hello"},
    "helm_template": WEB,
    "helm_diff": WEB,
    "helm_repo_add": {"name": "still"},  # its own URL comes with the test
    "helm_repo_update": {},
    "helm_repo_remove": {"name": "more"},
    "helm_install": NEW,
    "helm_install_with_values": NEW | {"values": "a: 1"},
    "helm_upgrade": WEB,
    "helm_rollback": {"release_name": "web", "revision": 1},
    "helm_uninstall": {"release_name": "web"},
}
# A filter is any text: what it does not find is no error.
FREE = {("helm_search_repo", "keyword")}


def properties(tool: str) -> dict[str, Any]:
    """Return the parameters of a tool."""
    [found] = [each for each in tools if each.name == tool]
    described: dict[str, Any] = found.parameters["properties"]
    return described


def texts(tool: str) -> list[str]:
    """Return the parameters of a tool that take a text."""
    kinds = {
        name: [each.get("type") for each in (about, *about.get("anyOf", ()))]
        for name, about in properties(tool).items()
    }
    return [name for name, types in kinds.items() if "string" in types]


TEXTS = [(tool, name) for tool in GOOD for name in texts(tool)]


def hostile(folder: Path, port: int) -> list[str]:
    """Return texts that are flags, ways out of a folder, or addresses."""
    return [
        f"--kubeconfig={folder}/outside/secret",
        f"--post-renderer={folder}/outside/run",
        f"web --post-renderer {folder}/outside/run",
        f"-f{folder}/outside/secret",
        f"--values={folder}/outside/secret",
        f"--output-dir={folder}/outside",
        f"--kube-apiserver=http://127.0.0.1:{port}",
        f"--repo=http://127.0.0.1:{port}",
        f"--registry-config={folder}/outside/secret",
        "-h",
        "--",
        "-",
        "web\n--debug",
        "web\r\n--debug",
        "web\0--debug",
        "../..",
        f"../../../../../../../../..{folder}/outside",
        f"{folder}/outside",
        f"{folder}/outside/secret",
        f"file://{folder}/outside/secret",
        "http://169.254.169.254/latest/meta-data/x.tgz",
        f"http://127.0.0.1:{port}/x.tgz",
        f"https://127.0.0.1:{port}/x.tgz",
        f"https://localhost:{port}/x.tgz",
        f"https://2130706433:{port}/x.tgz",
        f"https://[::ffff:127.0.0.1]:{port}/x.tgz",
        f"oci://127.0.0.1:{port}/org/web",
        f"oci://localhost:{port}/org/web:1.0.0",
        f"$(touch {folder}/outside/ran)",
        f"`touch {folder}/outside/ran`",
        f"web; touch {folder}/outside/ran",
        f"| touch {folder}/outside/ran",
        "{{ .Values }}",
    ]


def good(guarded: Guarded, tool: str, charts: ChartRepository) -> dict[str, Any]:
    """Return arguments that the tool accepts."""
    where = {"namespace": guarded.namespace} if "namespace" in texts(tool) else {}
    url = {"url": f"{charts.url}/still"} if tool == "helm_repo_add" else {}
    return {**GOOD[tool], **where, **url}


def test_every_tool_and_every_text_is_tried() -> None:
    assert sorted(GOOD) == sorted(tool.name for tool in tools)
    assert len(TEXTS) > 50


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("tool", [tool for tool in GOOD if tool != "helm_repo_remove"])
async def test_what_is_good_is_accepted(
    guarded: Guarded, hello_charts: ChartRepository, tool: str
) -> None:
    """Else a refusal of what is hostile would say nothing; changes are only previewed here."""
    preview = {"dry_run": True} if "dry_run" in properties(tool) else {}
    answer = await guarded.ask(tool, **good(guarded, tool, hello_charts), **preview)
    assert not answer.error, answer.text


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("tool", "parameter"), TEXTS)
async def test_a_hostile_text_does_nothing(
    guarded: Guarded, hello_charts: ChartRepository, tool: str, parameter: str
) -> None:
    sane = good(guarded, tool, hello_charts)
    async with Client(guarded.ask.server.mcp) as client:
        for text in hostile(guarded.folder, guarded.canary.port):
            answer = await client.call_tool(tool, sane | {parameter: text}, raise_on_error=False)
            said = answer.content[0].text
            assert answer.is_error or (tool, parameter) in FREE, (text, said)
            for never in ("incident", "hunter2", "unknown flag", "Usage:", "root:x:"):
                assert never not in said, (text, said)
