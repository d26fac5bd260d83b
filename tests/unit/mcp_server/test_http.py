"""The server over real HTTP: it starts without a cluster, guards its door, ends politely."""

import asyncio
import io
import json
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import httpx2
import pytest
from fastmcp import Client
from mcp.types import Implementation

from mcp_server.app import create_app
from mcp_server.settings import Settings
from tests.support.served import Served, free_port, served

CALL_HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-06-18",
}


def a_call(tool: str, **arguments: object) -> dict[str, object]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def a_kubeconfig(folder: Path, server: str) -> Path:
    file = folder / "kubeconfig"
    file.write_text(
        f"""
apiVersion: v1
kind: Config
current-context: test
clusters: [{{name: c, cluster: {{server: "{server}"}}}}]
users: [{{name: u, user: {{token: canary-s3cr3t-kubeconfig-token}}}}]
contexts: [{{name: test, context: {{cluster: c, user: u}}}}]
"""
    )
    return file


@pytest.fixture
async def hung_cluster() -> AsyncIterator[str]:
    """A server that takes connections and never says a word."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def tool_answer(server: Served, tool: str, **arguments: object) -> str:
    async with Client(server.mcp) as client:
        answer = await client.call_tool(tool, arguments, raise_on_error=False)
    assert answer.is_error
    return str(answer.content[0].text)


async def readiness(server: Served) -> tuple[int, dict[str, object], float]:
    async with aiohttp.ClientSession() as http:
        started = time.monotonic()
        async with http.get(f"{server.url}/health/ready") as answer:
            return answer.status, await answer.json(), time.monotonic() - started


async def test_without_a_cluster_it_lists_its_tools_and_says_what_is_missing(
    tmp_path: Path,
) -> None:
    async with served(tmp_path, HOME=str(tmp_path)) as server:
        async with Client(server.mcp) as client:
            assert "k8s_get" in {tool.name for tool in await client.list_tools()}
        assert await tool_answer(server, "k8s_get", resource_type="pods") == (
            "No Kubernetes cluster is configured: give --kubeconfig or KUBECONFIG, "
            "run inside a pod, or try --sandbox."
        )
        status, report, _ = await readiness(server)
        assert status == 503
        assert "No Kubernetes cluster is configured" in json.dumps(report)


async def test_with_a_hung_cluster_probes_and_lists_answer_and_calls_end(
    tmp_path: Path, hung_cluster: str
) -> None:
    file = a_kubeconfig(tmp_path, hung_cluster)
    slow = {"SKYFLO_KUBERNETES_READ_TIMEOUT": "0.5"}
    async with served(tmp_path, "--kubeconfig", str(file), **slow) as server:
        started = time.monotonic()
        async with Client(server.mcp) as client:
            assert await client.list_tools()
        assert time.monotonic() - started < 2.5
        said = await tool_answer(server, "k8s_get", resource_type="pods")
        assert "The API server at" in said
        assert "Nothing was changed." in said
        status, _, seconds = await readiness(server)
        assert (status, seconds < 0.5) == (503, True)


@pytest.mark.parametrize(
    ("kubeconfig", "sentence"),
    [
        (None, "does not exist."),
        ("not: [valid", "it is not YAML"),
        ("current-context: a\ncontexts: []\n", 'has no context "a"; it has: none.'),
    ],
)
async def test_a_wrong_kubeconfig_is_said_in_a_sentence(
    tmp_path: Path, kubeconfig: str | None, sentence: str
) -> None:
    file = tmp_path / "broken"
    if kubeconfig is not None:
        file.write_text(kubeconfig)
    async with served(tmp_path, "--kubeconfig", str(file)) as server:
        assert sentence in await tool_answer(server, "k8s_get", resource_type="pods")


async def test_a_dead_cluster_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = a_kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}")
    quick = {"RETRY_BASE_DELAY": "0", "MAX_RETRY_ATTEMPTS": "2"}
    async with served(tmp_path, "--kubeconfig", str(file), **quick) as server:
        said = await tool_answer(server, "k8s_get", resource_type="pods")
        assert "refuses connections" in said
        assert "canary" not in said + server.logged()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, HOME=str(tmp_path)) as running:
        yield running


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Host", "evil.example", 421),
        ("Origin", "https://evil.example", 403),
        ("Host", "skyflo-mcp:8888", 200),
        ("Host", "skyflo-mcp.skyflo.svc.cluster.local:8888", 200),
        ("Host", "release-mcp.ns.svc:8888", 200),
    ],
)
async def test_only_known_hosts_and_origins_get_in(
    server: Served, header: str, value: str, status: int
) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    async with aiohttp.ClientSession() as http:
        headers = {**CALL_HEADERS, header: value}
        async with http.post(server.mcp, json=body, headers=headers) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 10_000, b'{"jsonrpc": "2.0"}', b"\xff\xfe", b"x" * 5 * 2**20],
    ids=["empty", "cut", "deep", "incomplete", "not text", "5 MiB"],
)
async def test_garbage_is_refused_and_the_server_goes_on(server: Served, body: bytes) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(server.mcp, data=io.BytesIO(body), headers=CALL_HEADERS) as answer,
    ):
        assert 400 <= answer.status < 500
    async with Client(server.mcp) as client:
        assert await client.list_tools()


async def test_bad_input_is_an_answer_and_never_a_protocol_error(server: Served) -> None:
    async with aiohttp.ClientSession() as http:
        for call in (a_call("k8s_get"), a_call("nope"), a_call("k8s_get", resource_type=["x"])):
            async with http.post(server.mcp, json=call, headers=CALL_HEADERS) as answer:
                text = await answer.text()
            assert '"isError":true' in text
            assert '"code"' not in text


async def test_each_call_is_one_line_of_log_without_its_arguments(server: Served) -> None:
    inspector = Implementation(name="inspector", version="1")
    async with Client(server.mcp, client_info=inspector) as client:
        await client.call_tool(
            "k8s_get", {"resource_type": "canary-argument"}, raise_on_error=False
        )
    lines = [json.loads(line) for line in server.logged().splitlines() if '"call"' in line]
    assert [(line["tool"], line["outcome"]) for line in lines] == [("k8s_get", "error")]
    assert {"milliseconds", "bytes", "client"} <= lines[0].keys()
    assert "canary-argument" not in server.logged()


async def test_a_signal_lets_the_calls_in_flight_finish_and_ends_with_status_0(
    server: Served,
) -> None:
    async with aiohttp.ClientSession() as http:
        call = a_call("wait_for_x_seconds", seconds=2)
        async with http.post(server.mcp, json=call, headers=CALL_HEADERS) as answer:
            assert answer.status == 200
            server.process.send_signal(signal.SIGTERM)
            assert '"isError":false' in await answer.text()
    assert await server.process.wait() == 0


@pytest.fixture
async def leaving(tmp_path: Path) -> AsyncIterator[Served]:
    """A server with a cluster that answers, told to end with 2 s left to listen."""
    delay = {"SKYFLO_SHUTDOWN_DELAY": "2", "HOME": str(tmp_path)}
    async with served(tmp_path, "--sandbox", **delay) as server:
        async with asyncio.timeout(5):
            while (await readiness(server))[0] != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        server.process.send_signal(signal.SIGTERM)
        await server.logs('"leaving"')
        yield server


async def test_a_server_that_leaves_is_not_ready_and_still_takes_calls(leaving: Served) -> None:
    status, report, _ = await readiness(leaving)
    assert (status, report["status"]) == (503, "leaving")
    async with Client(leaving.mcp) as client:
        answer = await client.call_tool("k8s_get", {"resource_type": "pods", "namespace": "shop"})
    assert "checkout" in answer.content[0].text
    assert await leaving.process.wait() == 0


async def test_a_server_that_leaves_keeps_no_connection_open(leaving: Served) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(1):
        while True:
            async with http.get(f"{leaving.url}/health") as answer:
                if answer.headers.get("Connection") == "close":
                    return


async def test_a_second_signal_ends_a_server_that_leaves_at_once(leaving: Served) -> None:
    started = time.monotonic()
    leaving.process.send_signal(signal.SIGTERM)
    assert await leaving.process.wait() == 0
    assert time.monotonic() - started < 1.5


async def test_a_client_that_goes_away_cancels_its_call(server: Served) -> None:
    async with aiohttp.ClientSession() as http:
        call = a_call("wait_for_x_seconds", seconds=60)
        async with http.post(server.mcp, json=call, headers=CALL_HEADERS) as answer:
            await asyncio.sleep(0.2)
            answer.close()
    await server.logs('"outcome": "cancelled"')


async def test_a_taken_port_is_said_in_a_sentence(server: Served, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    with pytest.raises(RuntimeError, match=f"cannot listen on 127.0.0.1:{port}"):
        async with served(tmp_path / "..", "--port", port):
            pass


async def test_the_stdio_transport_serves_the_same_tools() -> None:
    from fastmcp.client.transports import PythonStdioTransport

    transport = PythonStdioTransport(
        "main.py", args=["--transport", "stdio", "--log-level", "ERROR"]
    )
    async with Client(transport) as client:
        assert "k8s_get" in {tool.name for tool in await client.list_tools()}


async def test_the_guard_stands_however_the_server_is_served() -> None:
    server = create_app(Settings(allowed_hosts=("mcp.example",)))
    app = server.http_app(host_origin_protection=False, stateless_http=False)
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answers = {}
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1"
        ) as http,
    ):
        for host in ("evil.example", "mcp.example"):
            answer = await http.post("/mcp", json=body, headers={**CALL_HEADERS, "Host": host})
            answers[host] = answer.status_code, "mcp-session-id" in answer.headers
    assert answers == {"evil.example": (421, False), "mcp.example": (200, False)}


async def test_the_sandbox_says_what_to_try_once_it_can_be_tried(tmp_path: Path) -> None:
    async with served(tmp_path, "--sandbox") as server:
        await server.logs("Try, from any MCP client")
        welcome = f"Skyflo MCP server at {server.mcp} with a simulated cluster and Jenkins."
        assert welcome in server.logged()
        async with Client(server.mcp) as client:
            answer = await client.call_tool("k8s_get", {"resource_type": "deploy", "name": "web"})
        assert answer.content[0].text.splitlines()[1].startswith("web ")
