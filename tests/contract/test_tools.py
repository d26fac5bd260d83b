"""The wire contract: the older server's 64 tools, and snapshots of ours.

A superset is fine; a parameter that is lost, renamed or newly required breaks callers.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from jsonschema import Draft202012Validator

from mcp_server.app import create_app
from mcp_server.settings import Settings
from tests.conftest import Call
from tools.tool import PlatformTool
from tools.toolsets import TOOLSETS

HERE = Path(__file__).parent
UPSTREAM: dict[str, dict[str, Any]] = json.loads((HERE / "upstream.json").read_text())
OURS: dict[str, PlatformTool] = {tool.name: tool for toolset in TOOLSETS for tool in toolset}
TOKENS_PER_TOOL = 400
# Of the contract's own tools; and of all, with those that only we have.
CORE_TOKENS = 7_500
ALL_TOKENS = 12_000
# What so many tools have that the handshake's instructions describe it instead.
TOLD_ONCE = {"namespace", "dry_run", "if_unchanged"}
WORDS_OF_SCHEMAS = {
    "type",
    "description",
    "default",
    "enum",
    "items",
    "minimum",
    "maximum",
    "maxLength",
}

both = pytest.mark.parametrize("name", sorted(UPSTREAM))
each = pytest.mark.parametrize("tool", [pytest.param(t, id=n) for n, t in OURS.items()])


async def listed() -> dict[str, dict[str, Any]]:
    """Return the tools as a client gets them."""
    async with Client(create_app(Settings())) as client:
        tools = await client.list_tools()
    return {tool.name: tool.model_dump(by_alias=True, exclude_none=True) for tool in tools}


def test_every_tool_of_the_contract_is_here() -> None:
    assert UPSTREAM.keys() <= OURS.keys()


@both
def test_no_parameter_is_lost_and_none_newly_required(name: str) -> None:
    upstream, ours = UPSTREAM[name], OURS[name].parameters
    assert upstream["properties"].keys() <= ours["properties"].keys()
    assert set(ours.get("required", ())) <= set(upstream["required"])


@both
def test_types_stay_what_they_were(name: str) -> None:
    for parameter, schema in UPSTREAM[name]["properties"].items():
        branches = schema.get("anyOf", [schema])
        accepted = {branch["type"] for branch in branches} - {"null"}
        assert OURS[name].parameters["properties"][parameter]["type"] in accepted


@both
def test_title_toolset_and_approval_stay_what_they_were(name: str) -> None:
    upstream, ours = UPSTREAM[name], OURS[name]
    assert (ours.title, ours.tags, ours.reads) == (
        upstream["title"],
        {upstream["toolset"]},
        upstream["readOnlyHint"],
    )


@each
def test_every_hint_is_explicit(tool: PlatformTool) -> None:
    hints = tool.annotations
    assert hints is not None
    given = (
        hints.read_only_hint,
        hints.destructive_hint,
        hints.idempotent_hint,
        hints.open_world_hint,
    )
    assert None not in given
    assert not (hints.read_only_hint and hints.destructive_hint)


@each
def test_schemas_are_plain(tool: PlatformTool) -> None:
    Draft202012Validator.check_schema(tool.parameters)
    for name, schema in tool.parameters["properties"].items():
        assert schema.keys() <= WORDS_OF_SCHEMAS, schema
        assert schema.get("description") or name in TOLD_ONCE, name
        assert schema["type"] != "array" or "items" in schema


@each
def test_a_tool_carries_its_toolsets_prefix_and_says_what_it_does(tool: PlatformTool) -> None:
    [tag] = tool.tags
    assert tool.name.startswith(f"{tag}_") or tool.name == "wait_for_x_seconds"
    assert tool.description
    assert tool.deadline < 300


async def test_the_toolset_is_the_first_tag_where_the_engine_looks() -> None:
    for tool in (await listed()).values():
        assert tool["_meta"]["_fastmcp"]["tags"][0] == next(iter(OURS[tool["name"]].tags))


@pytest.mark.parametrize("name", sorted(OURS))
async def test_each_tool_is_its_snapshot(name: str, request: pytest.FixtureRequest) -> None:
    snapshot = HERE / "snapshots" / f"{name}.json"
    now = json.dumps((await listed())[name], indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if request.config.getoption("--update-snapshots"):
        snapshot.write_text(now)
    assert snapshot.exists(), "run nox -s snapshots and look at what it wrote"
    assert snapshot.read_text() == now, "if this change is meant: nox -s snapshots"


def test_no_snapshot_is_left_of_a_tool_that_is_gone() -> None:
    assert {path.stem for path in (HERE / "snapshots").glob("*.json")} == OURS.keys()


def tokens(tool: PlatformTool) -> int:
    """Count what a model reads of a tool in cl100k tokens."""
    bpe = pytest.importorskip("rs_bpe.bpe", reason="no tokenizer for this Python")
    read = {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
    text = json.dumps(read, ensure_ascii=False, separators=(",", ":"))
    return int(bpe.openai.cl100k_base().count(text))


@each
def test_a_tool_costs_the_model_little(tool: PlatformTool) -> None:
    assert tokens(tool) <= TOKENS_PER_TOOL


def test_all_tools_together_cost_the_model_little() -> None:
    assert sum(tokens(OURS[name]) for name in UPSTREAM) <= CORE_TOKENS
    assert sum(map(tokens, OURS.values())) <= ALL_TOKENS


async def test_every_answer_fits_the_output_schema(call: Call) -> None:
    answer = await call("k8s_get", resource_type="namespaces")
    Draft202012Validator(OURS["k8s_get"].output_schema).validate(answer.data)
