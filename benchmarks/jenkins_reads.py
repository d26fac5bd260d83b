"""Reading Jenkins: 1,000 jobs in 50 folders, a log of 50 MB, and 50 calls that wait.

Jenkins is the simulated one, in the benchmark's own process, as is python-jenkins, which lists the
same jobs beside us. "Loop blocked" is how long a heartbeat in the server's event loop waited at
most; "/health" is asked while 50 calls wait for a Jenkins that does not answer.
"""

import asyncio
import base64
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import jenkins as python_jenkins
import orjson

from benchmarks.cluster import kubeconfig_file, pointing_at
from benchmarks.conditions import Conditions
from benchmarks.figures import Row, at_most
from benchmarks.long_lists import LAUNCHER
from benchmarks.mcp_client import McpClient
from benchmarks.processes import Server, serving
from sandbox import running_cluster
from sandbox.jenkins import Jenkins, running_jenkins

USER, TOKEN = "bench", "11bench0bench0bench0bench0bench0be"
JOBS, FOLDERS = 1_000, 50
LOG_MIB = 50
WAITING = 50
BLOCKED_MILLISECONDS = 100
HEALTH_MILLISECONDS = 50
GROWN_MIB = 30


async def measure(conditions: Conditions) -> list[Row]:
    """Measure lists, logs and waiting calls against one server."""
    async with _served() as (jenkins, server, arguments):
        async with McpClient(server.url) as client:
            await client.initialize()
            await client.call("jenkins_whoami", arguments)
            rows = await _lists(jenkins, client, arguments, conditions.pick(JOBS, quick=100))
            mib = conditions.pick(LOG_MIB, quick=5)
            rows += await _logs(jenkins, server, client, arguments, mib)
        rows += await _waiting(jenkins, server, arguments)
    return rows


@asynccontextmanager
async def _served() -> AsyncIterator[tuple[Jenkins, Server, dict[str, Any]]]:
    """Run a cluster that keeps the credentials, a Jenkins, and the server between them."""
    async with running_cluster() as cluster, running_jenkins() as jenkins:
        jenkins.add_user(USER, TOKEN)
        cluster.store.create(_secret(jenkins.url))
        with kubeconfig_file(pointing_at(cluster.url)) as kubeconfig:
            async with serving(kubeconfig, launcher=LAUNCHER) as server:
                known = {"api_url": jenkins.url, "credentials_ref": "ci/jenkins"}
                yield jenkins, server, known


def _secret(url: str) -> dict[str, Any]:
    values = {"username": USER, "api-token": TOKEN}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "jenkins",
            "namespace": "ci",
            "annotations": {"skyflo.ai/jenkins-url": url},
        },
        "data": {key: base64.b64encode(text.encode()).decode() for key, text in values.items()},
    }


async def _lists(
    jenkins: Jenkins, client: McpClient, arguments: dict[str, Any], jobs: int
) -> list[Row]:
    """List every job, by our tool and by python-jenkins."""
    for number in range(FOLDERS):
        folder = jenkins.root.folder(f"team-{number:02}")
        for job in range(jobs // FOLDERS):
            folder.job(f"job-{job:02}").start(started=jenkins.now).finish("SUCCESS")
    what = f"{jobs:,} jobs in {FOLDERS} folders"
    jenkins.requests.clear()
    begun = time.perf_counter()
    text = await client.call("jenkins_get_jobs", {**arguments, "recursive": True, "limit": 5000})
    ours = time.perf_counter() - begun
    assert text.count("\n") == jobs + FOLDERS, text[-200:]
    asked = len(jenkins.requests)
    jenkins.requests.clear()
    begun = time.perf_counter()
    theirs = await asyncio.to_thread(_their_list, jenkins.url)
    seconds = time.perf_counter() - begun
    assert theirs == jobs + FOLDERS, theirs
    answered = f"{len(text) / 1000:,.0f} kB answered"
    return [
        Row(f"{what}: our requests", asked, "", at_most(5), answered),
        Row(f"{what}: ours", ours, "s"),
        Row(f"{what}: python-jenkins' requests", len(jenkins.requests)),
        Row(f"{what}: python-jenkins", seconds, "s"),
    ]


def _their_list(url: str) -> int:
    return len(python_jenkins.Jenkins(url, USER, TOKEN).get_all_jobs())


async def _logs(
    jenkins: Jenkins, server: Server, client: McpClient, arguments: dict[str, Any], mib: int
) -> list[Row]:
    """Read the end of a long log, and look for something in all of it."""
    build = jenkins.root.job("long").start(started=jenkins.now)
    line = b"[INFO] 2026-11-20T12:00:00Z compiling module payments-%08d of the shop\n"
    build.log.write(b"".join(line % n for n in range(mib * 2**20 // (len(line) + 5))))
    build.finish("SUCCESS")
    rows = []
    about = {**arguments, "jobFullName": "long"}
    for name, more in {
        "its end": {},
        "searched through": {"pattern": "payments-0000[0-9]9"},
    }.items():
        before = server.peak_rss_mib
        await _longest_block(server)
        begun = time.perf_counter()
        await client.call("jenkins_get_build_log", {**about, **more})
        seconds = time.perf_counter() - begun
        blocked = await _longest_block(server)
        what = f"log of {mib} MiB, {name}"
        grown = server.peak_rss_mib - before
        rows += [
            Row(what, seconds, "s"),
            Row(f"{what}: memory grown", grown, "MiB", at_most(GROWN_MIB)),
            Row(f"{what}: loop blocked", blocked, "ms", at_most(BLOCKED_MILLISECONDS)),
        ]
    return rows


async def _waiting(jenkins: Jenkins, server: Server, arguments: dict[str, Any]) -> list[Row]:
    """Ask for ``/health`` while many calls wait."""
    jenkins.requests.clear()
    answer = jenkins.faults.hold("/job/long/", times=None)
    call = ("jenkins_get_job", {**arguments, "jobFullName": "long"})
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(McpClient(server.url)) for _ in range(WAITING)]
        calls = [asyncio.create_task(client.call(*call)) for client in clients]
        await jenkins.requests.arrived(WAITING)
        slowest = await _slowest_health(server)
        answer.set()
        await asyncio.gather(*calls)
    what = f"/health while {WAITING} calls wait, slowest of 100"
    return [Row(what, slowest, "ms", at_most(HEALTH_MILLISECONDS))]


async def _slowest_health(server: Server) -> float:
    slowest = 0.0
    async with aiohttp.ClientSession() as http:
        for _ in range(100):
            begun = time.perf_counter()
            async with http.get(f"http://127.0.0.1:{server.port}/health") as response:
                assert response.status == 200
            slowest = max(slowest, (time.perf_counter() - begun) * 1000)
    return slowest


async def _longest_block(server: Server) -> float:
    """Ask the instrumented server for its longest block since it was last asked; milliseconds."""
    server.process.send_signal(signal.SIGUSR1)
    assert server.process.stdout is not None
    return float(orjson.loads(await server.process.stdout.readline())["longest"]) * 1000
