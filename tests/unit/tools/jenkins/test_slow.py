"""A Jenkins, or a cluster, that does not answer keeps nobody else waiting."""

import asyncio
from pathlib import Path

import aiohttp
from fastmcp import Client

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
    async with served(tmp_path, "--kubeconfig", str(kubeconfig)) as server:
        held = jenkins.faults.hold("/job/web", times=None)
        calls = [asyncio.create_task(asked(server, jenkins)) for _ in range(WAITING)]
        await jenkins.requests.arrived(WAITING)
        async with aiohttp.ClientSession() as http, asyncio.timeout(5):
            for _ in range(20):
                async with http.get(f"{server.url}/health") as answer:
                    assert answer.status == 200
        assert not any(call.done() for call in calls)
        held.set()
        assert {text.splitlines()[0] for text in await asyncio.gather(*calls)} == {
            "web: freestyle, not built"
        }


async def asked(server: Served, jenkins: Jenkins) -> str:
    arguments = {"api_url": jenkins.url, "credentials_ref": "ci/jenkins", "jobFullName": "web"}
    async with Client(server.mcp) as client:
        answer = await client.call_tool("jenkins_get_job", arguments)
    return str(answer.content[0].text)
