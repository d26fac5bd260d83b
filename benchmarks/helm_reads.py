"""Reading Helm releases: a list of 500, a history of 100 revisions, values.

Each record holds a chart with templates, some 12 kB packed; helm is started for each question and
reads the same records through the same API server. A list is warm when the server has read it
before: it then reads the labels only, and of the records those that changed.
"""

import asyncio
import base64
import gzip
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.cluster import Bench, as_user, with_namespace
from benchmarks.conditions import Conditions
from benchmarks.figures import Budget, NotMeasuredError, Row, at_least, at_most
from benchmarks.mcp_client import McpClient
from benchmarks.processes import Server, serving

RELEASES = 500
REVISIONS = 100
REPEATS = 5
TEMPLATE_BYTES = 8_000
LARGEST_BYTES = 480_000  # its record is nearly the MiB that a Secret can hold
MOST_MIB = 64
HELM_SECONDS = 60
Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Question:
    """A tool's call and the helm command that asks the same."""

    what: str
    tool: str
    arguments: dict[str, Any]
    command: tuple[str, ...]
    budget: Budget | None = field(default=at_least(10))


async def measure(conditions: Conditions) -> list[Row]:
    """Ask the server and helm the same, as a user who may edit one namespace."""
    if not shutil.which("helm"):
        raise NotMeasuredError("Needs helm on the PATH, to measure beside it.")
    releases = conditions.pick(RELEASES, quick=20)
    revisions = conditions.pick(REVISIONS, quick=5)
    async with with_namespace(conditions.cluster()) as admin:
        await _store(admin, releases, revisions)
        async with (
            as_user(admin, "edit") as bench,
            serving(bench.kubeconfig) as server,
            McpClient(server.url) as client,
        ):
            await client.initialize()
            return await _rows(bench, server, client, releases, revisions)


async def _rows(
    bench: Bench, server: Server, client: McpClient, releases: int, revisions: int
) -> list[Row]:
    here = {"namespace": bench.namespace}
    web = here | {"release_name": "web"}
    large = here | {"release_name": "large"}
    all_of_them = here | {"limit": releases}
    before = server.rss_mib
    first, listed = await _seconds(lambda: client.call("helm_list_releases", all_of_them))
    if (rows := len(str(listed).splitlines()) - 1) != releases:
        raise RuntimeError(f"{rows} releases are listed, not {releases}")
    questions = [
        Question(
            f"list of {releases}", "helm_list_releases", all_of_them,
            ("list", "--max", str(releases)),
        ),
        Question(
            f"history of {revisions}", "helm_history", web | {"max_revisions": revisions},
            ("history", "web"),
        ),
        Question("values of the last", "helm_get_values", web, ("get", "values", "web")),
        Question(
            "values of the largest", "helm_get_values", large, ("get", "values", "large"), None
        ),
    ]  # fmt: skip
    measured = [Row(f"list of {releases}, the first time", first * 1000, "ms")]
    for question in questions:
        measured += await _compared(question, bench, client)
    grown = server.peak_rss_mib - before
    return [*measured, Row("memory for all of it, at the peak", grown, "MiB", at_most(MOST_MIB))]


async def _compared(question: Question, bench: Bench, client: McpClient) -> list[Row]:
    ours = await _median(lambda: client.call(question.tool, question.arguments))
    theirs = await _median(lambda: _helm(bench, *question.command))
    return [
        Row(f"{question.what}: {question.tool}", ours * 1000, "ms", remark="warm, median of 5"),
        Row(f"{question.what}: helm {question.command[0]}", theirs * 1000, "ms"),
        Row(f"{question.what}: faster by", theirs / ours, "times", question.budget),
    ]


async def _median(ask: Ask) -> float:
    await ask()
    return statistics.median([(await _seconds(ask))[0] for _ in range(REPEATS)])


async def _seconds(ask: Ask) -> tuple[float, object]:
    begun = time.perf_counter()
    answer = await ask()
    return time.perf_counter() - begun, answer


async def _helm(bench: Bench, *arguments: str) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        process = await asyncio.create_subprocess_exec(
            "helm", *arguments, f"--namespace={bench.namespace}",
            env={"PATH": os.environ["PATH"], "HOME": home, "KUBECONFIG": bench.kubeconfig},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(HELM_SECONDS):
            _, err = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"helm {arguments[0]}: {err.decode()}")


async def _store(admin: Bench, releases: int, revisions: int) -> None:
    """Keep the records as helm would; ``web`` has the revisions, ``large`` the largest record."""
    records = [_record("web", number, admin.namespace) for number in range(1, revisions + 1)]
    records += [_record(f"app-{n}", 1, admin.namespace) for n in range(releases - 2)]
    records.append(_record("large", 1, admin.namespace, LARGEST_BYTES))
    listed = {"apiVersion": "v1", "kind": "List", "items": [_secret(each) for each in records]}
    await admin.kubectl("create", "--filename=-", stdin=orjson.dumps(listed).decode())


def _record(name: str, version: int, namespace: str, size: int = TEMPLATE_BYTES) -> dict[str, Any]:
    noise = base64.b64encode(random.Random(f"{name}{version}").randbytes(size)).decode()
    when = "2026-11-20T09:14:11.123456789Z"
    manifest = f"---\n# Source: x\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"
    return {
        "name": name,
        "info": {
            "first_deployed": when,
            "last_deployed": when,
            "description": "Upgrade complete",
            "status": "deployed",
        },
        "chart": {
            "metadata": {"name": "app", "version": "1.0.0", "appVersion": "1.0"},
            "templates": [{"name": "templates/all.yaml", "data": noise}],
            "values": {"replicas": 1, "image": {"repository": "app", "tag": "1"}},
        },
        "config": {"replicas": 3, "ingress": {"host": f"{name}.example.com"}},
        "manifest": manifest * 20,
        "version": version,
        "namespace": namespace,
    }


def _secret(record: dict[str, Any]) -> dict[str, Any]:
    packed = base64.b64encode(gzip.compress(orjson.dumps(record)))
    name, version = record["name"], str(record["version"])
    labels = {"owner": "helm", "name": name, "version": version, "status": "deployed"}
    metadata = {
        "name": f"sh.helm.release.v1.{name}.v{version}",
        "namespace": record["namespace"],
        "labels": labels,
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "helm.sh/release.v1",
        "metadata": metadata,
        "data": {"release": base64.b64encode(packed).decode()},
    }
