"""What a model pays for the tools.

Tokens (cl100k) of name, description and input schema of every tool in `tools/list`, as compact
JSON: what a host puts before the model at every turn. The core is the 64 tools of the wire contract
(`tests/contract/upstream.json`).
"""

import json
from typing import Any

from rs_bpe.bpe import openai  # type: ignore[import-not-found]  # it has no stubs

from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_most
from benchmarks.mcp_client import McpClient
from benchmarks.processes import ROOT, serving

CORE = ROOT / "tests" / "contract" / "upstream.json"
CORE_TOKENS = 7_500
ALL_TOKENS = 12_000


async def measure(_: Conditions) -> list[Row]:
    """Count the tools of a server without a cluster: the list does not depend on one."""
    async with serving(None) as server, McpClient(server.url) as client:
        await client.initialize()
        tools = await client.tools()
    encoding = openai.cl100k_base()
    counted = {tool["name"]: encoding.count(_seen_by_model(tool)) for tool in tools}
    core = [tokens for name, tokens in counted.items() if name in json.loads(CORE.read_text())]
    dearest = sorted(counted.items(), key=lambda one: -one[1])
    return [
        Row(f"{len(core)} core tools", sum(core), "", at_most(CORE_TOKENS)),
        Row(f"all {len(counted)} tools", sum(counted.values()), "", at_most(ALL_TOKENS)),
        *(Row(f"`{name}`", tokens) for name, tokens in dearest),
    ]


def _seen_by_model(tool: dict[str, Any]) -> str:
    read = {
        "name": tool["name"],
        "description": tool.get("description"),
        "input_schema": tool["inputSchema"],
    }
    return json.dumps(read, ensure_ascii=False, separators=(",", ":"))
