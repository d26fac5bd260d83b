"""A Jenkins, or a cluster, that does not answer keeps nobody else waiting."""

import asyncio
from pathlib import Path

import aiohttp

from sandbox import Cluster
from sandbox.jenkins import Jenkins
from tests.support.served import Served, served

WAITING = 50


async def test_health_answers_while_fifty_calls_wait_for_jenkins(
    tmp_path: Path, cluster: Cluster, jenkins: Jenkins
) -> None:
    """How fast it answers is for the benchmark jenkins_reads to say."""
    jenkins.root.job("web")
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(cluster.kubeconfig())
    async with (
        served(tmp_path, "--kubeconfig", str(kubeconfig)) as server,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
    ):
        held = jenkins.faults.hold("/job/web", times=None)
        calls = [asyncio.create_task(asked(http, server, jenkins)) for _ in range(WAITING)]
        await jenkins.requests.arrived(WAITING)
        async with asyncio.timeout(20):
            for _ in range(20):
                async with http.get(f"{server.url}/health") as answer:
                    assert answer.status == 200
        assert not any(call.done() for call in calls)
        held.set()
        for text in await asyncio.gather(*calls):
            assert "web: freestyle, not built" in text


async def asked(http: aiohttp.ClientSession, server: Served, jenkins: Jenkins) -> str:
    """Call a tool in one request, with no session around it."""
    arguments = {"api_url": jenkins.url, "credentials_ref": "ci/jenkins", "jobFullName": "web"}
    params = {"name": "jenkins_get_job", "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-06-18",
    }
    async with http.post(server.mcp, json=message, headers=headers) as answer:
        return await answer.text()
